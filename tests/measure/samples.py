"""Orders of every kind, made by the ways that shoppers and staff go: what large shops are copied from."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Stock
from shop.invoices.issue import issue_documents
from shop.orders.fulfil import send_parcel
from shop.orders.models import Order, OrderStatus
from shop.outbox.models import Mail
from shop.payments.cancel import end_order
from shop.payments.models import RefundCause
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund, want_refund
from tests.support.factories import an_order_at_stripe, deliver_events
from tests.support.orders import paid

PACKS = ("CIT-CAP-90", "GLY-CAP-90")
EACH = 8  # of each region: one never paid, one cancelled, one partly refunded, the others sent


def orders() -> list[int]:
    """The keys of orders that need nothing more: sent, cancelled or never paid, in each region."""
    Stock.objects.update(on_hand=1000)
    found = [_order(code, number) for code in ("uk", "us", "eu") for number in range(EACH)]
    send_refunds()
    deliver_events()
    while issue_documents():
        pass
    Mail.objects.filter(sent_at=None).update(sent_at=timezone.now() - timedelta(minutes=1))
    return [order.pk for order in found]


def _order(code: str, number: int) -> Order:
    wanted, email = PACKS[: 1 + number % 2], f"buyer{code}{number}@example.org"
    if number == 0:
        order, _ = an_order_at_stripe(*wanted, code=code, email=email)
        end_order(order, to=OrderStatus.EXPIRED, who="shop", why="Nobody paid.")
        return order
    order = paid(*wanted, code=code, email=email)
    lines = {line.pk: line.quantity for line in order.lines.all()}
    with transaction.atomic():
        if number == 1:
            cancel_and_refund(order, lines, by="ada", why="Changed their mind", refund=True)
            return order
        send_parcel(order, lines, by="ada", carrier="Royal Mail", tracking=f"RM{code}{number}")
        if number == 2:
            want_refund(order.payments.get(), 100, cause=RefundCause.GOODWILL, by="ada")
    return order
