"""The timeline of an order says who brought Stripe's word that settled it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.ledger.fixes import look_now, take_in_again
from shop.orders.models import Order
from shop.payments.cancel import AlreadyPaid, end_order
from shop.payments.models import Payment, StripeEvent
from shop.payments.reconcile import look_at_payments, read_events
from shop.payments.sandbox.models import SandboxEvent, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import CannotPay, start_payment
from tests.support.factories import an_order_at_stripe, deliver_events, post_with_token

pytestmark = pytest.mark.django_db
ORDER = an_order_at_stripe


def by_webhook(order, client):
    deliver_events()


def by_reading_the_list_of_events(order, client):
    SandboxSwitches(drop=True).save()
    deliver_events()
    assert read_events(timezone.now() - timedelta(hours=1)) == 1


def by_the_worker_asking(order, client):
    look_at_payments(timezone.now() + timedelta(minutes=5))


def by_the_shopper_who_came_back(order, client):
    assert client.get(f"{order.get_absolute_url()}?from=payment").status_code == 200
    look_at_payments()


def by_pay_now(order, client):
    with pytest.raises(CannotPay):
        start_payment(order)


def by_the_shopper_who_cancels(order, client):
    post_with_token(client, order.get_absolute_url(), f"{order.get_absolute_url()}cancel/", {})


def by_staff_who_cancel(order, client):
    with pytest.raises(AlreadyPaid):
        end_order(order, to="cancelled", who="mia", why="x")


def by_the_worker_ending_it(order, client):
    end_order(order, to="expired", who="worker", why="x")


def by_staff_at_the_ledger(order, client):
    look_now(Payment.objects.get().pk, "tom")


def by_staff_with_an_event(order, client):
    row = SandboxEvent.objects.get(type="checkout.session.completed")
    event = StripeEvent.objects.create(
        event_id=row.id, type=row.type, happened_at=row.created, body=row.body, livemode=False
    )
    take_in_again(event.pk, "tom")


WHO = {
    by_webhook: "webhook",
    by_reading_the_list_of_events: "reconciler",
    by_the_worker_asking: "reconciler",
    by_the_shopper_who_came_back: "return page",
    by_pay_now: "order page",
    by_the_shopper_who_cancels: "shopper",
    by_staff_who_cancel: "mia",
    by_the_worker_ending_it: "worker",
    by_staff_at_the_ledger: "tom",
    by_staff_with_an_event: "tom",
}


@pytest.mark.parametrize("way", WHO)
def test_the_timeline_says_who_settled(way, client, order, session):
    sessions.pay(session)
    way(order, client)
    order = Order.objects.get(pk=order.pk)
    assert order.is_paid
    assert order.events.get(became="paid").who == WHO[way]


def test_who_came_back_is_forgotten_once_the_worker_asked(client, order, session):
    client.get(f"{order.get_absolute_url()}?from=payment")
    assert Payment.objects.get().asked_by == "return page"
    look_at_payments()
    assert Payment.objects.get().asked_by == ""
    sessions.pay(session)
    look_at_payments(timezone.now() + timedelta(hours=1))
    assert order.events.get(became="paid").who == "reconciler"
