"""Who comes back from the payment page unpaid frees the packs for others at once, and may still pay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.basket.models import Basket
from shop.catalogue.models import Hold
from shop.catalogue.references import basket_reference
from shop.ledger.check import breaches
from shop.payments import leave
from shop.payments.leave import let_left_packs_go
from shop.payments.models import Payment
from shop.payments.reconcile import end_overdue_orders
from shop.payments.sandbox.models import SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import start_payment
from shop.sweeps.models import Setback
from tests.support.factories import (
    a_basket,
    an_order,
    an_order_at_stripe,
    deliver_events,
    post_with_token,
    session_of,
    set_stock,
    stock,
)
from tests.support.orders import a_code, order_with

pytestmark = pytest.mark.django_db


def come_back(client, order) -> str:
    return client.get(order.get_absolute_url() + "?from=cancel").content.decode()


def pay_now(shopper, order):
    return post_with_token(shopper, order.get_absolute_url(), f"{order.get_absolute_url()}pay/", {})


@pytest.fixture
def last_packs():
    set_stock("CIT-CAP-90", "uk", 2)
    return an_order_at_stripe(basket=a_basket(quantity=2), quantity=2)


@pytest.mark.slow
def test_coming_back_frees_the_packs_and_the_shopper_can_still_pay(shopper, last_packs):
    order, session = last_packs
    page = come_back(shopper, order)
    assert "Nothing was charged" in page
    assert "Others can have your packs again" in page
    assert let_left_packs_go() == 1
    order.refresh_from_db()
    session.refresh_from_db()
    assert (order.status, session.status, stock().held) == ("pending", "expired", 0)
    assert breaches() == []
    deliver_events()  # Stripe tells that the session ended, which ends no order
    answer = pay_now(shopper, order)
    assert "/sandbox/pay/" in answer["Location"]
    order.refresh_from_db()
    assert (order.let_go_at, stock().held, order.payments.count()) == (None, 2, 2)
    sessions.pay(session_of(order))
    deliver_events()
    order.refresh_from_db()
    assert (order.status, stock().held) == ("paid", 2)
    assert breaches() == []


@pytest.mark.slow
@pytest.mark.parametrize("first", ["the event", "the worker"])
def test_the_event_of_the_closed_session_and_the_worker_let_go_once(shopper, last_packs, first):
    order, session = last_packs
    come_back(shopper, order)
    if first == "the event":
        Payment.objects.update(leaving="begun")
        sessions.expire_session(session.pk)
        deliver_events()
        assert let_left_packs_go() == 0
    else:
        let_left_packs_go()
        deliver_events()
    order.refresh_from_db()
    assert (order.status, stock().held) == ("pending", 0)
    assert order.let_go_at is not None


@pytest.mark.slow
def test_somebody_else_gets_the_packs_and_the_first_is_told_in_words(shopper, last_packs):
    order, _ = last_packs
    come_back(shopper, order)
    let_left_packs_go()
    other, session = an_order_at_stripe(email="b@example.org", basket=a_basket(quantity=1))
    answer = pay_now(shopper, order)
    assert answer["Location"].endswith("/uk/basket/")
    page = shopper.get(answer["Location"]).content.decode()
    assert "somebody was quicker, 1 left. Nothing was charged" in page
    order.refresh_from_db()
    assert (order.status, stock().held) == ("pending", 1)
    assert order.let_go_at is not None
    sessions.pay(session)
    deliver_events()
    other.refresh_from_db()
    assert other.is_paid
    assert breaches() == []


@pytest.mark.slow
def test_who_goes_back_before_the_worker_looks_stays_at_the_same_session(shopper, last_packs):
    order, session = last_packs
    come_back(shopper, order)
    assert pay_now(shopper, order)["Location"].endswith(f"/sandbox/pay/{session.pk}/")
    assert let_left_packs_go() == 0
    session.refresh_from_db()
    assert (session.status, stock().held) == ("open", 2)


def test_who_goes_back_while_the_session_is_being_closed_gets_a_new_one(shopper, last_packs):
    order, session = last_packs
    come_back(shopper, order)
    Payment.objects.update(leaving="begun")  # and then the worker was killed
    address = start_payment(order)
    assert not address.endswith(f"/{session.pk}/")
    session.refresh_from_db()
    assert (session.status, stock().held, order.payments.count()) == ("expired", 2, 2)
    assert let_left_packs_go() == 0


@pytest.mark.slow
def test_if_stripe_says_complete_it_is_settled(shopper, last_packs):
    order, session = last_packs
    come_back(shopper, order)
    sessions.pay(session)
    assert let_left_packs_go() == 1
    order.refresh_from_db()
    assert (order.status, stock().held) == ("paid", 2)


@pytest.mark.slow
def test_nothing_is_let_go_before_stripe_has_closed_the_session(shopper, last_packs):
    order, _ = last_packs
    come_back(shopper, order)
    SandboxSwitches(unreachable=True).save()
    let_left_packs_go()
    assert stock().held == 2
    assert Setback.objects.exists()
    SandboxSwitches(unreachable=False).save()
    assert let_left_packs_go(timezone.now() + timedelta(minutes=2)) == 1
    assert stock().held == 0
    assert not Setback.objects.exists()


@pytest.mark.slow
def test_an_order_let_go_ends_when_its_time_is_over(shopper, last_packs):
    order, _ = last_packs
    come_back(shopper, order)
    let_left_packs_go()
    assert end_overdue_orders(timezone.now() + timedelta(hours=2)) == 1
    order.refresh_from_db()
    assert (order.status, stock().held) == ("expired", 0)
    assert breaches() == []


@pytest.mark.slow
def test_the_same_basket_finds_its_order_again_and_keeps_the_packs(last_packs, client):
    order, _ = last_packs
    come_back(client, order)
    let_left_packs_go()
    assert an_order(basket=Basket.objects.get(pk=order.basket_pk)) == order
    start_payment(order)
    assert stock().held == 2
    assert Hold.objects.get().visitor == basket_reference(order.basket_pk)


@pytest.mark.parametrize("look", [{"method": "head"}, {"headers": {"Sec-Purpose": "prefetch"}}, {"query": ""},
                                  {"query": "?from=payment"}, {"query": "?from=Cancel"}])  # fmt: skip
def test_only_a_person_who_comes_back_lets_go(client, last_packs, look):
    order, _ = last_packs
    url = order.get_absolute_url() + look.get("query", "?from=cancel")
    getattr(client, look.get("method", "get"))(url, headers=look.get("headers"))
    assert let_left_packs_go() == 0
    assert stock().held == 2


def test_a_paid_order_and_a_slow_payment_are_not_left(client):
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    deliver_events()
    come_back(client, order)
    assert let_left_packs_go() == 0
    assert stock().held == 1


@pytest.mark.slow
def test_a_code_is_free_for_others_too_and_may_be_gone(shopper):
    a_code(limit=1)
    order = order_with("NOVEMBER10")
    start_payment(order)
    come_back(shopper, order)
    let_left_packs_go()
    assert breaches() == []
    order_with("NOVEMBER10", email="b@example.org")
    answer = pay_now(shopper, order)
    page = shopper.get(answer["Location"]).content.decode()
    assert "Nothing was charged, and your basket is kept" in page
    order.refresh_from_db()
    assert order.let_go_at is not None


def test_a_session_that_stripe_forgot_lets_go_too(client, last_packs):
    order, session = last_packs
    come_back(client, order)
    SandboxSession.objects.filter(pk=session.pk).delete()
    assert let_left_packs_go() == 1
    assert stock().held == 0


@pytest.mark.slow
def test_money_for_packs_let_go_goes_back_when_they_are_gone(client, last_packs):
    """What must not happen, happened: Stripe took money for a closed session."""
    order, session = last_packs
    come_back(client, order)
    let_left_packs_go()
    an_order(email="b@example.org")
    SandboxSession.objects.filter(pk=session.pk).update(status="open")
    Payment.objects.update(status="open", leaving="")
    session.refresh_from_db()
    sessions.pay(session)
    deliver_events()
    assert Payment.objects.get(order=order).refunds.get().amount == order.total


@pytest.mark.slow
def test_looking_at_an_old_link_back_again_leaves_no_newer_payment(shopper, last_packs):
    """Reloaded, or opened in another tab, while the shopper types a card at the next payment page."""
    order, session = last_packs
    link = session.params["cancel_url"].removeprefix("http://127.0.0.1:8000")
    assert "Others can have your packs again" in shopper.get(link).content.decode()
    let_left_packs_go()
    pay_now(shopper, order)
    for url in (link, link.replace("attempt=", "attempt=x"), f"{link}0"):
        shopper.get(url)
        assert let_left_packs_go() == 0
    newer = session_of(order)
    shopper.get(newer.params["cancel_url"].removeprefix("http://127.0.0.1:8000"))
    assert let_left_packs_go() == 1


@pytest.mark.parametrize("changes", [{"leaving": ""}, {"status": "paid"}])
def test_whoever_is_back_at_the_page_or_has_paid_is_left_alone_and_stripe_not_asked(monkeypatch, changes):
    order, _ = an_order_at_stripe()
    payment = order.payments.get()
    Payment.objects.update(**{"leaving": "asked", **changes})
    monkeypatch.setattr(leave, "closed_at_stripe", lambda payment: pytest.fail("asked"))
    assert leave._let_go(payment) is False


def test_packs_are_let_go_once_if_the_attempt_ended_while_its_session_was_closed(monkeypatch):
    order, _ = an_order_at_stripe()
    Payment.objects.update(leaving="asked")

    def closed(payment):
        Payment.objects.update(status="expired")
        return None, ""

    monkeypatch.setattr(leave, "closed_at_stripe", closed)
    assert leave._let_go(order.payments.get()) is False
    order.refresh_from_db()
    assert (order.let_go_at, stock().held) == (None, 1)
