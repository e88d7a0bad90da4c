"""The worker issues what has no document yet, however old, and looks at nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.invoices.issue import count_missing, issue_documents
from shop.invoices.models import Document
from shop.orders.models import Order
from shop.payments.models import Refund
from tests.support.documents import refunded
from tests.support.factories import set_stock
from tests.support.orders import paid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def packs():
    set_stock("CIT-CAP-90", "uk", 50)


def paid_before(**time) -> Order:
    order = paid(email="b@example.org")
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(**time))
    return order


@pytest.mark.slow
@pytest.mark.parametrize("time", [{}, {"hours": 50}, {"days": 400}])
def test_what_was_paid_is_invoiced_at_once_however_long_ago(time):
    order = paid_before(**time)
    assert count_missing() == 1
    assert issue_documents() == 1
    assert Document.objects.get().order == order
    assert (issue_documents(), count_missing()) == (0, 0)


@pytest.mark.slow
def test_a_long_backlog_is_worked_off(monkeypatch):
    monkeypatch.setattr("shop.invoices.issue.MAX_PER_SWEEP", 1)
    for _ in range(3):
        paid_before(days=9)
    assert [issue_documents() for _ in range(4)] == [1, 1, 1, 0]


@pytest.mark.slow
def test_what_the_release_before_issued_is_found_and_issued_no_second_time():
    """It says nothing on the order or the refund."""
    refunded(paid(quantity=2), 300)
    before = set(Document.objects.values_list("number", flat=True))
    Order.objects.update(has_invoice=False)
    Refund.objects.update(has_note=False)
    while issue_documents():
        pass
    assert set(Document.objects.values_list("number", flat=True)) == before
    assert count_missing() == 0
    assert not Order.objects.filter(has_invoice=False).exclude(paid_at=None).exists()
    assert not Refund.objects.filter(has_note=False).exists()


@pytest.mark.sqlite
def test_it_is_told_by_an_index_what_has_none():
    paid()
    issue_documents()
    with CaptureQueriesContext(connection) as queries:
        issue_documents()
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            steps = [row[3] for row in cursor.fetchall()]
        assert not [step for step in steps if step.startswith("SCAN") and "INDEX" not in step and "CONSTANT" not in step], steps  # fmt: skip
