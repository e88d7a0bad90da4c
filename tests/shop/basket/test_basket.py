import re

import pytest
from django.db import IntegrityError, transaction

from shop.basket.models import Basket, BasketLine
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
from tests.support.markup import squeezed

pytestmark = pytest.mark.django_db


def test_adding_twice_makes_one_line(shopper):
    assert add(shopper).status_code == 303
    add(shopper, quantity="2")
    assert quantities() == {"CIT-CAP-90": 3}
    assert "£35.85" in basket_page(shopper)


def test_more_than_there_is_becomes_all_there_is_and_says_so(shopper):
    set_stock("CIT-CAP-90", "uk", 4)
    add(shopper, quantity="7")
    assert quantities() == {"CIT-CAP-90": 4}
    assert "we can sell 4 at most" in basket_page(shopper)
    add(shopper)
    assert "already holds all 4" in basket_page(shopper)


def test_a_huge_quantity_is_kept_to_what_a_line_takes(shopper):
    add(shopper, quantity="1000000000")
    assert quantities() == {"CIT-CAP-90": 99}


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "+2", "abc", "", "1.5", "1,5", "2 packs", "١", "²", "1e9", "9" * 500 + "x"]
)
def test_no_quantity_no_line_and_a_page_that_helps(shopper, quantity):
    answer = add(shopper, quantity=quantity)
    assert "must be a whole number, 1 or more" in shown_next(answer)
    assert quantities() == {}


@pytest.mark.parametrize("quantity", ["３", "3\u200b", "\u00a03 ", "03"])
def test_a_quantity_is_read_as_it_is_meant(shopper, quantity):
    add(shopper, quantity=quantity)
    assert quantities() == {"CIT-CAP-90": 3}
    update(shopper, **{"quantity-CIT-CAP-90": quantity.replace("3", "4").replace("３", "４")})
    assert quantities() == {"CIT-CAP-90": 4}


@pytest.mark.parametrize("sku", ["NOPE", "", "' OR 1=1 --", "x" * 5000, "\x00", "cit-cap-90"])
def test_an_unknown_product_is_told_apart(shopper, sku):
    assert "Nothing was added" in shown_next(add(shopper, sku=sku))
    assert quantities() == {}


def test_what_can_not_be_bought_is_not_added(shopper):
    for sku in ("GLY-CAP-30", "EPS-CRY-2500"):
        assert "can’t be added just now" in shown_next(add(shopper, sku=sku, code="us"))
    assert quantities() == {}


def test_a_price_the_shopper_did_not_see_is_asked_about_first(shopper):
    set_price("CIT-CAP-90", "uk", 1245)
    page = shown_next(add(shopper, seen="1195"))
    assert "was £11.95 and is now £12.45" in page
    assert "Nothing was added yet" in page
    assert quantities() == {}
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.split("<main")[1]))
    assert shopper.post("/uk/basket/add/", fields).status_code == 303
    assert quantities() == {"CIT-CAP-90": 1}


@pytest.mark.slow
def test_changing_and_removing_works_without_javascript(shopper):
    add(shopper)
    add(shopper, sku="OIL-SPR-100")
    update(shopper, **{"quantity-CIT-CAP-90": "3", "quantity-OIL-SPR-100": "1"})
    assert quantities() == {"CIT-CAP-90": 3, "OIL-SPR-100": 1}
    update(shopper, remove="OIL-SPR-100", **{"quantity-CIT-CAP-90": "3"})
    assert quantities() == {"CIT-CAP-90": 3}
    update(shopper, **{"quantity-CIT-CAP-90": "0"})
    assert quantities() == {}


def test_what_was_removed_is_put_back_by_one_button(shopper):
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "3"})
    answer = post_with_token(shopper, "/uk/basket/", "/uk/basket/update/", {"remove": "CIT-CAP-90"})
    assert answer["Location"] == "/uk/basket/?removed=CIT-CAP-90&quantity=3"
    page = shopper.get(answer["Location"]).content.decode()
    assert "Removed: Magnesium Citrate Capsules, 90 capsules." in page
    assert "Your basket is empty" in page
    form = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("notice--quiet")[1])
    )
    shopper.post("/uk/basket/add/", {name: form[name] for name in ("variant", "quantity", "next")})
    assert 'value="3"' in shopper.get("/uk/basket/").content.decode()


@pytest.mark.parametrize("query", ["removed=NO-SUCH-1&quantity=1", "removed=CIT-CAP-90", "removed=&quantity=x",
                                   "removed=CIT-CAP-90&quantity=-1", "removed=%00&quantity=1"])  # fmt: skip
def test_a_made_up_removal_is_not_shown(shopper, query):
    page = shopper.get(f"/uk/basket/?{query}")
    assert page.status_code == 200
    assert "Put it back" not in page.content.decode()


@pytest.mark.parametrize("quantity", ["-1", "abc", "", "1.5", "<b>"])
def test_a_wrong_quantity_changes_nothing_and_says_so(shopper, quantity):
    add(shopper)
    update(shopper, **{"quantity-CIT-CAP-90": quantity})
    assert quantities() == {"CIT-CAP-90": 1}
    assert "must be a whole number" in basket_page(shopper)


def test_a_changed_price_is_shown_old_and_new_and_must_be_accepted(shopper):
    add(shopper)
    set_price("CIT-CAP-90", "uk", 1245)
    page = basket_page(shopper)
    assert "was £11.95, now £12.45" in page
    assert 'href="/uk/checkout/"' not in page
    assert shopper.get("/uk/checkout/").status_code == 303
    post_with_token(shopper, "/uk/basket/", "/uk/basket/confirm/", {})
    page = basket_page(shopper)
    assert "was £11.95" not in page
    assert 'href="/uk/checkout/"' in page


@pytest.mark.parametrize("amount", [999_999, 1_000_000, 1_000_001, 12_345_678, 2**31 - 1])
def test_a_dear_pack_is_added_at_the_price_that_was_seen_and_no_other(shopper, amount):
    set_price("CIT-CAP-90", "uk", amount)
    assert add(shopper, seen=str(amount)).status_code == 303
    assert quantities() == {"CIT-CAP-90": 1}
    text = shown_next(add(shopper, seen=str(amount - 1)))
    assert f"was {region('uk').money(amount - 1)} and is now {region('uk').money(amount)}" in text
    assert quantities() == {"CIT-CAP-90": 1}


@pytest.mark.parametrize("seen", ["x", "-1195", "11.95", "1e9", "9" * 11, "١١٩٥"])
def test_a_price_that_no_page_of_ours_names_is_not_taken_for_seen(shopper, seen):
    assert "The price has changed" in shown_next(add(shopper, seen=seen))
    assert quantities() == {}


def test_switching_the_region_keeps_every_line_and_says_what_changed(shopper):
    add(shopper)
    add(shopper, sku="EPS-CRY-2500")
    shopper.post("/region/", {"region": "us", "next": "/uk/basket/", "seen": "1"})
    page = basket_page(shopper, "us")
    assert "£11.95 in the UK, here $13.95 plus sales tax" in page
    assert "Not sold in the US. It stays here" in page
    assert "<dt>Total</dt><dd> $13.95" in squeezed(page)
    shopper.post("/region/", {"region": "uk", "next": "/us/basket/", "seen": "1"})
    page = basket_page(shopper)
    assert quantities() == {"CIT-CAP-90": 1, "EPS-CRY-2500": 1}
    assert "£24.90" in page


def test_a_shared_link_of_another_region_leaves_the_basket_untouched(shopper):
    add(shopper)
    before = BasketLine.objects.values().get()
    shopper.get("/us/shop/")
    page = basket_page(shopper, "us")
    assert "£11.95 in the UK, here $13.95" in page
    assert BasketLine.objects.values().get() == before


def test_two_supplements_above_the_level_are_noticed_not_blocked(shopper):
    add(shopper, code="eu")
    add(shopper, sku="CIT-TAB-120", code="eu")
    page = basket_page(shopper, "eu")
    assert "450 mg of magnesium a day" in page
    assert "250 mg a day" in page
    assert 'href="/eu/checkout/"' in page


def test_sold_out_since_is_greyed_and_not_counted(shopper):
    add(shopper)
    add(shopper, sku="OIL-SPR-100")
    set_stock("OIL-SPR-100", "uk", 0)
    page = basket_page(shopper)
    assert "Sold out in the UK at the moment" in page
    assert "<dt>Total</dt><dd> £11.95" in squeezed(page)


def test_fewer_left_than_in_the_basket_must_be_accepted(shopper):
    add(shopper, quantity="5")
    set_stock("CIT-CAP-90", "uk", 2)
    assert "only 2 left, not 5" in basket_page(shopper)
    post_with_token(shopper, "/uk/basket/", "/uk/basket/confirm/", {})
    assert quantities() == {"CIT-CAP-90": 2}


def test_nobody_sees_another_basket(shopper):
    add(shopper)
    from tests.conftest import a_shopper

    assert "Your basket is empty" in basket_page(a_shopper())


def test_a_get_changes_nothing(shopper):
    assert shopper.get("/uk/basket/add/?variant=CIT-CAP-90").status_code == 405
    assert shopper.get("/uk/basket/update/").status_code == 405
    basket_page(shopper)
    assert not Basket.objects.exists()
    assert not shopper.cookies


def test_paid_packs_leave_the_basket_and_later_ones_stay():
    basket = a_basket("CIT-CAP-90", "OIL-SPR-100", quantity=2)
    key = basket.key
    basket.consume({variant("CIT-CAP-90").pk: 1, variant("OIL-SPR-100").pk: 2})
    assert quantities() == {"CIT-CAP-90": 1}
    assert basket.key != key


def test_the_database_keeps_lines_sane():
    line = a_basket().lines.get()
    for wrong in ({"quantity": 0}, {"quantity": 100}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BasketLine.objects.filter(pk=line.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        BasketLine.objects.create(
            basket=line.basket, variant=line.variant, quantity=1, seen_region=region("uk"), seen_amount=1
        )


# --- a form that is sent twice -------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["1", "3", "99"])
def test_the_same_form_sent_again_adds_nothing_and_says_the_same(shopper, first):
    answers = [add(shopper, quantity=first, once="a-key") for _ in range(3)]
    assert quantities() == {"CIT-CAP-90": int(first)}
    assert len({shown_next(answer).count(f"Added to your basket: {first} ×") for answer in answers}) <= 2
    add(shopper, quantity="1", once="another-key")
    add(shopper, quantity="1")
    add(shopper, quantity="1")
    assert quantities() == {"CIT-CAP-90": min(99, int(first) + 3)}


@pytest.mark.slow
def test_a_key_holds_for_its_own_press_only(shopper):
    add(shopper, quantity="1", once="k")
    add(shopper, quantity="2", once="k")
    assert quantities() == {"CIT-CAP-90": 3}, "the quantity was changed: that is another wish"
    add(shopper, sku="OIL-SPR-100", once="k")
    assert quantities() == {"CIT-CAP-90": 3, "OIL-SPR-100": 1}
    for number in range(50):
        add(shopper, once=f"{number}" * 50)
    assert len(BasketLine.objects.get(variant__sku="CIT-CAP-90").keys) <= 20


def test_what_was_cut_to_the_stock_is_told_again_as_it_was(shopper):
    set_stock("CIT-CAP-90", "uk", 4)
    add(shopper, quantity="7", once="k")
    basket_page(shopper)
    add(shopper, quantity="7", once="k")
    assert "Added 4 ×" in basket_page(shopper)


def test_what_was_put_back_twice_is_there_once(shopper):
    add(shopper, quantity="3")
    page = shown_next(update(shopper, remove="CIT-CAP-90"))
    form = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split("notice--quiet")[1])
    )
    fields = {name: form[name] for name in ("variant", "quantity", "next", "once")}
    for _ in range(2):
        shopper.post("/uk/basket/add/", fields)
    assert quantities() == {"CIT-CAP-90": 3}


# --- quantities in true words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stock", "wanted", "holds", "says", "never"),
    [
        (120, "120", 99, "Added 99 ×", "we can sell"),
        (120, "120", 99, "one order takes 99 of a pack at most", "120"),
        (99, "100", 99, "we can sell 99 at most", "one order"),
        (5, "9", 5, "we can sell 5 at most", "one order"),
        (1, "2", 1, "we can sell 1 at most", "one order"),
    ],
)
def test_the_limit_that_held_is_the_one_that_is_told(shopper, stock, wanted, holds, says, never):
    set_stock("CIT-CAP-90", "uk", stock)
    words = message(shown_next(add(shopper, quantity=wanted)))
    assert says in words
    assert never not in words
    assert quantities() == {"CIT-CAP-90": holds}
    full = message(shown_next(add(shopper)))
    assert ("one order takes 99" in full) == (stock > 99)
    changed = message(shown_next(update(shopper, **{"quantity-CIT-CAP-90": "500"})))
    assert f"so it is {holds} now" in changed
    assert ("one order takes 99" in changed) == (stock > 99)


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_how_one_pays_and_where_it_goes_stand_where_ordering_begins(shopper, code):
    add(shopper, code=code)
    page = squeezed(basket_page(shopper, code))
    assert f"You pay by card. We deliver in {region(code).the_name}:" in page
    assert f'href="/{code}/help/delivery/">where exactly, and where not</a>' in page
