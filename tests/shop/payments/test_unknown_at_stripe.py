"""Payments that Stripe doesn't know (another account or mode, deleted test data) can't be paid: they end, and all else goes on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.orders.models import IllegalMove, Order
from shop.payments import stripe_api
from shop.payments.models import Payment, Refund
from shop.payments.reconcile import end_overdue_orders, look_at_payments, send_refunds
from shop.payments.refund import want_refund
from shop.payments.sandbox.models import SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import CannotPay, start_payment
from shop.sweeps.models import Setback
from tests.support.factories import (
    a_basket,
    an_order,
    an_order_at_stripe,
    deliver_events,
    mails_written,
    post_with_token,
    session_of,
    set_stock,
    stock,
)
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db

TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip


def forgotten_by_stripe(order):
    SandboxSession.objects.filter(pk=session_of(order).pk).delete()


def of_another_account(order):
    Payment.objects.filter(order=order).update(session_id=f"cs_live_{order.pk}")


def of_sandbox_mode_in_a_test_shop(order):
    Order.objects.filter(pk=order.pk).update(payment_mode="test")
    Payment.objects.filter(order=order).update(mode="test", session_id=f"cs_test_{order.pk}")


STRANDED = [forgotten_by_stripe, of_another_account, of_sandbox_mode_in_a_test_shop]


def late():
    return timezone.now() + timedelta(hours=3)


@pytest.mark.slow
def test_overdue_orders_that_stripe_does_not_know_end_and_so_do_those_behind_them():
    orders = [an_order_at_stripe(email=f"{n}@example.org")[0] for n in range(6)]
    unknown = orders[::2]
    for strand, order in zip(STRANDED, unknown, strict=True):
        strand(order)
    assert end_overdue_orders(late()) == 6
    assert set(Order.objects.values_list("status", flat=True)) == {"expired"}
    assert stock().held == 0
    for order in unknown:
        words = " ".join(order.events.values_list("why", flat=True))
        assert "doesn’t know the payment" in words or "mode" in words
    assert not Setback.objects.exists()


@pytest.mark.slow
def test_an_answer_nobody_can_read_is_set_aside_and_the_rest_ends(monkeypatch):
    orders = [an_order_at_stripe(email=f"{n}@example.org")[0] for n in range(3)]
    bad, real = session_of(orders[0]).pk, stripe_api.expire_session
    monkeypatch.setattr(stripe_api, "expire_session", lambda pk: {} if pk == bad else real(pk))
    assert end_overdue_orders(late()) == 2
    assert Setback.objects.get().about == str(orders[0].pk)


@pytest.mark.parametrize("strand", STRANDED)
def test_a_shopper_can_cancel_what_stripe_does_not_know(shopper, strand):
    order, _ = an_order_at_stripe()
    strand(order)
    answer = post_with_token(shopper, order.get_absolute_url(), f"{order.get_absolute_url()}cancel/", {}) if (
        strand is not of_sandbox_mode_in_a_test_shop
    ) else shopper.post(f"{order.get_absolute_url()}cancel/")  # fmt: skip
    assert answer.status_code == 303
    order.refresh_from_db()
    assert (order.status, stock().held) == ("cancelled", 0)
    assert "nothing was charged" in shopper.get(order.get_absolute_url()).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("strand", [forgotten_by_stripe, of_sandbox_mode_in_a_test_shop])
def test_an_order_corrected_at_the_checkout_replaces_one_that_stripe_does_not_know(shopper, strand):
    set_stock("CIT-CAP-90", "uk", 5)
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", TYPED)
    first = Order.objects.get()
    strand(first)
    answer = post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "line1": "2"})
    assert answer.status_code == 303
    assert "/sandbox/pay/" in answer["Location"]
    first.refresh_from_db()
    assert (first.status, stock().held) == ("cancelled", 1)


@pytest.mark.slow
@pytest.mark.parametrize("strand", [of_another_account, of_sandbox_mode_in_a_test_shop])
def test_the_desk_can_cancel_what_stripe_does_not_know(strand):
    order, _ = an_order_at_stripe()
    strand(order)
    staff = signed_in("Owner")
    page = f"/admin/orders/order/{order.pk}/change/"
    answer = post_with_token(staff, page, page, {"action": "end", "why": "asked to", "confirmed": "1"})
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.status, stock().held) == ("cancelled", 0)


def test_a_key_that_stripe_does_not_take_ends_nothing(monkeypatch):
    """All sessions may still be paid: nothing is known until the key is right again."""
    from shop.payments.sandbox import http

    order, _ = an_order_at_stripe()
    monkeypatch.setattr(http, "SECRET_KEY", "sk_test_another")
    assert end_overdue_orders(late()) == 0
    assert look_at_payments(late()) == 1
    order.refresh_from_db()
    assert (order.status, stock().held) == ("pending", 1)
    monkeypatch.undo()
    assert end_overdue_orders(late() + timedelta(minutes=2)) == 1


@pytest.mark.slow
def test_the_reconciler_ends_an_unknown_attempt_and_the_shopper_can_pay_anew():
    order, _ = an_order_at_stripe()
    other, paid = an_order_at_stripe(email="b@example.org")
    forgotten_by_stripe(order)
    sessions.pay(paid)
    assert look_at_payments(timezone.now() + timedelta(minutes=3)) == 2
    other.refresh_from_db()
    order.refresh_from_db()
    assert (other.status, order.status) == ("paid", "pending")
    assert order.payments.get().status == "expired"
    assert "/sandbox/pay/" in start_payment(order)
    assert stock().held == 2


def test_a_slow_payment_that_stripe_does_not_know_fails_and_the_shopper_is_told():
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    deliver_events()
    forgotten_by_stripe(order)
    assert look_at_payments(timezone.now() + timedelta(hours=2)) == 1
    order.refresh_from_db()
    assert (order.status, stock().held) == ("failed", 0)
    assert "If your bank shows a charge" in mails_written("failed").get().text


@pytest.mark.parametrize(("mode", "ends"), [("test", 1), ("live", 0)])
def test_a_slow_payment_of_another_mode_ends_at_once_unless_money_is_real(mode, ends):
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    deliver_events()
    Payment.objects.update(mode=mode)
    assert end_overdue_orders() == ends
    assert end_overdue_orders(timezone.now() + timedelta(days=15)) == 1 - ends
    order.refresh_from_db()
    assert order.status == "failed"
    assert bool(order.needs_review) == (mode == "live")


def test_an_order_of_another_mode_is_never_paid_in_this_one(shopper):
    basket = a_basket()
    order, _ = an_order_at_stripe(basket=basket)
    of_sandbox_mode_in_a_test_shop(order)
    order.refresh_from_db()
    with pytest.raises(CannotPay):
        start_payment(order)
    page = shopper.get(order.get_absolute_url()).content.decode()
    assert "Pay now" not in page


def test_the_same_basket_in_another_mode_is_another_order(settings):
    basket = a_basket()
    order = an_order(basket=basket)
    settings.PAYMENT_MODE = "test"
    again = an_order(basket=basket)
    assert again != order
    assert again.number.startswith("T")


@pytest.mark.slow
def test_no_refund_is_sent_or_wanted_for_a_payment_of_another_mode():
    orders = []
    for n in range(2):
        order, session = an_order_at_stripe(email=f"{n}@example.org")
        sessions.pay(session)
        deliver_events()
        want_refund(order.payments.get(), 500, cause="goodwill", by="mia")
        orders.append(order)
    Payment.objects.filter(order=orders[0]).update(mode="live")
    assert send_refunds() == 1
    assert Refund.objects.get(payment__order=orders[0]).status == "wanted"
    with pytest.raises(IllegalMove, match="live mode"):
        want_refund(orders[0].payments.get(), 100, cause="goodwill", by="mia")


@pytest.mark.slow
def test_a_refund_that_cannot_be_read_does_not_stop_the_rest(monkeypatch):
    real = stripe_api.create_refund
    for n in range(3):
        order, session = an_order_at_stripe(email=f"{n}@example.org")
        sessions.pay(session)
        deliver_events()
        want_refund(order.payments.get(), 500 + n, cause="goodwill", by="mia")
    monkeypatch.setattr(
        stripe_api, "create_refund", lambda params, key: {} if params["amount"] == 500 else real(params, key)
    )
    assert send_refunds() == 2
    assert Setback.objects.get().sweep == "send_refunds"


@pytest.mark.slow
@pytest.mark.parametrize("strand", [forgotten_by_stripe, of_another_account])
def test_pay_now_leads_to_a_page_where_one_can_pay(shopper, strand):
    order, session = an_order_at_stripe()
    strand(order)
    url = order.get_absolute_url()
    answer = post_with_token(shopper, url, f"{url}pay/", {})
    newer = session_of(order)
    assert newer.pk in answer["Location"]
    assert (newer.pk != session.pk, newer.status, stock().held) == (True, "open", 1)
    assert "doesn’t know the payment" in " ".join(order.events.values_list("why", flat=True))


@pytest.mark.parametrize(("happened", "words"), [("paid", "Thank you"), ("expired", "has ended")])
def test_pay_now_at_a_page_that_is_done_tells_what_happened(shopper, happened, words):
    order, session = an_order_at_stripe()
    url = order.get_absolute_url()
    shown = shopper.get(url).content.decode()
    if happened == "paid":
        sessions.pay(session)
    else:
        sessions.expire_session(session.pk)
    assert "Pay now" in shown
    assert shopper.post(f"{url}pay/")["Location"] == url
    assert words in shopper.get(url).content.decode()


def test_while_stripe_is_silent_pay_now_leads_where_it_did(shopper):
    order, session = an_order_at_stripe()
    SandboxSwitches(unreachable=True).save()
    assert session.pk in shopper.post(f"{order.get_absolute_url()}pay/")["Location"]


@pytest.mark.slow
def test_orders_that_stripe_never_answers_about_keep_no_batch_to_themselves(monkeypatch):
    """Three fill a batch here; each attempt at them ends in a 5xx for ever."""
    orders = [an_order_at_stripe(email=f"{n}@example.org")[0] for n in range(5)]
    bad = {session_of(order).pk for order in orders[:4]}
    expire = stripe_api.expire_session

    def answer(session_id):
        if session_id in bad:
            raise stripe_api.StripeUnreachable("500")
        return expire(session_id)

    monkeypatch.setattr(stripe_api, "expire_session", answer)
    assert end_overdue_orders(late()) == 0
    assert Setback.objects.count() == 3, "then Stripe is left alone, so that other sweeps need not wait"
    assert end_overdue_orders(late() + timedelta(seconds=1)) == 1
    monkeypatch.setattr(stripe_api, "expire_session", expire)
    assert end_overdue_orders(late() + timedelta(minutes=6)) == 4, "within minutes, once Stripe answers"
    assert not Setback.objects.exists()
