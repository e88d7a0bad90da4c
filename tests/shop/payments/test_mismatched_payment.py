"""Money that doesn't match its order: the shopper reads that it is being looked at and can't pay again, on any page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.ledger.check import breaches
from shop.ledger.fixes import refund_rest
from shop.orders.models import Order
from shop.payments.cancel import PaymentLookedAt, end_order
from shop.payments.models import Payment
from shop.payments.receive import settle
from shop.payments.reconcile import end_overdue_orders, look_at_payments, send_refunds
from shop.payments.sandbox.models import SandboxIntent, SandboxRefund, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import CannotPay, start_payment
from tests.support.factories import (
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
ORDER = an_order_at_stripe

TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip
WRONG = [{"amount_total": 1}, {"amount_total": 5000}, {"currency": "usd"}, {"client_reference_id": "S1"},
         {"client_reference_id": None}, {"livemode": True}]  # fmt: skip


def paid_wrongly(order, **wrong) -> Order:
    session = session_of(order)
    if wrong.get("amount_total"):
        SandboxIntent.objects.filter(pk=session.intent_id).update(amount=wrong["amount_total"])
    sessions.pay(session)
    session.refresh_from_db()
    assert settle({**sessions.session_object(session), **wrong}, source="webhook").startswith("mismatch")
    order.refresh_from_db()
    return order


@pytest.mark.walk
@pytest.mark.parametrize("wrong", WRONG)
def test_every_page_says_that_the_payment_is_looked_at_and_none_takes_another(shopper, wrong):
    before, held = Order.objects.count(), stock().held
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", TYPED)
    order = paid_wrongly(Order.objects.latest("pk"), **wrong)
    url = order.get_absolute_url()
    for query in ("", "?from=payment", "?from=cancel"):
        answer = shopper.get(url + query)
        page = answer.content.decode()
        assert "We are looking at your payment" in page
        assert "don’t pay again" in page
        assert "Pay now" not in page
        assert "Nothing was charged" not in page
        assert "Cancel this order" not in page
        assert "Refresh" not in answer, "nothing is going to be confirmed by itself"
    with pytest.raises(CannotPay):
        start_payment(order)
    assert shopper.post(f"{url}pay/")["Location"] == url
    assert "can’t be cancelled here" in shopper.post(f"{url}cancel/", follow=True).content.decode()
    assert shopper.get("/uk/checkout/").status_code == 303, "the basket was bought"
    for typed in (TYPED, {**TYPED, "line1": "2"}):
        shopper.post("/uk/checkout/", typed)
    assert Order.objects.count() == Payment.objects.count() == SandboxSession.objects.count() == before + 1
    order.refresh_from_db()
    assert (order.status, stock().held) == ("pending", held + 1)
    assert "don't pay again" in mails_written("review").get().text


@pytest.mark.slow
def test_it_neither_ends_by_time_nor_by_staff_and_is_told_once(order):
    paid_wrongly(order, amount_total=1)
    late = timezone.now() + timedelta(hours=5)
    assert end_overdue_orders(late) == 0
    look_at_payments(late)
    for to in ("cancelled", "expired"):
        if to == "expired":
            assert end_order(order, to=to, who="worker", why="x") is False
        else:
            with pytest.raises(PaymentLookedAt):
                end_order(order, to=to, who="mia", why="x")
    page = f"/admin/orders/order/{order.pk}/change/"
    answer = post_with_token(signed_in("Owner"), page, page, {"action": "end", "why": "x"})
    assert "give that back first" in answer.content.decode()
    session = session_of(order)
    settle({**sessions.session_object(session), "amount_total": 1}, source="reconciler")
    assert mails_written("review").count() == 1
    assert [breach.rule for breach in breaches(late) if breach.rule != "reading"] == ["money"]


@pytest.mark.parametrize("took", [1, 700, 5000])
def test_once_staff_give_it_back_what_was_taken_goes_and_the_order_may_end(client, took, order):
    paid_wrongly(order, amount_total=took)
    refund_rest(Payment.objects.get().pk, "tom")
    assert send_refunds() == 1
    deliver_events()
    payment = Payment.objects.get()
    assert (payment.given_back, payment.left) == (took, 0)
    assert SandboxRefund.objects.get().amount == took
    page = client.get(order.get_absolute_url()).content.decode()
    assert "We are looking at" not in page
    assert "went back" in page
    assert end_overdue_orders(timezone.now() + timedelta(hours=5)) == 1
    page = client.get(order.get_absolute_url()).content.decode()
    assert "nothing was charged" not in page.lower()
    assert stock().held == 0


def test_a_matching_word_of_stripe_that_comes_later_pays_the_order(order):
    paid_wrongly(order, currency="usd")
    assert settle(sessions.session_object(session_of(order)), source="webhook") == "paid"
    order.refresh_from_db()
    assert (order.status, stock().held) == ("paid", 1)


def test_a_slow_payment_that_did_not_match_and_then_failed_took_nothing(client, order, session):
    sessions.pay_slowly(session, succeeds=False)
    session.refresh_from_db()
    wrong = {**sessions.session_object(session), "amount_total": 1}
    settle(wrong, source="webhook")
    settle(wrong, source="webhook", failed=True)
    order.refresh_from_db()
    assert (order.status, stock().held) == ("failed", 0)
    assert Payment.objects.get().status == "failed"
    assert "Nothing was charged" in client.get(order.get_absolute_url()).content.decode()


def test_money_for_an_ended_order_is_never_called_no_charge(client, order, session):
    Order.objects.filter(pk=order.pk).update(status="expired")
    order.release_stock()
    set_stock("CIT-CAP-90", "uk", 0)
    sessions.pay(session)
    deliver_events()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "othing was charged" not in page
    assert "£11.95 came for it; £11.95 is on its way back" in " ".join(page.split())


@pytest.mark.walk
@pytest.mark.parametrize(
    ("currency", "took", "words"),
    [("usd", 1500, "US$15.00"), ("jpy", 1195, "JP¥1,195"), ("EUR", 1, "€0.01"), ("gbp", 5000, "£50.00")],
)
def test_what_came_and_went_back_is_told_in_the_currency_that_came(client, currency, took, words, order):
    paid_wrongly(order, currency=currency, amount_total=took)
    owner, page = signed_in("Owner"), f"/admin/orders/order/{order.pk}/change/"
    assert words in breaches()[0].words
    assert words in owner.get("/admin/ledger/").content.decode()
    assert f"Payment {words}" in owner.get(page).content.decode()
    refund_rest(Payment.objects.get().pk, "tom")
    send_refunds()
    deliver_events()
    assert f"{words} went back" in client.get(order.get_absolute_url()).content.decode()
    assert f"Refund {words}" in owner.get(page).content.decode()


@pytest.mark.parametrize(
    "currency", [None, 5, "", "pounds", pytest.param("\x00", marks=pytest.mark.sqlite), ["usd"]]
)
def test_a_currency_that_is_none_is_shown_as_the_orders(currency, order):
    paid_wrongly(order, currency=currency)
    assert (Payment.objects.get().taken_currency, Payment.objects.get().took_text) == ("", "£11.95")
