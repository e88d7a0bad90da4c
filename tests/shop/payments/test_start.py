"""From an order to its payment page: which attempt is taken, which is begun, and when there is none."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.models import Hold
from shop.orders.models import Order
from shop.payments import start
from shop.payments.models import Payment
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import CannotPay, start_payment
from shop.payments.stripe_api import StripeRefused, StripeUnreachable
from tests.support.factories import an_order, an_order_at_stripe, stock

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_a_page_is_open_for_45_minutes_and_its_packs_are_held_20_longer():
    order, now = an_order(), timezone.now()
    start_payment(order, at=now)
    payment = order.payments.get()
    order.refresh_from_db()
    assert payment.ends_at - now == timedelta(minutes=45)
    assert payment.look_at - now == timedelta(minutes=2)
    assert order.hold_until - now == timedelta(minutes=65)
    assert Hold.objects.get(reference=order.hold_reference).until == order.hold_until


@pytest.mark.parametrize("status", ["paid", "expired", "failed", "cancelled"])
def test_an_order_that_does_not_wait_for_payment_has_no_page(status):
    order = Order(status=status)
    with pytest.raises(CannotPay, match=order.get_status_display()):
        start_payment(order)


def test_an_order_whose_payment_is_looked_at_has_no_page():
    order, _ = an_order_at_stripe()
    order.payments.update(status="review")
    with pytest.raises(CannotPay, match="being looked at"):
        start_payment(order)


def test_an_order_that_ended_a_moment_ago_gets_no_payment():
    order = an_order()
    Order.objects.filter(pk=order.pk).update(status="cancelled")
    with pytest.raises(CannotPay, match="no longer waiting"):
        start_payment(order)
    assert not order.payments.exists()


@pytest.mark.parametrize(
    ("leaving", "words"), [("", "had ended already"), ("asked", "had ended already"), ("begun", "meantime")]
)
def test_who_comes_back_to_a_page_that_was_paid_is_told_and_the_order_is_paid(leaving, words):
    order, session = an_order_at_stripe()
    order.payments.update(leaving=leaving)
    sessions.pay(session)
    with pytest.raises(CannotPay, match=words):
        start_payment(order)
    order.refresh_from_db()
    assert order.is_paid


def test_who_comes_back_to_a_page_that_is_being_closed_gets_another():
    order, session = an_order_at_stripe()
    order.payments.update(leaving="begun")
    assert session.pk not in start_payment(order)
    assert sorted(order.payments.values_list("status", flat=True)) == ["expired", "open"]


def test_of_two_attempts_at_once_the_first_counts(monkeypatch):
    order = an_order()
    first = start._new_payment(order, AT)
    assert start._new_payment(order, AT) == first
    monkeypatch.setattr(start, "unsettled_payment", lambda order: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        start._new_payment(order, AT)


def test_packs_that_were_let_go_are_kept_again_before_the_page_opens():
    order = an_order()
    order.let_go()
    assert stock().held == 0
    start_payment(order)
    order.refresh_from_db()
    assert (stock().held, order.let_go_at) == (1, None)


def test_packs_that_are_kept_again_are_held_from_then_on_whatever_comes_of_the_payment():
    order = an_order()
    order.let_go()
    start._keep_again(order, AT)
    order.refresh_from_db()
    assert order.hold_until == AT + timedelta(minutes=65)
    assert Hold.objects.get(reference=order.hold_reference).until == order.hold_until


def says(answer):
    def retrieve(session_id):
        if isinstance(answer, Exception):
            raise answer
        return answer

    return retrieve


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "open"},
        StripeUnreachable("silent"),
        StripeRefused("too many requests", "rate_limit"),
    ],
)
def test_the_same_attempt_is_taken_while_it_may_still_be_open(monkeypatch, answer):
    monkeypatch.setattr(start, "retrieve_session", says(answer))
    payment = Payment(session_id="cs_1")
    assert start._still_open(payment) is payment


def test_an_attempt_whose_session_was_never_stored_is_taken_and_stripe_not_asked(monkeypatch):
    monkeypatch.setattr(start, "retrieve_session", says(AssertionError("asked")))
    payment = Payment()
    assert start._still_open(payment) is payment
    assert start._still_open(None) is None


def test_stripe_is_sent_what_the_database_gives_back(monkeypatch):
    """Who asks again, from another process, must send the same bytes under the same key."""
    monkeypatch.setattr(start, "session_params", lambda *given: {"lines": (1, 2)})
    assert start._new_payment(an_order(), AT).params == {"lines": [1, 2]}
