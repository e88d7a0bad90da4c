"""What the worker does even if no webhook ever comes: which rows are due, what it asks, and what it leaves alone."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.orders.models import Order
from shop.payments import reconcile, stripe_api
from shop.payments.events import CannotDigest, WrongMode
from shop.payments.models import EventCursor, Payment, Refund, StripeEvent
from shop.payments.receive import UnknownPayment
from shop.payments.refund import want_refund
from shop.payments.stripe_api import StripeRefused, StripeUnreachable
from shop.sweeps.models import Setback
from tests.support.factories import an_order

pytestmark = pytest.mark.django_db
ORDER = an_order
NOW = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
AROUND = [(-MOMENT, False), (timedelta(), True), (MOMENT, True)]


def an_attempt(order, **fields) -> Payment:
    given = {"mode": "sandbox", "session_id": "cs_1", "ends_at": NOW, "look_at": NOW, "params": {}, **fields}
    return Payment.objects.create(order=order, amount=order.total, currency=order.currency, **given)


def a_wanted_refund(order) -> Refund:
    Order.objects.update(status="paid", paid_at=NOW)
    refund = want_refund(an_attempt(order, status="paid", intent_id="pi_1"), 500, cause="goodwill", by="mia")
    Refund.objects.update(look_at=NOW)
    return refund


def answers(monkeypatch, name, *given):
    """Stripe's answers to one call after the other, errors among them; what was asked."""
    asked, left = [], list(given)

    def call(*params):
        asked.append(params)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(stripe_api, name, call)
    return asked


# --- which rows are due -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({}, True),
        ({"status": "processing"}, True),
        ({"status": "paid"}, False),
        ({"status": "review"}, False),
        ({"mode": "test"}, False),
        ({"look_at": NOW + MOMENT}, False),
        ({"look_at": NOW - MOMENT}, True),
    ],
)
def test_which_payments_stripe_is_asked_about(order, fields, is_due):
    an_attempt(order, **fields)
    assert reconcile.due_payments(NOW).exists() is is_due


@pytest.mark.parametrize(
    ("later", "status", "given_back", "is_due"),
    [(-MOMENT, "open", 0, False), (timedelta(), "open", 0, True), (MOMENT, "open", 0, True),
     (MOMENT, "review", 0, False), (MOMENT, "review", 1194, False), (MOMENT, "review", 1195, True)],
)  # fmt: skip
def test_which_orders_are_overdue(order, later, status, given_back, is_due):
    Order.objects.update(hold_until=NOW)
    an_attempt(order, status=status, given_back=given_back)
    assert reconcile.overdue_orders(NOW + later).exists() is is_due


@pytest.mark.parametrize(("later", "is_due"), AROUND)
def test_which_refunds_are_sent(order, later, is_due):
    a_wanted_refund(order)
    assert reconcile.due_refunds(NOW + later).exists() is is_due
    Payment.objects.update(mode="test")
    assert not reconcile.due_refunds(NOW + later).exists()


def test_a_payment_can_be_looked_at_at_once(order):
    an_attempt(order, look_at=NOW + timedelta(days=400))
    reconcile.queue_look(order)
    assert Payment.objects.get().look_at < NOW


@pytest.mark.parametrize(
    ("mode", "later", "ends"),
    [
        ("test", -MOMENT, True),
        ("live", -MOMENT, False),
        ("live", timedelta(), True),
        ("sandbox", MOMENT, False),
    ],
)
def test_a_slow_payment_of_another_mode_ends_at_once_if_no_money_was_real(order, mode, later, ends):
    Order.objects.update(status="awaiting_payment", hold_until=NOW)
    an_attempt(order, status="processing", mode=mode)
    assert reconcile.end_overdue_orders(NOW + later) == ends
    order.refresh_from_db()
    assert order.status == ("failed" if ends else "awaiting_payment")


# --- asking about one ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"id": "cs_1", "status": "open"}, "still open"),
        (StripeRefused("gone", "resource_missing"), "not known at Stripe, so it ended"),
    ],
)
def test_what_stripe_says_of_a_payment_is_settled(order, monkeypatch, answer, said):
    asked = answers(monkeypatch, "retrieve_session", answer)
    assert reconcile.look_at(an_attempt(order)) == said
    assert asked == [("cs_1",)]


def test_another_refusal_ends_nothing_and_is_no_reason_to_stop(order, monkeypatch):
    answers(monkeypatch, "retrieve_session", StripeRefused("no"))
    payment = an_attempt(order)
    assert reconcile.look_at_payments(NOW) == 1
    payment.refresh_from_db()
    assert (payment.status, payment.look_at) == ("open", NOW + timedelta(minutes=5))
    assert not Setback.objects.exists()


def test_a_payment_that_another_worker_has_taken_is_not_asked_about(order, monkeypatch):
    asked = answers(monkeypatch, "retrieve_session")
    payment = an_attempt(order)
    monkeypatch.setattr(reconcile, "each_alone", lambda rows, work, **how: [taken(row, work) for row in rows])

    def taken(row, work):
        Payment.objects.update(look_at=NOW + MOMENT)
        return work(row)

    assert reconcile.look_at_payments(NOW) == 0
    assert asked == []
    payment.refresh_from_db()
    assert payment.look_at == NOW + MOMENT


# --- Stripe's list of events -----------------------------------------------------------------------------------------


def an_event(name, minutes=0) -> dict:
    """Of a type that does nothing."""
    at = int(datetime(2026, 3, 1, 10, minutes, tzinfo=UTC).timestamp())
    return {"id": name, "type": "charge.succeeded", "livemode": False, "created": at, "data": {"object": {}}}


def test_the_list_is_read_page_by_page_from_ten_minutes_before_it_was_read_last(monkeypatch):
    EventCursor.objects.create(pk=1, read_until=NOW)
    pages = [
        {"data": [an_event("evt_1"), an_event("evt_2")], "has_more": True},
        {"data": [an_event("evt_3")], "has_more": False},
    ]
    asked = answers(monkeypatch, "list_events", *pages)
    assert reconcile.read_events(NOW + timedelta(minutes=1)) == 3
    first, second = (params for (params,) in asked)
    assert first["created"] == {"gte": int((NOW - timedelta(minutes=10)).timestamp())}
    assert (first["limit"], "starting_after" in first) == (100, False)
    assert second == {**first, "starting_after": "evt_2"}
    assert EventCursor.objects.get().read_until == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("rows", [None, {}, [], ["evt_1"], [{"id": 5}], [{"id": ""}], [{}]])
def test_a_page_whose_last_row_names_nothing_is_the_last(monkeypatch, rows):
    asked = answers(monkeypatch, "list_events", {"data": rows, "has_more": True})
    assert reconcile.read_events(NOW) == 0
    assert len(asked) == 1


@pytest.mark.parametrize("error", [StripeUnreachable("silent"), StripeRefused("no")])
def test_what_could_not_be_read_is_read_the_next_time(monkeypatch, error):
    EventCursor.objects.create(pk=1, read_until=NOW)
    answers(monkeypatch, "list_events", error)
    assert reconcile.read_events(NOW + timedelta(hours=1)) == 0
    assert EventCursor.objects.get().read_until == NOW


def test_the_mark_of_what_was_read_never_goes_back(monkeypatch):
    EventCursor.objects.create(pk=1, read_until=NOW)
    answers(monkeypatch, "list_events", {"data": []})
    reconcile.read_events(NOW - timedelta(minutes=1))
    assert EventCursor.objects.get().read_until == NOW


def test_the_oldest_event_works_first_and_none_a_second_time(monkeypatch):
    events = [an_event("evt_3", 3), an_event("evt_1", 1), {"object": "nonsense"}, an_event("evt_2", 2)]
    assert [event["id"] for event in reconcile._unknown(events)] == ["evt_1", "evt_2", "evt_3"]
    answers(monkeypatch, "list_events", {"data": [an_event("evt_1", 1)]})
    assert reconcile.read_events(NOW) == 1
    assert [event["id"] for event in reconcile._unknown(events)] == ["evt_2", "evt_3"]
    StripeEvent.objects.update(is_done=False)
    assert len(reconcile._unknown(events)) == 3


@pytest.mark.parametrize("error", [UnknownPayment, WrongMode, CannotDigest])
def test_an_event_that_can_not_work_yet_waits_and_stops_nothing(monkeypatch, error):
    monkeypatch.setattr(reconcile, "take_in", lambda event, by: (_ for _ in ()).throw(error))
    assert reconcile._taken_in(an_event("evt_1")) is False
    monkeypatch.setattr(reconcile, "take_in", lambda event, by: None)
    assert reconcile._taken_in(an_event("evt_1")) is True


# --- refunds -------------------------------------------------------------------------------------------------------


def test_a_refund_is_asked_for_once_under_its_key(order, monkeypatch):
    refund = a_wanted_refund(order)
    word = {"id": "re_1", "amount": 500, "status": "succeeded", "payment_intent": "pi_1"}
    asked = answers(monkeypatch, "create_refund", {**word, "metadata": {"refund": str(refund.key)}})
    assert reconcile.send_refunds(NOW) == 1
    metadata = {"refund": str(refund.key), "order": order.number}
    assert asked == [({"payment_intent": "pi_1", "amount": 500, "metadata": metadata}, str(refund.key))]
    refund.refresh_from_db()
    assert (refund.status, refund.look_at) == ("succeeded", NOW + timedelta(minutes=5))


def test_a_refund_that_stripe_refuses_is_given_up_and_staff_are_told(order, monkeypatch):
    refund = a_wanted_refund(order)
    answers(monkeypatch, "create_refund", StripeRefused("no such intent"))
    assert reconcile.send_refunds(NOW) == 0
    refund.refresh_from_db()
    order.refresh_from_db()
    assert refund.status == "failed"
    assert "no such intent" in order.needs_review


def test_a_refund_that_another_worker_has_taken_is_not_sent(order, monkeypatch):
    a_wanted_refund(order)
    asked = answers(monkeypatch, "create_refund")

    def each(rows, work, **how):
        found = list(rows)
        Refund.objects.update(look_at=NOW + MOMENT)
        return sum(work(row) for row in found)

    monkeypatch.setattr(reconcile, "each_alone", each)
    assert reconcile.send_refunds(NOW) == 0
    assert asked == []
