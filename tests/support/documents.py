"""Invoices and credit notes, as text."""

from shop.invoices.issue import (
    issue_documents,
)
from shop.payments.left import paid_by
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from tests.support.factories import deliver_events


def refunded(order, *amounts):
    for amount in amounts:
        want_refund(paid_by(order), amount, cause="goodwill", by="mia")
        send_refunds()
        deliver_events()
    while issue_documents():
        pass
