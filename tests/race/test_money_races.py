"""Money, codes and documents, with everybody at once: each beside a control that shows the race."""

import json
import threading

import pytest
from django.db import transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from shop.attribution.count import count_sale, fold
from shop.attribution.models import ArticleDay
from shop.basket.models import Basket
from shop.catalogue.models import Stock
from shop.catalogue.offers import offer
from shop.catalogue.references import order_reference
from shop.checkout.place import place_order
from shop.codes.models import Code, CodeTerms, CodeUse
from shop.desk.models import Turn
from shop.invoices.issue import issue_invoice
from shop.invoices.models import Document, Series
from shop.orders.fulfil import send_parcel
from shop.orders.models import OrderLine, Parcel
from shop.payments.events import take_in
from shop.payments.left import paid_by
from shop.payments.models import Refund, StripeEvent
from shop.payments.refund import cancel_and_refund, want_refund
from shop.payments.sandbox.events import signature
from shop.payments.sandbox.models import SandboxEvent
from shop.payments.sandbox.stripe import sessions
from tests.support.factories import LEEDS, an_order_at_stripe, mails_written, region
from tests.support.foreign import an_event, cannot_be_read, foreign_objects, odd_but_ours_to_pass
from tests.support.staff import fields_of, signed_in
from tests.support.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


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
    all_have_read = threading.Barrier(6, timeout=30)

    def naive(number):
        given = sum(Refund.objects.filter(payment=payment).values_list("amount", flat=True))
        if given + 800 > payment.amount:
            return None
        all_have_read.wait()
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
    assert mails_written("shipped").count() == 1


def test_control_without_the_condition_the_same_pack_is_sent_twice():
    order = a_paid_order(quantity=2)
    line = order.lines.get()
    all_have_read = threading.Barrier(4, timeout=30)

    def naive(number):
        found = OrderLine.objects.get(pk=line.pk)
        if found.sent:
            return None
        all_have_read.wait()
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
    all_have_read = threading.Barrier(12, timeout=30)

    def naive(number):
        if CodeUse.objects.filter(code=code).count() >= 3:
            return None
        all_have_read.wait()
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
    all_have_read = threading.Barrier(4, timeout=30)

    def naive(number):
        last = (
            Series.objects.filter(region=order.region)
            .order_by("-last")
            .values_list("last", flat=True)
            .first()
            or 0
        )
        all_have_read.wait()
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
