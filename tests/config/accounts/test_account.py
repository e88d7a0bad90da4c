"""What stands in an account: orders of the proven address, buying again, the mails asked for, export, deletion, baskets."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.accounts.models import Account
from shop.alerts.models import StockAlert
from shop.basket.models import Basket, BasketLine
from shop.orders.models import Order, OrderLine
from shop.reviews import asking as review_asks
from shop.reviews.models import ReviewAsk
from tests.conftest import a_shopper
from tests.support.accounts import PAGE, entered
from tests.support.baskets import add
from tests.support.factories import (
    an_order,
    everywhere,
    post_with_token,
    region,
    set_price,
    set_stock,
    shown_next,
    variant,
)
from tests.support.orders import a_paid_order, paid

pytestmark = pytest.mark.django_db
SKU, OTHER = "CIT-CAP-90", "GLY-CAP-90"


@pytest.fixture
def ada():
    client = a_shopper()
    entered(client)
    return client


def press(client, name, **data):
    return post_with_token(client, PAGE, f"{PAGE}{name}/", data)


def page_of(client):
    return client.get(PAGE).content.decode()


def lines(basket):
    return dict(BasketLine.objects.filter(basket=basket).values_list("variant__sku", "quantity"))


def test_orders_of_the_address_join_before_and_after_in_whichever_letters(ada):
    before, other = an_order(email="Ada@EXAMPLE.org"), an_order(email="bob@example.org")
    after = an_order(email="ada@example.org")
    page = page_of(ada)
    assert before.number in page
    assert after.number in page
    assert other.number not in page


def test_many_orders_are_paged_and_cost_no_more_queries(ada):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            ada.get(PAGE)
        return len(seen)

    an_order()
    queries()
    few = queries()
    for _ in range(24):
        an_order()
    assert queries() == few
    assert "Page 1 of 2" in page_of(ada)


@pytest.mark.parametrize("what", ["same", "dearer", "fewer", "sold out", "not sold"])
def test_buying_again_says_line_by_line_what_is_otherwise_today(ada, what):
    order = a_paid_order(SKU, quantity=2)
    words = "£11.95 incl. VAT each."
    if what == "dearer":
        set_price(SKU, "uk", 1299)
        words = "£12.99 incl. VAT each, was £11.95"
    if what == "fewer":
        set_stock(SKU, "uk", 3)  # two are this order's
        words = "1 instead of 2"
    if what == "sold out":
        set_stock(SKU, "uk", 2)
        words = "sold out at the moment"
    if what == "not sold":
        set_price(SKU, "uk", None)
        words = "not sold in the UK"
    shown = shown_next(press(ada, "again", order=order.number)).replace("\xa0", " ")
    assert words in shown
    wanted = {"same": {SKU: 2}, "dearer": {SKU: 2}, "fewer": {SKU: 1}}.get(what, {})
    assert lines(ada.session["basket"]) == wanted


@pytest.mark.parametrize("number", ["", "S1", "x" * 400, "٣", "\u202e"])
def test_nobody_buys_again_what_is_not_theirs(ada, number):
    bobs = an_order(email="bob@example.org")
    for one in (number, bobs.number):
        press(ada, "again", order=one)
    assert not ada.session.get("basket")


def test_mails_that_were_asked_for_stand_there_and_stop_by_one_press(ada):
    mine = StockAlert.objects.create(email="ada@example.org", region=region("uk"), variant=variant())
    bobs = StockAlert.objects.create(email="bob@example.org", region=region("uk"), variant=variant())
    assert "is back in the UK" in page_of(ada)
    for typed in (f"alert:{bobs.pk}", "alert:", "nonsense", "nonsense:1", "alert:٣", f"letters:{mine.pk}"):
        press(ada, "stop", stop=typed)
    assert StockAlert.objects.count() == 2
    press(ada, "stop", stop=f"alert:{mine.pk}")
    assert list(StockAlert.objects.all()) == [bobs]


def test_what_was_bought_can_be_reviewed_and_the_mail_that_asks_stops_by_one_press(ada):
    order = an_order(email="ADA@example.org")
    Order.objects.filter(pk=order.pk).update(status="paid", paid_at=timezone.now())
    assert "Review what you bought" not in page_of(ada), "nothing was sent yet"
    OrderLine.objects.filter(order=order).update(sent=1)
    assert f"/orders/{order.token}/#review" in page_of(ada)
    order.refresh_from_db()
    row, other = review_asks.ask(order), an_order(email="bob@example.org")
    theirs = ReviewAsk.objects.create(order=other, due_at=timezone.now())
    assert f"what you think of order {order.number}" in page_of(ada)
    press(ada, "stop", stop=f"review:{theirs.pk}")
    press(ada, "stop", stop=f"review:{row.pk}")
    assert list(ReviewAsk.objects.all()) == [theirs], "of one's own alone"
    press(ada, "stop", stop=f"review:{row.pk}")


def test_the_file_holds_all_of_it_and_nothing_of_others(ada):
    order, other = paid(email="ada@example.org"), paid(email="bob@example.org")
    StockAlert.objects.create(email="ada@example.org", region=region("uk"), variant=variant())
    answer = press(ada, "export")
    assert "attachment" in answer["Content-Disposition"]
    found = json.loads(answer.content)
    assert [row["number"] for row in found["orders"]] == [order.number]
    assert found["orders"][0]["lines"][0]["sku"] == SKU
    assert [row["kind"] for row in found["mails asked for"]] == ["alert"]
    assert other.number not in answer.content.decode()


def test_who_deletes_the_account_leaves_the_orders_alone(ada):
    order = an_order(email="ada@example.org")
    StockAlert.objects.create(email="ada@example.org", region=region("uk"), variant=variant())
    assert "Your account is deleted" in shown_next(press(ada, "delete"))
    assert not Account.objects.exists()
    assert not StockAlert.objects.exists()
    assert Order.objects.filter(pk=order.pk).exists()
    assert {name.split(".")[0] for name in everywhere("ada@example.org")} <= {"orders", "outbox"}
    assert "Your orders in one place" in page_of(ada), "they are signed out"


def test_without_an_account_every_form_leads_to_signing_in():
    client = a_shopper()
    for name in ("undo", "again", "stop", "export", "out", "delete"):
        answer = press(client, name)
        assert (answer.status_code, answer["Location"]) == (303, PAGE)


# --- baskets -------------------------------------------------------------------------------------------------------


def with_basket(sku, **fields):
    client = a_shopper()
    add(client, sku, **fields)
    return client


def test_the_basket_comes_along_and_is_there_on_another_device():
    client = with_basket(SKU, quantity="2")
    pk = client.session["basket"]
    entered(client)
    assert client.session["basket"] == pk
    elsewhere = a_shopper()
    entered(elsewhere)
    assert elsewhere.session["basket"] == pk


def test_two_baskets_become_one_which_is_said_and_can_be_undone():
    entered(with_basket(SKU, quantity="2"))
    shared = Account.objects.get().basket_id
    other = with_basket(OTHER)
    add(other, SKU, quantity="3")
    own = other.session["basket"]
    entered(other)
    assert other.session["basket"] == shared
    assert lines(shared) == {SKU: 5, OTHER: 1}
    page = page_of(other)
    assert "Two baskets became one" in page
    assert "3 × Magnesium Citrate" in page
    press(other, "undo")
    assert other.session["basket"] == own
    assert lines(shared) == {SKU: 2}
    assert lines(own) == {SKU: 3, OTHER: 1}
    assert "Two baskets became one" not in page_of(other)
    press(other, "undo")
    assert lines(shared) == {SKU: 2}, "undone once, however often it is pressed"


def test_signing_in_twice_joins_once():
    entered(with_basket(SKU))
    other = with_basket(OTHER)
    entered(other)
    entered(other)
    assert lines(Account.objects.get().basket_id) == {SKU: 1, OTHER: 1}


def test_a_line_takes_no_more_than_a_line_takes_and_says_so():
    set_stock(SKU, "uk", 500)
    entered(with_basket(SKU, quantity="90"))
    other = with_basket(SKU, quantity="20")
    entered(other)
    assert lines(Account.objects.get().basket_id) == {SKU: 99}
    assert "There was no room for all of" in page_of(other)
    press(other, "undo")
    assert lines(Account.objects.get().basket_id) == {SKU: 90}


def test_after_signing_out_the_basket_waits_in_the_account(ada):
    add(ada, SKU)
    pk = ada.session["basket"]
    press(ada, "out")
    assert not ada.session.get("basket")
    entered(ada)
    assert ada.session["basket"] == pk


def test_a_basket_that_was_forgotten_meanwhile_breaks_nothing(ada):
    add(ada, SKU)
    press(ada, "out")
    Basket.objects.all().delete()
    assert entered(ada).status_code == 303
    assert page_of(ada)
