"""A basket that goes to another region and back, and packs that are deleted under it."""

import re

import pytest

from articles.models import ProductCard
from shop.basket.models import BasketLine
from shop.catalogue.models import Product, Stock, Variant
from shop.catalogue.offers import offers
from shop.catalogue.references import basket_reference, order_reference
from tests.support.baskets import add, basket_page, message, quantities, update
from tests.support.factories import (
    a_basket,
    post_with_token,
    region,
    set_price,
    set_stock,
    shown_next,
    variant,
)

pytestmark = pytest.mark.django_db


# --- another region and back ------------------------------------------------------------------------------------------


def switch(client, to, frm="uk"):
    return shown_next(client.post("/region/", {"region": to, "next": f"/{frm}/basket/", "seen": "1"}))


def test_switching_names_each_line_with_what_happened_to_it(shopper):
    set_stock("CIT-CAP-90", "us", 2)
    set_stock("OIL-SPR-100", "us", 0)
    add(shopper, quantity="7")
    add(shopper, sku="OIL-SPR-100")
    add(shopper, sku="EPS-CRY-2500", quantity="2")
    words = message(switch(shopper, "us"))
    assert "Citrate Capsules, 90 capsules: £11.95 in the UK, here $13.95 plus sales tax; 2 instead of 7, we can sell 2 at most." in words  # fmt: skip
    assert re.search(r"Spray, [^:]*: sold out in the US at the moment", words)
    assert re.search(r"Epsom[^:]*: not sold in the US", words)
    assert message(switch(shopper, "uk", "us")).count("7 again") == 1


@pytest.mark.slow
@pytest.mark.parametrize("way", [["us", "eu"], ["us", "us", "eu", "us"]])
def test_there_and_back_is_exactly_as_it_was(shopper, way):
    set_stock("CIT-CAP-90", "us", 2)
    set_stock("CIT-CAP-90", "eu", 1)
    a_code_for("uk")
    add(shopper, quantity="7")
    add(shopper, sku="EPS-CRY-2500", quantity="3")
    post_with_token(shopper, "/uk/basket/", "/uk/basket/code/", {"code": "TENOFF"})
    before = basket_page(shopper).split("<main")[1].split("</main>")[0]
    here = "uk"
    for there in way:
        switch(shopper, there, here)
        here = there
    assert "TENOFF" not in basket_page(shopper, here).split("<main")[1]
    switch(shopper, "uk", here)
    assert without_tokens(basket_page(shopper).split("<main")[1].split("</main>")[0]) == without_tokens(
        before
    )


def without_tokens(html) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|ticket|once)" value="[^"]*"', "", html)


def a_code_for(*codes):
    from shop.codes.models import Code, CodeTerms

    code = Code.objects.create(code="TENOFF", percent=10)
    for where in codes:
        CodeTerms.objects.create(code=code, region=region(where))
    return code


def test_a_code_that_holds_there_too_comes_along_and_one_that_was_taken_off_stays_off(shopper):
    a_code_for("uk", "us")
    add(shopper)
    post_with_token(shopper, "/uk/basket/", "/uk/basket/code/", {"code": "TENOFF"})
    assert "TENOFF" in switch(shopper, "us").split("<main")[1]
    post_with_token(shopper, "/us/basket/", "/us/basket/code/", {"remove": "1"})
    assert "TENOFF" not in switch(shopper, "uk", "us").split("<main")[1]


@pytest.mark.slow
def test_a_price_that_changed_meanwhile_is_not_taken_for_seen(shopper):
    add(shopper)
    switch(shopper, "us")
    set_price("CIT-CAP-90", "uk", 1245)
    page = switch(shopper, "uk", "us")
    assert "was £11.95 here, now £12.45" in message(page)
    assert 'href="/uk/checkout/"' not in page, "the new price must be accepted first"


def test_a_quantity_chosen_there_is_the_new_wish(shopper):
    set_stock("CIT-CAP-90", "us", 4)
    add(shopper, quantity="7")
    switch(shopper, "us")
    update(shopper, "us", **{"quantity-CIT-CAP-90": "3"})
    switch(shopper, "uk", "us")
    assert quantities() == {"CIT-CAP-90": 3}


def test_switching_to_where_one_is_says_and_changes_nothing(shopper):
    add(shopper)
    add(shopper, sku="EPS-CRY-2500")
    switch(shopper, "us")
    before = list(BasketLine.objects.values())
    assert 'class="messages"' not in switch(shopper, "us", "us")
    assert list(BasketLine.objects.values()) == before


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "basket/", "help/terms/"])
def test_the_header_counts_what_can_be_bought_here(shopper, path):
    def counted(code):
        found = re.search(
            r'class="count">.*?(\d+)<', shopper.get(f"/{code}/{path}").content.decode(), re.DOTALL
        )
        return int(found.group(1)) if found else 0

    add(shopper, quantity="2")
    add(shopper, sku="EPS-CRY-2500", quantity="3")
    assert (counted("uk"), counted("us")) == (5, 2)
    set_stock("CIT-CAP-90", "us", 0)
    assert (counted("uk"), counted("us")) == (5, 0)
    variant("CIT-CAP-90").product.__class__.objects.filter(variants__sku="EPS-CRY-2500").update(
        is_active=False
    )
    assert counted("uk") == 2


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_what_can_be_bought_is_the_same_in_sql_and_in_offers(code):
    where, visitor = region(code), basket_reference(77)
    set_stock("CIT-CAP-90", code, 0)
    set_stock("OIL-SPR-100", code, 2)
    Stock.objects.reserve({variant("OIL-SPR-100"): 2}, where, reference=order_reference(1), visitor=visitor)
    set_stock("GLY-CAP-90", code, 2)
    Stock.objects.reserve(
        {variant("GLY-CAP-90"): 2}, where, reference=order_reference(2), visitor=basket_reference(78)
    )
    set_price("CIT-CAP-180", code, None)
    Variant.objects.filter(sku="CIT-PWD-250").update(is_active=False)
    Product.objects.filter(variants__sku="EPS-CRY-1000").update(binned_at="2026-01-01T00:00:00Z")
    every = list(Variant.objects.select_related("product"))
    for whose in ("", visitor):
        found = {pk for pk, one in offers(every, where, visitor=whose).items() if one.can_buy}
        assert {row.pk for row in Variant.objects.buyable_in(where, whose)} == found
        assert (variant("OIL-SPR-100").pk in found) == bool(whose)


# --- packs that are deleted -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("how", ["one", "many", "product"])
def test_a_deleted_pack_is_told_until_it_was_read(shopper, how):
    add(shopper, quantity="2")
    add(shopper, sku="OIL-SPR-100")
    row = variant("CIT-CAP-90")
    ProductCard.objects.filter(product=row.product).delete()
    {"one": row.delete, "many": type(row).objects.filter(pk=row.pk).delete, "product": row.product.delete}[
        how
    ]()
    for _ in range(2):
        page = basket_page(shopper)
        assert "We no longer sell what you had put in" in page
        assert "Magnesium Citrate Capsules, 90 capsules" in page
    assert 'href="/uk/checkout/"' not in page
    assert shopper.get("/uk/checkout/")["Location"] == "/uk/basket/"
    post_with_token(shopper, "/uk/basket/", "/uk/basket/confirm/", {})
    page = basket_page(shopper)
    assert "We no longer sell" not in page
    assert 'href="/uk/checkout/"' in page


def test_a_basket_of_nothing_but_deleted_packs_says_so_too(shopper):
    add(shopper)
    variant("CIT-CAP-90").delete()
    page = basket_page(shopper)
    assert "Your basket is empty" in page
    assert "Magnesium Citrate Capsules, 90 capsules" in page


# --- the code of a paid order -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "left"), [(None, ""), ("OTHER", "OTHER"), ("", "")])
def test_a_paid_order_takes_its_code_along_and_no_other(later, left):
    basket = a_basket("CIT-CAP-90", quantity=2)
    basket.use_code("TENOFF")
    if later is not None:
        basket.use_code(later)
    basket.consume({variant("CIT-CAP-90").pk: 1}, "TENOFF")
    basket.refresh_from_db()
    assert basket.code == left
    assert "TENOFF" not in basket.codes.values()
