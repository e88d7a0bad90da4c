"""The worker issues what was paid lately without reading all orders, and what is older within the hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.invoices import sweep
from shop.invoices.models import Document
from shop.invoices.sweep import IssueDocuments
from shop.orders.models import Order
from tests.support.factories import set_stock
from tests.support.orders import paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    """A worker that has looked at everything just now."""
    set_stock("CIT-CAP-90", "uk", 50)
    found = IssueDocuments()
    assert found() == 0
    return found


def paid_before(**time) -> Order:
    order = paid(email="b@example.org")
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(**time))
    return order


@pytest.mark.slow
@pytest.mark.parametrize("time", [{}, {"hours": 30}, {"days": 1, "hours": 23}])
def test_what_was_paid_lately_is_invoiced_at_once(worker, time):
    order = paid_before(**time)
    assert worker() == 1
    assert Document.objects.get().order == order
    assert worker() == 0


@pytest.mark.slow
@pytest.mark.parametrize("days", [3, 40])
def test_what_is_older_is_invoiced_within_the_hour(worker, days, monkeypatch):
    paid_before(days=days)
    assert worker() == 0
    monkeypatch.setattr(sweep.time, "monotonic", lambda: worker.next_whole + 1)
    assert worker() == 1


@pytest.mark.slow
def test_a_long_backlog_is_not_left_for_the_next_hour(monkeypatch):
    monkeypatch.setattr("shop.invoices.issue.MAX_PER_SWEEP", 1)
    set_stock("CIT-CAP-90", "uk", 50)
    for number in range(3):
        order = paid(email=f"b{number}@example.org")
        Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=9))
    worker = IssueDocuments()
    assert [worker() for _ in range(4)] == [1, 1, 1, 0]
