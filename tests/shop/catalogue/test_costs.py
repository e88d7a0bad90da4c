"""What magnesium costs stands wherever a supplement is shown; what passes a region's upper level is told with its source."""

import re
from decimal import Decimal

import pytest

from shop.catalogue.costs import costs_of
from shop.catalogue.models import ProductWording
from shop.catalogue.offers import offer
from tests.support.baskets import add
from tests.support.factories import region, set_price, variant

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    html = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def a_day(sku, code, units):
    ProductWording.objects.filter(product=variant(sku).product, region=region(code)).update(
        units_per_day=units
    )


def test_a_day_and_100_mg_are_counted_from_the_pack_and_its_price():
    set_price("CIT-CAP-90", "eu", 1800)  # 90 capsules of 100 mg, two a day
    found = costs_of(offer(variant(), region("eu")))
    assert (found.per_day, found.per_100_mg) == (Decimal("0.4"), Decimal("0.2"))


@pytest.mark.parametrize("sku", ["OIL-SPR-100", "EPS-CRY-1000"])
def test_what_is_no_oral_source_has_none(client, sku):
    assert costs_of(offer(variant(sku), region("eu"))) is None
    page = words(client.get(variant(sku).url_in(region("eu"))))
    assert "per 100 mg" not in page
    assert " mg of magnesium a day" not in page


def test_what_is_not_sold_has_none():
    set_price("CIT-CAP-90", "eu", None)
    assert costs_of(offer(variant(), region("eu"))) is None


def test_page_and_list_say_them(client):
    set_price("CIT-CAP-90", "eu", 1800)
    page = words(client.get(variant().url_in(region("eu"))))
    assert "At €18.00 incl. VAT a day costs €0.40, and magnesium €0.20 per 100 mg." in page
    assert "100 mg a capsule, €0.40 a day, €0.20 per 100 mg" in words(client.get("/eu/shop/"))


LEVELS = {"eu": (250, "Scientific Committee on Food, 2001"), "uk": (400, "Expert Group on Vitamins and Minerals, 2003"), "us": (350, "Institute of Medicine, 1997")}  # fmt: skip


@pytest.mark.parametrize("code", LEVELS)
def test_a_dose_above_the_level_is_told_with_its_source_on_page_and_in_basket(shopper, code):
    level, source = LEVELS[code]
    units = level // 100
    a_day("CIT-CAP-90", code, units)
    url = variant().url_in(region(code))
    assert "As directed this gives" not in words(shopper.get(url)), "at the level nothing is said"
    add(shopper, code=code)
    assert "gives" not in words(shopper.get(f"/{code}/basket/"))
    a_day("CIT-CAP-90", code, units + 1)
    told = words(shopper.get(url))
    assert f"As directed this gives {(units + 1) * 100} mg of magnesium a day." in told
    assert f"{level} mg a day" in told
    assert source in told
    basket = words(shopper.get(f"/{code}/basket/"))
    assert f"This supplement gives {(units + 1) * 100} mg of magnesium a day" in basket
    assert source in basket


def test_a_basket_counts_each_product_once_and_says_what_they_give_together(shopper):
    add(shopper, code="eu")
    add(shopper, code="eu", sku="CIT-CAP-180")
    assert "give" not in words(shopper.get("/eu/basket/")), (
        "two packs of one product are taken one after the other"
    )
    add(shopper, code="eu", sku="GLY-CAP-90")
    assert "Together these supplements give 350 mg of magnesium a day" in words(shopper.get("/eu/basket/"))
