"""Races on a real PostgreSQL, each beside a control which shows that the race exists without the guard."""

import json
import threading
import time

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, Sum
from django.test import Client
from django.utils import timezone

from shop.attribution.count import count_sale, fold
from shop.attribution.models import ArticleDay
from shop.basket.models import Basket
from shop.catalogue.models import Hold, OutOfStock, Stock, StockQuerySet
from shop.catalogue.offers import offer
from shop.catalogue.references import order_reference
from shop.checkout.place import place_order
from shop.codes.models import Code, CodeTerms, CodeUse
from shop.desk.models import Turn
from shop.invoices.issue import issue_invoice
from shop.invoices.models import Document, Series
from shop.orders.fulfil import send_parcel
from shop.orders.models import Order, OrderLine, Parcel
from shop.outbox.models import Mail
from shop.outbox.send import send_next, write_mail
from shop.payments.cancel import end_order
from shop.payments.events import take_in
from shop.payments.leave import leave, let_left_packs_go
from shop.payments.models import Payment, Refund, StripeEvent
from shop.payments.receive import settle
from shop.payments.refund import cancel_and_refund, paid_by, want_refund
from shop.payments.sandbox.events import signature
from shop.payments.sandbox.models import SandboxEvent, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import start_payment
from tests.support.factories import LEEDS, a_small_shop, an_order_at_stripe, region, told
from tests.support.foreign import an_event, cannot_be_read, foreign_objects, odd_but_ours_to_pass
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def together(count, work):
    """Run `work(number)` in `count` threads that all begin at once; (results, errors)."""
    gate, results, errors = threading.Barrier(count), [], []

    def run(number):
        try:
            gate.wait()
            results.append(work(number))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green race test on SQLite proves nothing"
    return a_small_shop(1)


def baskets(variant, count):
    made = []
    for _ in range(count):
        basket = Basket.objects.create()
        with transaction.atomic():
            basket.add(offer(variant, region("uk")), 1)
        made.append(basket)
    return made


def buy(basket, email):
    order = place_order(basket, region=region("uk"), email=email, address=LEEDS, shown_total=1195)
    start_payment(order)
    return order


def test_twenty_buyers_for_one_pack_make_one_order(a_shop):
    ready = baskets(a_shop, 20)
    orders, errors = together(20, lambda number: buy(ready[number], f"b{number}@example.org"))
    assert len(orders) == 1
    assert len(errors) == 19
    assert {type(error).__name__ for error in errors} <= {"OutOfStock", "EmptyBasket"}
    assert Order.objects.count() == Payment.objects.count() == SandboxSession.objects.count() == 1
    row = Stock.objects.get()
    assert (row.on_hand, row.held) == (1, 1)


def read_then_write(self, quantities, region, *, reference, visitor="", until=None):
    row = Stock.objects.get(region=region)
    if row.on_hand - row.held < 1:
        raise OutOfStock({})
    time.sleep(0.2)
    Stock.objects.filter(pk=row.pk).update(held=row.held + 1)


def test_control_reading_before_writing_sells_the_pack_more_than_once(a_shop, monkeypatch):
    """Without the conditional UPDATE: everybody reads that one is left, and then takes it."""
    ready = baskets(a_shop, 20)
    monkeypatch.setattr(StockQuerySet, "reserve", read_then_write)
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


def test_control_without_the_unique_key_four_clicks_make_four_orders(a_shop):
    Stock.objects.update(on_hand=10)
    [basket] = baskets(a_shop, 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX order_one_living_per_basket")
    try:
        orders, _ = together(4, lambda number: buy(basket, "ada@example.org"))
        assert len({order.pk for order in orders}) > 1
    finally:
        from django.db import connection as main

        Payment.objects.all().delete()
        Hold.objects.all().delete()
        Order.objects.all().delete()
        index = next(c for c in Order._meta.constraints if c.name == "order_one_living_per_basket")
        with main.schema_editor() as editor:
            editor.add_constraint(Order, index)


def paid_event():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    return order, SandboxEvent.objects.get(type="checkout.session.completed").body


def test_one_webhook_five_times_at_once_has_one_effect():
    order, event = paid_event()
    outcomes, errors = together(5, lambda number: take_in(event))
    assert errors == []
    assert sorted(outcomes) == ["already taken in"] * 4 + ["paid"]
    assert StripeEvent.objects.count() == told().count() == 1
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
    assert order.events.filter(became="paid").count() == told().count() == 1
    assert Stock.objects.get().held == 1


def test_control_without_lock_and_condition_one_event_works_more_than_once():
    """Read the state, then write it: every copy of the event finds a pending order."""
    order, _ = paid_event()

    def naive(number):
        found = Order.objects.get(pk=order.pk)
        if found.status != "pending":
            return "nothing"
        time.sleep(0.2)
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
    assert told().count() == 1
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


# --- money at the desk --------------------------------------------------------------------------------------------


def a_paid_order(quantity=1):
    Stock.objects.update(on_hand=10)
    order, session = an_order_at_stripe(quantity=quantity)
    sessions.pay(session)
    take_in(SandboxEvent.objects.get(type="checkout.session.completed").body)
    order.refresh_from_db()
    return order


def test_six_clicks_on_refund_never_give_more_back_than_was_paid():
    order = a_paid_order()
    payment = paid_by(order)
    refunds, errors = together(
        6, lambda number: want_refund(payment, 800, cause="goodwill", by=f"staff{number}")
    )
    assert len(refunds) == 1
    assert {type(error).__name__ for error in errors} == {"TooMuch"}
    payment.refresh_from_db()
    assert payment.given_back == 800


def test_control_reading_the_sum_before_writing_gives_too_much_back():
    order = a_paid_order()
    payment = paid_by(order)

    def naive(number):
        given = sum(Refund.objects.filter(payment=payment).values_list("amount", flat=True))
        if given + 800 > payment.amount:
            return None
        time.sleep(0.2)
        return Refund.objects.create(payment=payment, amount=800, cause="goodwill")

    together(6, naive)
    assert sum(Refund.objects.values_list("amount", flat=True)) > payment.amount


def sent_by_five_clicks(order, form):
    """The form that the page which asks carries, sent from five windows of one member of staff at once."""
    page = f"/admin/orders/order/{order.pk}/change/"
    staff = signed_in()
    asked = fields_of(staff.post(page, form).content.decode())
    windows = [Client(SERVER_NAME="127.0.0.1") for _ in range(5)]
    for window in windows:
        window.cookies = staff.cookies
    return together(5, lambda number: windows[number].post(page, asked).status_code)


def forms_that_move_money(order):
    line = order.lines.get().pk
    return {
        "refund": {"action": "refund", "cause": "goodwill", "amount": "2"},
        "cancel": {"action": "cancel", f"cancel-{line}": "1", "refund": "on"},
        "return": {"action": "return", f"return-{line}": "1", f"outcome-{line}": "sellable", "amount": "2"},
    }


@pytest.mark.parametrize("action", ["refund", "cancel", "return"])
def test_five_clicks_at_the_desk_give_money_back_once(action):
    order = a_paid_order(quantity=5)
    if action == "return":
        send_parcel(order, {order.lines.get().pk: 5}, by="mia")
    statuses, errors = sent_by_five_clicks(order, forms_that_move_money(order)[action])
    assert errors == []
    assert statuses == [302] * 5
    assert Refund.objects.count() == Turn.objects.count() == 1
    line = order.lines.get()
    assert line.cancelled + line.returned == (0 if action == "refund" else 1)


def test_control_without_the_turn_five_clicks_give_money_back_again(monkeypatch):
    order = a_paid_order(quantity=5)
    monkeypatch.setattr("shop.desk.admin.in_turn", lambda order, typed, who, work: work())
    sent_by_five_clicks(order, forms_that_move_money(order)["refund"])
    assert Refund.objects.count() > 1


def test_two_staff_who_answer_the_same_page_do_one_thing():
    order = a_paid_order(quantity=5)
    page = f"/admin/orders/order/{order.pk}/change/"
    forms = forms_that_move_money(order)
    people = [signed_in(name=name) for name in ("mia", "tom")]
    asked = [
        fields_of(person.post(page, forms[action]).content.decode())
        for person, action in zip(people, ("refund", "cancel"), strict=True)
    ]
    statuses, errors = together(2, lambda number: people[number].post(page, asked[number]).status_code)
    assert errors == []
    assert sorted(statuses) == [302, 422]
    assert Refund.objects.count() == Turn.objects.count() == 1


def test_two_staff_send_the_same_pack_once():
    order = a_paid_order(quantity=2)
    line = order.lines.get()
    parcels, errors = together(4, lambda number: send_parcel(order, {line.pk: 2}, by=f"staff{number}"))
    assert len(parcels) == 1
    assert {type(error).__name__ for error in errors} == {"IllegalMove"}
    row = Stock.objects.get()
    assert (row.on_hand, row.held) == (8, 0)
    assert told("shipped").count() == 1


def test_control_without_the_condition_the_same_pack_is_sent_twice():
    order = a_paid_order(quantity=2)
    line = order.lines.get()

    def naive(number):
        found = OrderLine.objects.get(pk=line.pk)
        if found.sent:
            return None
        time.sleep(0.2)
        return Parcel.objects.create(order=order, sent_by=f"staff{number}")

    parcels, _ = together(4, naive)
    assert len([parcel for parcel in parcels if parcel]) > 1


def test_sending_and_cancelling_at_once_do_one_of_both():
    order = a_paid_order(quantity=2)
    line = order.lines.get()

    def work(number):
        if number % 2:
            return send_parcel(order, {line.pk: 2}, by="mia")
        return cancel_and_refund(order, {line.pk: 2}, by="tom", why="", refund=True)

    together(4, work)
    order.refresh_from_db()
    line.refresh_from_db()
    assert (line.sent, line.cancelled) in {(2, 0), (0, 2)}
    assert (order.status == "cancelled") == (line.cancelled == 2)
    assert Refund.objects.exists() == (line.cancelled == 2)
    assert Stock.objects.get().held == 0


def test_a_code_for_three_is_used_three_times_by_twelve_and_once_a_person(a_shop):
    Stock.objects.update(on_hand=50)
    code = Code.objects.create(code="THREE", percent=10, limit=3, per_person=1, starts_at=timezone.now())
    CodeTerms.objects.create(code=code, region=region("uk"))

    def order_with_code(number):
        basket = Basket.objects.create(code="THREE")
        with transaction.atomic():
            basket.add(offer(a_shop, region("uk")), 1)
        email = f"b{number % 4}@example.org"
        return place_order(basket, region=region("uk"), email=email, address=LEEDS, shown_total=1075)

    orders, errors = together(12, order_with_code)
    assert len(orders) == 3
    assert len({order.email for order in orders}) == 3
    assert {type(error).__name__ for error in errors} == {"CodeRefused"}
    code.refresh_from_db()
    assert code.used == code.uses.count() == 3


def test_control_counting_uses_before_writing_lets_a_code_be_used_too_often(a_shop):
    code = Code.objects.create(code="THREE", percent=10, limit=3, starts_at=timezone.now())

    def naive(number):
        if CodeUse.objects.filter(code=code).count() >= 3:
            return None
        time.sleep(0.2)
        return CodeUse.objects.create(
            code=code, reference=order_reference(number), person=f"p{number}", slot=1
        )

    together(12, naive)
    assert CodeUse.objects.count() > 3


def test_invoices_issued_at_once_have_no_gap_and_no_double():
    Stock.objects.update(on_hand=50)
    orders = []
    for number in range(8):
        order, session = an_order_at_stripe(email=f"b{number}@example.org")
        sessions.pay(session)
        orders.append(order)
    for event in SandboxEvent.objects.filter(type="checkout.session.completed"):
        take_in(event.body)
    for order in orders:
        order.refresh_from_db()
    _, errors = together(8, lambda number: [issue_invoice(orders[number]), issue_invoice(orders[7 - number])])
    assert errors == []
    assert sorted(Document.objects.values_list("sequence", flat=True)) == list(range(1, 9))


def test_control_the_highest_number_plus_one_is_given_twice():
    order = a_paid_order()
    numbers = []

    def naive(number):
        last = (
            Series.objects.filter(region=order.region)
            .order_by("-last")
            .values_list("last", flat=True)
            .first()
            or 0
        )
        time.sleep(0.2)
        numbers.append(last + 1)

    together(4, naive)
    assert len(numbers) > len(set(numbers))


def test_totals_are_added_up_once_by_many_workers():
    order = a_paid_order()
    count_sale(
        order.region, order.paid_at, [(order.lines.get().variant.product_id, 1, 100, []) for _ in range(20)]
    )
    _, errors = together(5, lambda number: fold())
    assert errors == []
    assert (
        ArticleDay.objects.filter(product__isnull=False).aggregate(n=Sum("net"))["n"]
        == 2000 + order.lines.get().net
    )


def test_no_event_is_too_odd_for_this_database():
    """PostgreSQL refuses what SQLite takes: NUL in texts, halves of characters, long ids."""
    shop = Client(SERVER_NAME="127.0.0.1")
    strange = [an_event(type, obj) for type, obj in foreign_objects()]
    for event in [*strange, *cannot_be_read(), *odd_but_ours_to_pass()]:
        body = json.dumps(event).replace("Infinity", "1e999").encode()
        header = {"Stripe-Signature": signature(body)}
        answer = shop.post("/stripe/webhook/", body, content_type="application/json", headers=header)
        assert answer.status_code == 200, event
    assert StripeEvent.objects.filter(is_done=False).count() == len(cannot_be_read())


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
    monkeypatch.setattr(StockQuerySet, "reserve", read_then_write)
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
