"""A page for a doctor or pharmacist: from product, basket and order; right by region; nothing of it is kept."""

import re

import pytest
from django.utils.html import strip_tags

from shop.catalogue.doctor_sheet import ON_THE_SKIN, SWALLOWED
from shop.claims.check import check, worst
from shop.claims.rules import RED, SAFETY
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.orders import a_paid_order

pytestmark = pytest.mark.django_db


def sheet(*skus, code="uk"):
    return a_shopper().get(f"/{code}/sheet/", {"sku": list(skus)})


def words(answer) -> str:
    main = answer.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return " ".join(strip_tags(main.split(">", 1)[1]).split())


def test_it_names_the_pack_the_amount_and_what_to_ask():
    page_words = words(sheet("CIT-CAP-90"))
    assert "Magnesium Citrate Capsules" in page_words
    assert "200 mg elemental" in page_words
    for medicine in ("Levothyroxine", "tetracyclines", "quinolones", "Bisphosphonates", "diuretics"):
        assert medicine in page_words
    assert "Kidneys" in page_words
    assert "Pregnancy" in page_words
    assert page_words.count("Source:") == page_words.count("checked November 2026") == len(SWALLOWED)


@pytest.mark.parametrize(("code", "report"), [("uk", "Yellow Card"), ("us", "MedWatch"), ("eu", "authority")])
def test_it_names_the_regions_help_and_level(code, report):
    page_words = words(sheet("CIT-CAP-90", code=code))
    assert report in page_words
    assert f"{region(code).legal.upper_level_mg} mg a day" in page_words


def test_several_supplements_are_added_up_and_a_cosmetic_has_no_amount():
    page_words = words(sheet("CIT-CAP-90", "GLY-CAP-90", "OIL-SPR-100"))
    assert "350 mg a day if all are taken as directed" in page_words
    assert "not an oral source" in page_words
    assert str(ON_THE_SKIN[0].what) in page_words
    only = words(sheet("OIL-SPR-100"))
    assert "Levothyroxine" not in only


def test_two_packs_of_one_product_are_taken_once():
    assert "if all are taken" not in words(sheet("CIT-CAP-90", "CIT-CAP-180"))


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("sku", ["CIT-CAP-90", "GLY-CAP-90", "OIL-SPR-100", "EPS-CRY-1000"])
def test_its_words_pass_the_claims_check(code, sku):
    """As warnings do: it is read by a doctor, names kidneys and limits, and may promise nothing."""
    answer = sheet(sku, code=code)
    kind = (
        "food_supplement"
        if sku[:3] in {"CIT", "GLY"}
        else "cosmetic_topical"
        if sku[:3] == "OIL"
        else "bath_salt"
    )
    text = "\n".join(line.strip() for line in strip_tags(answer.content.decode().split("<main")[1].split("</main>")[0]).splitlines() if line.strip())  # fmt: skip
    found = [row for row in check(text, region(code).law, SAFETY, [kind]) if row.severity == RED]
    assert worst(found) != RED, found


def test_nothing_of_it_is_kept_or_followed():
    answer = sheet("CIT-CAP-90")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


@pytest.mark.parametrize("skus", [[], ["nothing"], ["x" * 500], ["\x00"]])
def test_without_a_pack_it_says_so(skus):
    answer = sheet(*skus)
    assert answer.status_code == 404
    assert "No pack was named" in words(answer)


@pytest.mark.slow
def test_product_basket_and_order_lead_to_it():
    client = a_shopper()
    page = client.get("/uk/shop/magnesium-citrate-capsules/?variant=CIT-CAP-180").content.decode()
    assert 'href="/uk/sheet/?sku=CIT-CAP-180"' in page
    client.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    client.post("/uk/basket/add/", {"variant": "OIL-SPR-100"})
    link = re.search(r'href="(/uk/sheet/[^"]+)"', client.get("/uk/basket/").content.decode())[1]
    assert link == "/uk/sheet/?sku=CIT-CAP-90&amp;sku=OIL-SPR-100"
    order = a_paid_order()
    assert "/uk/sheet/?sku=CIT-CAP-90" in a_shopper().get(order.get_absolute_url()).content.decode()
