"""What the ledger waits for before it turns red, to the moment. The lengths are written out here a second time."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.ledger.check import breaches
from shop.orders.models import Order
from shop.payments.left import paid_by
from shop.payments.models import EventCursor, Payment, Refund, StripeEvent
from shop.payments.refund import want_refund
from tests.support.factories import an_order, an_order_at_stripe
from tests.support.orders import paid

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
MOMENT, HOUR = timedelta(microseconds=1), timedelta(hours=1)
AROUND = [(-MOMENT, False), (timedelta(), False), (MOMENT, True)]


@pytest.fixture(autouse=True)
def events_are_read():
    EventCursor.objects.create(pk=1, read_until=NOW + timedelta(days=1))


def red(at) -> list[tuple[str, str]]:
    """Apart from documents, which nobody issues here."""
    return [(breach.rule, breach.fix) for breach in breaches(at) if breach.rule != "documents"]


@pytest.mark.slow
@pytest.mark.parametrize(("later", "is_red"), AROUND)
def test_a_refund_that_stripe_has_not_taken_after_an_hour(later, is_red):
    want_refund(paid_by(paid()), 300, cause="goodwill", by="mia")
    Refund.objects.update(wanted_at=NOW)
    assert red(NOW + HOUR + later) == [("refunds", "ask_again")] * is_red


@pytest.mark.slow
@pytest.mark.parametrize(("later", "is_red"), AROUND)
def test_an_event_that_waits_for_more_than_an_hour(later, is_red):
    paid()
    StripeEvent.objects.update(is_done=False, received_at=NOW)
    assert set(red(NOW + HOUR + later)) == ({("waiting", "take_in_again")} if is_red else set())


@pytest.mark.slow
@pytest.mark.parametrize(("later", "is_red"), AROUND)
def test_a_payment_that_is_open_an_hour_after_nobody_can_pay_any_more(later, is_red):
    an_order_at_stripe()
    Payment.objects.update(ends_at=NOW)
    assert red(NOW + timedelta(minutes=20) + HOUR + later) == [("waiting", "look_now")] * is_red


@pytest.mark.parametrize(("later", "is_red"), AROUND)
def test_an_order_that_holds_packs_an_hour_past_its_time(later, is_red):
    an_order()
    Order.objects.update(hold_until=NOW)
    assert red(NOW + HOUR + later) == [("waiting", "")] * is_red


@pytest.mark.slow
@pytest.mark.parametrize(("took", "is_red"), [(1195, False), (1194, True), (1196, True)])
def test_an_order_is_paid_by_exactly_its_total(took, is_red):
    paid()
    Payment.objects.update(amount=took)
    assert (("orders", "") in red(NOW)) is is_red


@pytest.mark.parametrize(("later", "is_red"), AROUND)
@pytest.mark.parametrize("was_read", [True, False])
def test_events_that_nobody_read_for_an_hour(later, is_red, was_read):
    """Whether reading stands still, or never began although something was asked of Stripe."""
    EventCursor.objects.all().delete()
    an_order_at_stripe()
    Payment.objects.update(started_at=NOW - HOUR if was_read else NOW, ends_at=NOW + HOUR)
    if was_read:
        EventCursor.objects.create(pk=1, read_until=NOW)
    found = [breach for breach in breaches(NOW + HOUR + later) if breach.rule == "reading"]
    assert len(found) == is_red
    assert all("Is the worker running?" in breach.words for breach in found)


def test_a_shop_that_asked_nothing_of_stripe_has_nothing_to_read():
    EventCursor.objects.all().delete()
    assert red(NOW) == []
