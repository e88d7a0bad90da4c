"""Every form is answered with a redirect, what was typed waits for the page after it, and a lost session loses nothing."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from shop.alerts.models import StockAlert
from shop.basket.models import Basket, BasketLine
from shop.basket.session import ticket_of
from shop.orders.models import Order
from shop.regions.models import SalesTaxRate
from shop.web import answers
from tests.conftest import a_shopper
from tests.support.factories import (
    an_order,
    post_with_token,
    region,
    set_price,
    set_stock,
    shown_next,
    variant,
)
from tests.support.rates import take_rates_away

pytestmark = pytest.mark.django_db
TYPED = {"email": "ada@example.org", "name": "Ada Lovelace", "country": "GB", "line1": "Flat 3 & 4", "line2": "Back door",
         "town": "Leeds", "postcode": "LS1 4AP"}  # fmt: skip
AMERICAN = {**TYPED, "country": "US", "state": "OR", "town": "Portland", "postcode": "97201"}


def with_basket(code="uk", client=None) -> Client:
    client = client or a_shopper()
    client.post(f"/{code}/basket/add/", {"variant": "CIT-CAP-90"})
    return client


def the_form(client, code="uk") -> dict:
    """The hidden fields of the checkout as the page shows them."""
    html = client.get(f"/{code}/checkout/").content.decode().split("<main")[1]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def shows_what_was_typed(page, typed=TYPED) -> bool:
    kept = [value.replace("&", "&amp;") for name, value in typed.items() if name not in {"country", "state"}]
    return all(f'value="{value}"' in page for value in kept)


# --- every form is answered with a redirect ------------------------------------------------------------------------

WRONG = {
    "an e-mail that is none": {"email": "ada"},
    "no town": {"town": ""},
    "a country that is none": {"country": "XX"},
    "another region's country": {"country": "US"},
    "a total that was not shown": {"shown_total": "1"},
    "everything missing": dict.fromkeys(TYPED, ""),
    "much too long": {"name": "x" * 5000},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_checkout_leads_back_and_says_what_is_wrong_as_often_as_it_is_looked_at(wrong):
    shopper = with_basket()
    answer = post_with_token(
        shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "shown_total": "1195", **wrong}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/uk/checkout/")
    pages = [shopper.get("/uk/checkout/").content.decode() for _ in range(2)]
    for page in pages:
        assert 'role="alert"' in page
        typed = {name: value for name, value in TYPED.items() if name not in wrong}
        assert shows_what_was_typed(page, typed)
    assert not Order.objects.exists()


@pytest.mark.slow
def test_once_it_is_right_the_errors_are_gone_and_what_was_typed_stays():
    shopper = with_basket()
    post_with_token(
        shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "email": "ada", "shown_total": "1195"}
    )
    assert 'role="alert"' in shopper.get("/uk/checkout/").content.decode()
    answer = post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "shown_total": "1195"})
    assert "/sandbox/pay/" in answer["Location"]
    page = shopper.get("/uk/checkout/").content.decode()
    assert 'role="alert"' not in page
    assert shows_what_was_typed(page)


@pytest.mark.slow
def test_the_step_of_the_sales_tax_is_a_page_of_its_own_and_ends_with_the_basket_it_was_about():
    SalesTaxRate.objects.create(state="OR", rate="5", valid_from="2026-01-01T00:00:00Z")
    shopper = with_basket("us")
    answer = post_with_token(shopper, "/us/checkout/", "/us/checkout/", {**AMERICAN, "shown_total": "1395"})
    page = shown_next(answer)
    assert "The total is $14.65, sales tax for OR included" in page
    assert 'name="shown_total" value="1465"' in page
    shopper.post("/us/basket/add/", {"variant": "CIT-CAP-90"})
    assert "The total is $14.65" not in shopper.get("/us/checkout/").content.decode(), "another order by now"


def test_a_country_without_a_rate_is_told_at_its_field():
    shopper = with_basket()
    form = the_form(shopper)
    take_rates_away(country__code="GB")
    page = shown_next(shopper.post("/uk/checkout/", {**TYPED, **form}))
    assert "its tax rate is missing" in page
    assert shows_what_was_typed(page)


def test_errors_of_one_region_are_not_shown_in_another_but_what_was_typed_is():
    shopper = with_basket()
    post_with_token(
        shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "email": "ada", "shown_total": "1195"}
    )
    shopper.post("/region/", {"region": "us", "next": "/uk/checkout/", "seen": "1"})
    page = shopper.get("/us/checkout/").content.decode()
    assert "Ada Lovelace" in page
    assert "notice--error" not in page


def test_what_was_typed_is_in_no_address_and_on_no_page_of_others_and_ends_after_a_day(monkeypatch):
    shopper = with_basket()
    answer = post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "email": "ada"})
    assert "ada" not in answer["Location"].lower()
    page = shopper.get("/uk/checkout/")
    assert "no-store" in page["Cache-Control"]
    assert "Ada Lovelace" not in with_basket().get("/uk/checkout/").content.decode()
    now = time.time()
    monkeypatch.setattr(answers.time, "time", lambda: now + 25 * 3600)
    page = shopper.get("/uk/checkout/").content.decode()
    assert "Ada Lovelace" not in page
    assert "notice--error" not in page


def test_looking_at_an_answer_writes_nothing(django_assert_num_queries):
    shopper = with_basket()
    shown_next(shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "x"}))
    before = list(Session.objects.values())
    shopper.get("/uk/basket/problem/")
    assert list(Session.objects.values()) == before


FORMS = [
    ("/uk/basket/add/", {"variant": "NOPE"}),
    ("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "0"}),
    ("/uk/basket/add/", {"variant": "CIT-CAP-90", "seen": "1"}),
    ("/us/basket/add/", {"variant": "EPS-CRY-2500"}),
    ("/uk/basket/update/", {"quantity-CIT-CAP-90": "x"}),
    ("/uk/basket/update/", {}),
    ("/uk/basket/code/", {"code": "NO-SUCH"}),
    ("/uk/basket/confirm/", {}),
    ("/uk/checkout/", {}),
    ("/uk/alerts/", {"variant": "CIT-CAP-90", "email": "nobody"}),
    ("/uk/letters/", {"email": "nobody"}),
    ("/letters/no-such-token/", {"stop": "1"}),
    ("/alerts/no-such-token/", {}),
    ("/region/", {"region": "mars"}),
    ("/reading/", {"look": "pink"}),
]


@pytest.mark.parametrize(("path", "sent"), FORMS)
@pytest.mark.parametrize("begin", [a_shopper, with_basket], ids=["without a session", "with a basket"])
def test_no_public_form_is_answered_with_a_page(path, sent, begin):
    shopper = begin()
    answer = shopper.post(path, sent)
    assert answer.status_code == 303
    page = shopper.get(answer["Location"], follow=True)
    assert page.status_code in {200, 404}
    assert "</html>" in page.content.decode()


@pytest.mark.parametrize("act", ["pay", "cancel"])
def test_the_forms_of_an_order_lead_on_too(act):
    order = an_order()
    path = order.get_absolute_url()
    assert post_with_token(a_shopper(), path, f"{path}{act}/", {}).status_code == 303


@pytest.mark.slow
def test_a_problem_is_told_in_the_words_of_now():
    shopper = a_shopper()
    set_price("CIT-CAP-90", "uk", 1245)
    answer = shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "seen": "1195", "quantity": "2"})
    assert "was £11.95 and is now £12.45" in shown_next(answer)
    set_price("CIT-CAP-90", "uk", 1345)
    assert "is now £13.45" in shopper.get("/uk/basket/problem/").content.decode()
    set_stock("CIT-CAP-90", "uk", 0)
    assert "Sold out" in shopper.get("/uk/basket/problem/").content.decode()
    variant("CIT-CAP-90").delete()
    assert "We don’t know this product" in shopper.get("/uk/basket/problem/").content.decode()


@pytest.mark.parametrize("path", ["/uk/basket/problem/", "/uk/alerts/again/", "/uk/letters/again/"])
def test_an_answer_that_is_not_there_leads_to_a_page_that_is(path):
    answer = a_shopper().get(path)
    assert answer.status_code == 303
    assert a_shopper().get(answer["Location"]).status_code == 200


def test_a_form_of_another_site_begins_no_session_that_would_take_the_place_of_the_shoppers():
    stranger = Client(
        SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"}
    )
    for path, sent in FORMS:
        assert "sessionid" not in stranger.post(path, sent).cookies, path


def test_sessions_that_have_ended_are_deleted_with_what_was_typed():
    with_basket(), with_basket()
    one = Session.objects.order_by("pk").first()
    Session.objects.filter(pk=one.pk).update(expire_date="2020-01-01T00:00:00Z")
    assert (answers.forget_sessions(), answers.forget_sessions()) == (1, 0)
    assert Session.objects.count() == 1


# --- a session that is lost ------------------------------------------------------------------------------------------


def cookie_lost(shopper):
    del shopper.cookies["sessionid"]


def all_cookies_lost(shopper):
    shopper.cookies.clear()


def session_ended(shopper):
    Session.objects.all().delete()


def session_emptied(shopper):
    session = shopper.session
    session.clear()
    session.save()


def token_rotated(shopper):
    shopper.cookies["csrftoken"] = "y" * 32


LOSSES = [cookie_lost, all_cookies_lost, session_ended, session_emptied, token_rotated]


@pytest.mark.walk
@pytest.mark.parametrize("lose", LOSSES)
@pytest.mark.parametrize("code", ["uk", "us"])
def test_a_lost_session_costs_neither_the_address_nor_the_basket(lose, code):
    shopper = with_basket(code, Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"}))  # fmt: skip
    typed = TYPED if code == "uk" else AMERICAN
    form = the_form(shopper, code)
    lose(shopper)
    page = shown_next(shopper.post(f"/{code}/checkout/", {**typed, **form}))
    assert "nothing was ordered or charged" in page
    assert shows_what_was_typed(page, typed)
    assert "1 × Magnesium Citrate Capsules" in page
    assert not Order.objects.exists()
    again = shopper.post(f"/{code}/checkout/", {**typed, **the_form(shopper, code)})
    assert "/sandbox/pay/" in again["Location"], "and the second press orders"
    assert Order.objects.get().basket_pk == Basket.objects.get().pk


def test_a_lost_session_and_a_wrong_field_are_both_told():
    shopper = with_basket()
    form = the_form(shopper)
    shopper.cookies.clear()
    page = shown_next(shopper.post("/uk/checkout/", {**TYPED, **form, "postcode": "nowhere"}))
    assert "nothing was ordered or charged" in page
    assert 'href="#id_postcode"' in page


def basket_deleted(shopper):
    Basket.objects.all().delete()


def basket_emptied(shopper):
    BasketLine.objects.all().delete()


def all_sold_out(shopper):
    set_stock("CIT-CAP-90", "uk", 0)


def price_changed(shopper):
    set_price("CIT-CAP-90", "uk", 1)


@pytest.mark.parametrize("change", [basket_deleted, basket_emptied, all_sold_out, price_changed])
def test_a_basket_that_is_gone_or_changed_is_told_and_the_address_waits(change):
    shopper = with_basket()
    form = the_form(shopper)
    change(shopper)
    answer = shopper.post("/uk/checkout/", {**TYPED, **form})
    assert answer["Location"] == "/uk/basket/"
    page = shown_next(answer)
    assert "Nothing was ordered or charged" in page
    assert "The address you typed is kept" in page
    set_stock("OIL-SPR-100", "uk", 5)
    BasketLine.objects.all().delete()
    shopper.post("/uk/basket/add/", {"variant": "OIL-SPR-100"})
    assert shows_what_was_typed(shopper.get("/uk/checkout/").content.decode())


@pytest.mark.parametrize("ticket", ["", "x", "1:2:3", "é", "x" * 9000])
def test_a_made_up_ticket_opens_no_basket(ticket):
    with_basket()
    page = shown_next(a_shopper().post("/uk/checkout/", {**TYPED, "ticket": ticket}))
    assert "your basket is empty" in page.lower()


def test_a_ticket_ends_when_the_basket_was_paid():
    shopper = with_basket()
    basket = Basket.objects.get()
    ticket = ticket_of(basket)
    basket.consume({})
    assert (
        "your basket is empty"
        in shown_next(a_shopper().post("/uk/checkout/", {**TYPED, "ticket": ticket})).lower()
    )
    assert shopper.get("/uk/checkout/").status_code == 200


@pytest.mark.parametrize(
    ("page", "path", "sent"),
    [
        ("/uk/basket/", "/uk/basket/update/", {"remove": "CIT-CAP-90"}),
        ("/uk/basket/", "/uk/basket/code/", {"code": "X"}),
        ("/uk/basket/", "/uk/basket/confirm/", {}),
    ],
)
def test_other_forms_without_their_token_lead_back_with_words_and_change_nothing(page, path, sent):
    shopper = with_basket(client=Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"}))  # fmt: skip
    answer = shopper.post(path, sent, headers={"Referer": f"http://127.0.0.1{page}"})
    assert answer["Location"] == page
    assert "nothing was changed" in shown_next(answer)
    assert BasketLine.objects.count() == 1


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/uk/basket/", "http://127.0.0.1//evil.example/", "nonsense"]
)
def test_without_a_page_of_ours_to_lead_back_to_it_is_refused(referer):
    shopper = with_basket(client=Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"}))  # fmt: skip
    answer = shopper.post("/uk/basket/update/", {"remove": "CIT-CAP-90"}, headers={"Referer": referer})
    assert answer.status_code == 403
    assert BasketLine.objects.count() == 1


def test_an_alert_keeps_what_was_typed_and_the_second_try_is_kept():
    set_stock("CIT-CAP-90", "uk", 0)
    shopper = a_shopper()
    page = shown_next(shopper.post("/uk/alerts/", {"variant": "CIT-CAP-90", "email": "ada at example.org"}))
    assert 'value="ada at example.org"' in page
    fields = dict(re.findall(r'name="(variant|next)" value="([^"]*)"', page.split("<main")[1]))
    shopper.post("/uk/alerts/", {**fields, "email": "ada@example.org"})
    assert StockAlert.objects.get().region == region("uk")
