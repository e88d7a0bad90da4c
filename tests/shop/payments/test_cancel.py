"""Ending orders that nobody paid, and what is left of those that somebody did."""

import pytest

from shop.basket.models import Basket
from shop.orders.models import Order
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt, end_order, end_other_orders, end_unknown
from shop.payments.sandbox.stripe import sessions
from tests.support.factories import an_order, an_order_at_stripe

pytestmark = pytest.mark.django_db


def test_a_failed_order_can_be_cancelled():
    order = an_order()
    Order.objects.filter(pk=order.pk).update(status="failed")
    assert end_order(order, to="cancelled", who="mia", why="No money came.") is True
    order.refresh_from_db()
    assert order.status == "cancelled"


@pytest.mark.slow
def test_an_order_that_was_paid_meanwhile_does_not_expire_and_whoever_cancels_it_is_told():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    assert end_order(order, to="expired", who="worker", why="") is False
    other, session = an_order_at_stripe(email="other@example.org")
    sessions.pay(session)
    with pytest.raises(AlreadyPaid) as raised:
        end_order(other, to="cancelled", who="mia", why="")
    assert (raised.value.order, str(raised.value)) == (other, other.number)
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}


def test_an_order_whose_payment_is_looked_at_ends_in_no_way():
    order, _ = an_order_at_stripe()
    order.payments.update(status="review")
    assert end_order(order, to="expired", who="worker", why="") is False
    with pytest.raises(PaymentLookedAt):
        end_order(order, to="cancelled", who="mia", why="")
    order.refresh_from_db()
    assert order.is_pending


def test_the_payment_of_a_cancelled_order_ends_and_the_timeline_says_why_and_no_more():
    order, _ = an_order_at_stripe()
    end_order(order, to="cancelled", who="mia", why="Asked by phone.")
    assert order.payments.get().status == "expired"
    assert order.events.order_by("pk").last().why == "Asked by phone."


def test_an_unknown_payment_ends_once():
    order, _ = an_order_at_stripe()
    payment = order.payments.get()
    assert end_unknown(payment) == "not known at Stripe, so it ended"
    assert end_unknown(payment) == "ended already"


def test_how_many_other_orders_of_a_basket_ended():
    order = an_order()
    basket = Basket.objects.get(pk=order.basket_pk)
    assert end_other_orders(basket, order.basket_key) == 0
    assert end_other_orders(basket, "another") == 1
    assert end_other_orders(basket, "another") == 0
