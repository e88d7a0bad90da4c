"""Stripe is told the way back to an order's page, and nothing that is kept of it opens that page."""

import pytest
from django.conf import settings

from shop.outbox.models import Mail
from shop.payments import stripe_api
from shop.payments.models import Payment, StripeEvent
from shop.payments.sessions import LINK, with_link
from tests.support.factories import an_order_at_stripe, everywhere
from tests.support.orders import a_paid_order

pytestmark = pytest.mark.django_db


def kept_by_us(token):
    return [label for label in everywhere(token) if not label.startswith("sandbox.")]


@pytest.mark.slow
def test_after_it_is_paid_no_row_opens_the_order_but_its_mails_that_wait():
    order = a_paid_order()
    assert kept_by_us(order.token) == ["outbox.Mail"]
    Mail.objects.all().delete()
    assert not kept_by_us(order.token)
    assert "success_url" in str(StripeEvent.objects.values_list("body", flat=True))


def test_stripe_is_told_the_same_each_time(monkeypatch):
    told = []
    make = stripe_api.create_session
    monkeypatch.setattr(
        stripe_api, "create_session", lambda params, key: told.append(params) or make(params, key)
    )
    order, _ = an_order_at_stripe()
    payment = Payment.objects.get(order=order)
    assert told == [with_link(payment)]
    assert told[0]["success_url"] == f"{settings.SITE_URL}/orders/{order.token}/?from=payment"
    assert payment.params["cancel_url"].startswith(f"{LINK}?from=cancel&attempt=")


def test_the_release_before_reads_them_as_it_wrote_them(monkeypatch):
    monkeypatch.setattr("shop.payments.sessions.opened_by_both", lambda: True)
    order, _ = an_order_at_stripe()
    payment = Payment.objects.get(order=order)
    assert payment.params["success_url"] == f"{order.full_url}?from=payment"
    assert with_link(payment) == payment.params
