"""Races on a real PostgreSQL, each beside a control which shows that the race exists without the guard."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from shop.basket.models import Basket
from shop.catalogue.models import Hold, OutOfStock, Stock, StockQuerySet
from shop.catalogue.offers import offer
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.outbox.send import send_next, write_mail
from shop.payments.cancel import end_order
from shop.payments.events import take_in
from shop.payments.leave import leave, let_left_packs_go
from shop.payments.models import Payment, StripeEvent
from shop.payments.receive import settle
from shop.payments.sandbox.models import SandboxEvent, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import start_payment
from tests.support.factories import an_order_at_stripe, mails_written, region
from tests.support.together import baskets, buy, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_twenty_buyers_for_one_pack_make_one_order(a_shop):
    ready = baskets(a_shop, 20)
    orders, errors = together(20, lambda number: buy(ready[number], f"b{number}@example.org"))
    assert len(orders) == 1
    assert len(errors) == 19
    assert {type(error).__name__ for error in errors} <= {"OutOfStock", "EmptyBasket"}
    assert Order.objects.count() == Payment.objects.count() == SandboxSession.objects.count() == 1
    row = Stock.objects.get()
    assert (row.on_hand, row.held) == (1, 1)


def read_then_write(count):
    """A `reserve` without its guard: nobody writes before `count` have read, so that no luck is needed."""
    readers, enough = [], threading.Event()

    def reserve(self, quantities, region, *, reference, visitor="", until=None):
        row = Stock.objects.get(region=region)
        if row.on_hand - row.held < 1:
            raise OutOfStock({})
        readers.append(reference)
        if len(readers) >= count:
            enough.set()
        enough.wait(30)
        Stock.objects.filter(pk=row.pk).update(held=row.held + 1)

    return reserve


def test_control_reading_before_writing_sells_the_pack_more_than_once(a_shop, monkeypatch):
    """Without the conditional UPDATE: everybody reads that one is left, and then takes it."""
    ready = baskets(a_shop, 20)
    monkeypatch.setattr(StockQuerySet, "reserve", read_then_write(2))
    orders, _ = together(20, lambda number: buy(ready[number], f"b{number}@example.org"))
    assert len(orders) > 1


def test_the_check_constraint_is_the_last_guard(a_shop):
    """Even a blind increment can't hold more than there is."""

    def blind(number):
        with transaction.atomic():
            Stock.objects.filter(variant=a_shop).update(held=F("held") + 1)

    _, errors = together(5, blind)
    assert len(errors) == 4
    assert all(isinstance(error, IntegrityError) for error in errors)
    assert Stock.objects.get().held == 1


def test_four_clicks_make_one_order_and_one_payment(a_shop):
    Stock.objects.update(on_hand=10)
    [basket] = baskets(a_shop, 1)
    orders, errors = together(4, lambda number: buy(basket, "ada@example.org"))
    assert errors == []
    assert len({order.pk for order in orders}) == 1
    assert Order.objects.count() == Payment.objects.count() == SandboxSession.objects.count() == 1
    assert Stock.objects.get().held == 1


def test_control_without_the_unique_keys_four_clicks_make_several_orders(a_shop):
    Stock.objects.update(on_hand=10)
    [basket] = baskets(a_shop, 1)
    keys = ("order_one_living_per_basket", "order_one_pending_per_basket")
    with connection.cursor() as cursor:
        for name in keys:
            cursor.execute(f"DROP INDEX {name}")
    try:
        orders, _ = together(4, lambda number: buy(basket, "ada@example.org"))
        assert len({order.pk for order in orders}) > 1
    finally:
        from django.db import connection as main

        Payment.objects.all().delete()
        Hold.objects.all().delete()
        Order.objects.all().delete()
        with main.schema_editor() as editor:
            for key in Order._meta.constraints:
                if key.name in keys:
                    editor.add_constraint(Order, key)


def paid_event():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    return order, SandboxEvent.objects.get(type="checkout.session.completed").body


def test_one_webhook_five_times_at_once_has_one_effect():
    order, event = paid_event()
    outcomes, errors = together(5, lambda number: take_in(event))
    assert errors == []
    assert sorted(outcomes) == ["already taken in"] * 4 + ["paid"]
    assert StripeEvent.objects.count() == mails_written().count() == 1
    assert order.events.filter(became="paid").count() == 1


def test_webhook_and_reconciler_at_once_have_one_effect():
    order, event = paid_event()
    session = event["data"]["object"]

    def settled(number):
        return take_in(event) if number % 2 else settle(session, source="reconciler")

    _, errors = together(6, settled)
    assert errors == []
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.events.filter(became="paid").count() == mails_written().count() == 1
    assert Stock.objects.get().held == 1


def test_control_without_lock_and_condition_one_event_works_more_than_once():
    """Read the state, then write it: every copy of the event finds a pending order."""
    order, _ = paid_event()
    all_have_read = threading.Barrier(5, timeout=30)

    def naive(number):
        found = Order.objects.get(pk=order.pk)
        if found.status != "pending":
            return "nothing"
        all_have_read.wait()
        found.status, found.paid_at = "paid", found.placed_at
        found.save()
        found.events.create(was="pending", became="paid", who="naive", why="x")
        return "paid"

    together(5, naive)
    assert order.events.filter(became="paid").count() > 1


def test_paying_while_the_hold_ends_never_loses_the_money():
    """Either the order is paid and holds its pack, or it ended and the money goes back."""
    order, session = an_order_at_stripe()
    event = {}

    def work(number):
        if number == 0:
            return end_order(order, to="expired", who="worker", why="late")
        if sessions.pay(session):
            event.update(SandboxEvent.objects.get(type="checkout.session.completed").body)
        return None

    _, errors = together(2, work)
    assert errors == []
    if event:
        take_in(event)
    order.refresh_from_db()
    held = Stock.objects.get().held
    assert (order.status, held) in {("paid", 1), ("expired", 0)}
    assert (order.status == "paid") == bool(event)


def test_releasing_at_once_gives_back_once():
    order, _ = an_order_at_stripe()
    counts, errors = together(6, lambda number: order.release_stock())
    assert errors == []
    assert sum(counts) == 1
    assert Stock.objects.get().held == 0


def test_six_workers_send_one_mail_once(settings):
    settings.EMAIL_URL = "smtp://x"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail

    mail.outbox = []
    order, _ = an_order_at_stripe()
    Mail.objects.all().delete()
    context = {"order": order, "lines": [], "url": "", "seller": None}
    together(6, lambda number: write_mail(key="k", to=order.email, template="order_failed", context=context))
    assert mails_written().count() == 1
    sent, errors = together(6, lambda number: send_next())
    assert errors == []
    assert sum(1 for row in sent if row) == len(mail.outbox) == 1


def test_two_clicks_on_add_lose_no_pack(a_shop):
    Stock.objects.update(on_hand=50)
    basket = Basket.objects.create()

    def add(number):
        with transaction.atomic():
            return basket.add(offer(a_shop, region("uk")), 1)

    _, errors = together(8, add)
    assert errors == []
    assert basket.lines.get().quantity == 8


def test_a_form_sent_several_times_at_once_adds_its_packs_once(a_shop):
    """The control is the test above: without a key each press counts."""
    Stock.objects.update(on_hand=50)
    basket = Basket.objects.create()

    def add(number):
        with transaction.atomic():
            return basket.add(offer(a_shop, region("uk")), 2, once="one-press")

    added, errors = together(8, add)
    assert errors == []
    assert added == [2] * 8
    assert basket.lines.get().quantity == 2


def left_and_let_go():
    """An order whose shopper came back unpaid: its pack is free for others."""
    order, _ = an_order_at_stripe()
    leave(order)
    assert let_left_packs_go() == 1
    assert Stock.objects.get().held == 0
    return order


def pay_again_while_another_buys(order, variant):
    [basket] = baskets(variant, 1)
    return together(2, lambda number: buy(basket, "b@example.org") if number else start_payment(order))


def test_paying_again_and_another_buyer_at_once_never_share_the_last_pack(a_shop):
    for _ in range(6):
        done, errors = pay_again_while_another_buys(left_and_let_go(), a_shop)
        assert len(done) == 1
        assert [type(error).__name__ for error in errors] in (["OutOfStock"], ["EmptyBasket"])
        assert (Stock.objects.get().held, Hold.objects.count()) == (1, 1)
        for order in Order.objects.filter(status="pending"):
            end_order(order, to="expired", who="worker", why="the round is over")


def test_control_keeping_again_by_reading_first_shares_the_last_pack(a_shop, monkeypatch):
    order = left_and_let_go()
    monkeypatch.setattr(StockQuerySet, "reserve", read_then_write(2))
    done, errors = pay_again_while_another_buys(order, a_shop)
    assert len(done) == 2, errors


def test_going_back_to_pay_while_the_worker_lets_go_leads_to_an_open_session_with_its_pack():
    for _ in range(6):
        order, _ = an_order_at_stripe()
        leave(order)
        done, errors = together(
            3, lambda number, order=order: let_left_packs_go() if number else start_payment(order)
        )
        assert errors == []
        [address] = {url for url in done if isinstance(url, str)}
        session = SandboxSession.objects.get(pk=address.rstrip("/").rsplit("/", 1)[1])
        order.refresh_from_db()
        assert (session.status, order.let_go_at, Stock.objects.get().held) == ("open", None, 1)
        end_order(order, to="expired", who="worker", why="the round is over")
