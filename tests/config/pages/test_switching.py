"""A change of region is explained before it is done: each line, what is set aside, the code and the sums."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.basket.models import Basket, BasketLine
from shop.codes.models import Code, CodeTerms
from shop.orders.models import Order
from shop.payments.start import start_payment
from tests.support.baskets import add
from tests.support.factories import an_order, post_with_token, region, session_of, set_price, set_stock

pytestmark = pytest.mark.django_db


def words(html) -> str:
    return " ".join(
        re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]).replace("\u00a0", " ").split()
    )


def ask(client, to, page="/uk/basket/"):
    """What a press on a region leads to."""
    answer = client.post("/region/", {"region": to, "next": page})
    assert answer.status_code == 303
    assert answer["Location"].startswith("/region/before/")
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    return words(shown.content.decode()), answer["Location"]


def state():
    return list(BasketLine.objects.order_by("pk").values()), list(
        Basket.objects.values("code", "codes", "region_code")
    )


def test_each_line_has_its_price_here_and_there_and_nothing_changes_by_looking(shopper):
    add(shopper, quantity="2")
    before = state()
    told, _ = ask(shopper, "us")
    assert "£11.95 incl. VAT → , becomes $13.95 plus sales tax" in told
    assert "Total here, in the UK £23.90 incl. VAT" in told
    assert "Total in the US $27.90 plus sales tax" in told
    assert "Free delivery arrives" in told
    assert state() == before


def test_what_is_not_sold_there_is_set_aside_by_name_with_its_reason(shopper):
    set_stock("OIL-SPR-100", "us", 0)
    add(shopper)
    add(shopper, sku="EPS-CRY-2500", quantity="2")
    add(shopper, sku="OIL-SPR-100")
    told, _ = ask(shopper, "us")
    aside = told.split("Set aside while you are there")[1]
    assert re.search(r"2 × Epsom Salt [^×]*Not sold in the US\.", aside)
    assert re.search(r"1 × Magnesium Oil Spray[^×]*Sold out in the US at the moment\.", aside)
    assert "Total in the US $13.95" in told


def test_fewer_packs_there_are_told(shopper):
    set_stock("CIT-CAP-90", "us", 2)
    add(shopper, quantity="7")
    assert "2 instead of 7, we can sell 2 at most." in ask(shopper, "us")[0]


def test_a_code_that_holds_there_or_waits_is_told_and_counted(shopper):
    code = Code.objects.create(code="TENOFF", percent=10, starts_at=timezone.now() - timedelta(days=1))
    CodeTerms.objects.create(code=code, region=region("uk"))
    set_price("CIT-CAP-90", "uk", 1000)
    set_price("CIT-CAP-90", "eu", 2000)
    add(shopper, seen="1000")
    post_with_token(shopper, "/uk/basket/", "/uk/basket/code/", {"code": "TENOFF"})
    told, _ = ask(shopper, "eu")
    assert "The code TENOFF does not hold in the EU" in told
    assert "Total here, in the UK £9.00" in told
    assert "Total in the EU €20.00" in told
    CodeTerms.objects.create(code=code, region=region("eu"))
    told, _ = ask(shopper, "eu")
    assert "The code TENOFF takes €2.00 off." in told
    assert "Total in the EU €18.00" in told


def test_switch_does_what_was_said_and_back_again_is_as_before(shopper):
    set_stock("CIT-CAP-90", "us", 2)
    add(shopper, quantity="7")
    add(shopper, sku="EPS-CRY-2500", quantity="2")
    before = state()[0]
    ask(shopper, "us")
    moved = shopper.post("/region/", {"region": "us", "next": "/uk/basket/", "seen": "1"})
    assert moved["Location"] == "/us/basket/"
    assert "Total $27.90" in words(shopper.get("/us/basket/").content.decode())
    told, _ = ask(shopper, "uk", "/us/basket/")
    assert "7 ×" in told
    shopper.post("/region/", {"region": "uk", "next": "/us/basket/", "seen": "1"})
    kept = ("variant_id", "quantity", "wanted", "seen_region_id", "seen_amount")
    assert [[row[name] for name in kept] for row in state()[0]] == [
        [row[name] for name in kept] for row in before
    ]


def test_stay_leaves_everything_and_leads_back(shopper):
    add(shopper)
    before = state()
    _, page = ask(shopper, "us", "/uk/shop/?form=citrate")
    assert 'value="uk">Stay in the UK' in shopper.get(page).content.decode()
    stayed = shopper.post("/region/", {"region": "uk", "next": "/uk/shop/?form=citrate", "seen": "1"})
    assert stayed["Location"] == "/uk/shop/?form=citrate"
    assert state() == before


def test_a_payment_that_runs_is_told_of_and_ends_with_the_switch_alone(shopper):
    add(shopper)
    order = an_order(basket=Basket.objects.get())
    start_payment(order)
    told, _ = ask(shopper, "eu")
    assert f"Your order {order.number} in the UK waits for its payment" in told
    assert session_of(order).status == "open"
    assert Order.objects.get().is_pending
    shopper.post("/region/", {"region": "eu", "next": "/uk/basket/", "seen": "1"})
    assert session_of(order).status == "expired"
    assert Order.objects.get().status == "cancelled"


@pytest.mark.parametrize("basket", ["none", "empty", "there already"])
def test_with_nothing_to_explain_it_is_done_at_once(shopper, basket):
    if basket == "empty":
        add(shopper)
        BasketLine.objects.all().delete()
    elif basket == "there already":
        add(shopper)
        shopper.post("/region/", {"region": "us", "next": "/uk/", "seen": "1"})
    assert shopper.post("/region/", {"region": "us", "next": "/uk/shop/"})["Location"] == "/us/shop/"
    assert shopper.get("/region/before/?region=us&next=/uk/shop/")["Location"] == "/us/shop/"


@pytest.mark.parametrize(
    "query",
    ["", "?region=mars", "?region=us&next=https://evil.example/", "?region=us&next=//evil.example", "?region=%00&next=%00",
     "?region=us&next=/region/before/%3Fregion%3Dus%26next%3D/region/before/"],
)  # fmt: skip
def test_odd_input_leads_nowhere_else(shopper, query):
    add(shopper)
    answer = shopper.get(f"/region/before/{query}")
    assert answer.status_code in {200, 303}
    assert "evil" not in answer.headers.get("Location", "") + answer.content.decode()


def test_from_the_preview_another_region_leads_to_the_page_that_was_asked_for(shopper):
    add(shopper)
    _, page = ask(shopper, "us", "/uk/shop/")
    assert "next=%2Fuk%2Fshop%2F" in shopper.post("/region/", {"region": "eu", "next": page})["Location"]
