"""What a form to add packs asks for, and why it can't have it, without a request."""

import pytest

from shop.basket.adding import ADDED, CannotAdd, WantedPacks, message_of
from shop.basket.models import Basket
from shop.catalogue.offers import offer
from tests.support.factories import region, set_stock, variant

pytestmark = pytest.mark.django_db
FORM = {"variant": "CIT-CAP-90", "quantity": "2", "seen": "1195"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"variant": ""}, "unknown"),
        ({"variant": "cit" * 20}, "unknown"),
        ({"variant": "NOPE"}, "unknown"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"quantity": "many"}, "quantity"),
    ],
)
def test_a_form_that_says_nothing_we_understand(change, kind):
    with pytest.raises(CannotAdd) as refused:
        WantedPacks.read({**FORM, **change})
    assert (refused.value.kind, refused.value.details, Basket.objects.count()) == (kind, {}, 0)


@pytest.mark.parametrize(
    ("seen", "stock", "kind"),
    [("1194", 5, "price"), ("x", 5, "price"), ("1195", 0, "gone"), ("1", 0, "gone")],
)
def test_a_pack_that_is_not_to_be_had_as_it_was_seen(seen, stock, kind):
    set_stock("CIT-CAP-90", "uk", stock)
    wanted = WantedPacks.read({**FORM, "seen": seen, "via": "feed", "other": "x"})
    with pytest.raises(CannotAdd) as refused:
        wanted.offer_in(region("uk"))
    assert refused.value.kind == kind
    assert refused.value.details["sku"] == "CIT-CAP-90"
    assert refused.value.details["quantity"] == 2
    assert refused.value.details["origin"] == [("via", "feed")]


def test_a_wish_at_the_price_of_now_or_without_a_price_is_an_offer():
    for seen in ("1195", ""):
        assert WantedPacks.read({**FORM, "seen": seen, "quantity": "1"}).offer_in(region("uk")).amount == 1195


@pytest.mark.parametrize(
    ("stock", "asked", "added", "begins", "tag"),
    [
        (50, 2, 2, "Added to your basket: 2 ×", ADDED),
        (50, 60, 50, "Added 50 ×", ADDED),
        (50, 1, 0, "Your basket already holds all 50", ""),
        (500, 1, 0, "Nothing was added", ""),
    ],
)
def test_what_is_said_of_it(stock, asked, added, begins, tag):
    set_stock("CIT-CAP-90", "uk", stock)
    _, words, found = message_of(offer(variant(), region("uk")), asked, added)
    assert words.startswith(begins)
    assert found == tag
