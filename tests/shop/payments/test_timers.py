"""Every timer of a payment with a clock that stands still: a moment before, at, and a moment after its end.

The lengths are written out here a second time and not imported.
"""

from datetime import UTC, datetime, timedelta

import pytest

from shop.catalogue.models import Hold
from shop.orders.models import Order
from shop.payments import stripe_api
from shop.payments.events import take_in, take_in_waiting, tell_about_unknown_events
from shop.payments.left import paid_by
from shop.payments.models import EventCursor, Payment, StripeEvent
from shop.payments.receive import settle
from shop.payments.reconcile import end_overdue_orders, look_at_payments, read_events, send_refunds
from shop.payments.refund import want_refund
from shop.payments.sandbox.models import SandboxEvent, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import start_payment
from tests.support.clock import freeze
from tests.support.factories import an_order, an_order_at_stripe, mails_written, session_of
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
AROUND = [(-MOMENT, False), (timedelta(), True), (MOMENT, True)]


def minutes(count) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def clock(monkeypatch):
    """Set the clock; it begins at NOW."""
    freeze(monkeypatch, NOW)
    return lambda moment: freeze(monkeypatch, moment)


# --- the hold -----------------------------------------------------------------------------------------------------


def test_packs_are_held_twenty_minutes_longer_than_anybody_can_pay(clock):
    order = an_order()
    assert order.hold_until == NOW + minutes(45 + 20)
    clock(NOW + minutes(5))
    start_payment(order)
    payment = Payment.objects.get()
    assert payment.ends_at == NOW + minutes(5 + 45)
    assert payment.params["expires_at"] == int(payment.ends_at.timestamp())
    order.refresh_from_db()
    assert order.hold_until == payment.ends_at + minutes(20)
    assert set(Hold.objects.values_list("until", flat=True)) == {order.hold_until}


def test_packs_that_are_kept_again_are_held_as_long_as_those_of_a_new_order(clock):
    order, _ = an_order_at_stripe()
    Payment.objects.update(status="expired")
    order.let_go()
    assert (order.let_go_at, Hold.objects.count()) == (NOW, 0)
    clock(NOW + minutes(30))
    start_payment(order)
    order.refresh_from_db()
    assert (order.let_go_at, order.hold_until) == (None, NOW + minutes(30 + 45 + 20))


@pytest.mark.parametrize(("later", "ends"), AROUND)
def test_an_order_ends_when_its_hold_does(clock, later, ends):
    order, _ = an_order_at_stripe()
    clock(NOW + minutes(65) + later)
    assert end_overdue_orders() == ends
    order.refresh_from_db()
    assert order.status == ("expired" if ends else "pending")
    assert Hold.objects.exists() is not ends


# --- asking Stripe ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "asks"), AROUND)
def test_stripe_is_asked_about_a_payment_two_minutes_after_it_began(clock, later, asks):
    an_order_at_stripe()
    clock(NOW + minutes(2) + later)
    assert look_at_payments() == asks


@pytest.mark.parametrize(("later", "asks"), AROUND)
def test_stripe_is_asked_again_after_five_minutes(clock, later, asks):
    an_order_at_stripe()
    clock(NOW + minutes(2))
    assert (look_at_payments(), look_at_payments()) == (1, 0)
    clock(NOW + minutes(2 + 5) + later)
    assert look_at_payments() == asks


def awaited(clock) -> Order:
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    session.refresh_from_db()
    settle({**sessions.session_object(session), "payment_status": "unpaid"}, source="webhook")
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    return order


@pytest.mark.parametrize(("later", "asks"), AROUND)
def test_a_slow_method_is_asked_about_again_after_an_hour(clock, later, asks):
    awaited(clock)
    clock(NOW + minutes(60) + later)
    assert look_at_payments() == asks


def test_packs_are_held_for_a_slow_method_for_two_weeks(clock):
    assert awaited(clock).hold_until == NOW + timedelta(days=14)


@pytest.mark.parametrize(("later", "ends"), AROUND)
def test_a_slow_payment_that_nobody_can_ask_about_ends_with_its_hold(clock, settings, later, ends):
    order = awaited(clock)
    Order.objects.update(payment_mode="live")
    Payment.objects.update(mode="live")
    clock(NOW + timedelta(days=14) + later)
    assert end_overdue_orders() == ends
    order.refresh_from_db()
    assert order.status == ("failed" if ends else "awaiting_payment")


@pytest.mark.parametrize(("later", "asks"), AROUND)
def test_a_refund_is_sent_again_twenty_seconds_after_stripe_was_silent(clock, later, asks):
    refund = want_refund(paid_by(paid()), 300, cause="goodwill", by="mia")
    type(refund).objects.update(look_at=NOW)
    SandboxSwitches(unreachable=True).save()
    assert send_refunds() == 0
    SandboxSwitches(unreachable=False).save()
    clock(NOW + timedelta(seconds=20) + later)
    assert send_refunds() == asks
    refund.refresh_from_db()
    assert (refund.status != "wanted") is asks


# --- events -------------------------------------------------------------------------------------------------------


def test_the_list_of_events_is_read_again_from_ten_minutes_before(clock, monkeypatch):
    asked = []
    monkeypatch.setattr(stripe_api, "list_events", lambda params: asked.append(params) or {"data": []})
    read_events()
    assert EventCursor.objects.get().read_until == NOW
    clock(NOW + minutes(3))
    read_events()
    assert [params["created"]["gte"] for params in asked] == [
        int((NOW - minutes(10)).timestamp()),
        int((NOW - minutes(10)).timestamp()),
    ]
    assert EventCursor.objects.get().read_until == NOW + minutes(3)


def test_an_event_that_stripe_lists_late_is_not_missed(clock):
    """It happened nine minutes before we last read the list, and stood in it only afterwards."""
    order, session = an_order_at_stripe()
    sessions.pay(session)
    SandboxEvent.objects.update(created=NOW)
    EventCursor.objects.create(pk=1, read_until=NOW + minutes(9))
    clock(NOW + minutes(10))
    assert read_events() >= 1
    order.refresh_from_db()
    assert order.status == "paid"


def a_waiting_event(clock, happened=NOW) -> StripeEvent:
    """About a session that no payment here has."""
    _, session = an_order_at_stripe()
    sessions.pay(session)
    found = {**sessions.session_object(session), "id": "cs_elsewhere"}
    body = {"id": "evt_1", "type": "checkout.session.completed", "livemode": False,
            "created": int(happened.timestamp()), "data": {"object": found}}  # fmt: skip
    return StripeEvent.objects.create(event_id="evt_1", type=body["type"], livemode=False, happened_at=happened,
                                      received_at=NOW, body=body, look_at=NOW)  # fmt: skip


@pytest.mark.parametrize(
    ("age", "words"),
    [(minutes(60) - MOMENT, "Stripe tries again"), (minutes(60), "Find it in Stripe"), (minutes(60) + MOMENT, "Find it in Stripe")],
)  # fmt: skip
def test_an_event_must_be_known_within_an_hour(clock, age, words):
    row = a_waiting_event(clock)
    clock(NOW + age)
    take_in_waiting()
    row.refresh_from_db()
    assert words in row.outcome


@pytest.mark.parametrize(
    ("age", "again"),
    [(minutes(0), minutes(1)), (minutes(2) - MOMENT, minutes(1)), (minutes(2), minutes(1)), (minutes(4), minutes(2)), (minutes(60), minutes(30)),
     (timedelta(days=3) - MOMENT, timedelta(days=1.5) - MOMENT / 2), (timedelta(days=3), None), (timedelta(days=3) + MOMENT, None)],
)  # fmt: skip
def test_an_event_that_waits_is_tried_more_and_more_seldom_for_three_days(clock, age, again):
    row = a_waiting_event(clock)
    clock(NOW + age)
    take_in_waiting()
    row.refresh_from_db()
    assert row.look_at == (NOW + age + again if again else None)


@pytest.mark.parametrize(("later", "tells"), AROUND)
def test_the_seller_is_told_of_an_event_an_hour_after_it_came_and_of_the_next_an_hour_later(
    clock, later, tells
):
    row = a_waiting_event(clock)
    clock(NOW + minutes(60) + later)
    assert tell_about_unknown_events() == tells
    assert mails_written().count() == tells
    StripeEvent.objects.update(told_at=NOW)
    StripeEvent.objects.create(event_id="evt_2", type=row.type, happened_at=NOW, received_at=NOW, body={})
    assert tell_about_unknown_events() == tells


@pytest.mark.parametrize(("declined", "closes"), [(4, False), (5, True), (6, True)])
def test_a_payment_is_closed_at_its_sixth_declined_card(clock, declined, closes):
    order, _ = an_order_at_stripe()
    Payment.objects.update(declined=declined)
    metadata = Payment.objects.get().params["metadata"]
    intent = {"metadata": metadata, "last_payment_error": {"decline_code": "generic_decline"}}
    take_in({"id": "evt_3", "type": "payment_intent.payment_failed", "livemode": False,
             "created": int(NOW.timestamp()), "data": {"object": intent}})  # fmt: skip
    assert Payment.objects.get().declined == declined + 1
    order.refresh_from_db()
    assert order.status == ("expired" if closes else "pending")
    assert session_of(order).status == ("expired" if closes else "open")
