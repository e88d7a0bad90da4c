"""Wordings and prices are carried to another region: looked at first, and over nothing that was there without a tick."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.catalogue.models import Price, Product, ProductWording
from shop.catalogue.offers import amounts_in_force, offer
from shop.catalogue.to_region import Way, looked_at, products_for
from tests.support.factories import region, set_price, variant
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/catalogue/product/to-region/"
SLUG = "magnesium-citrate-capsules"


@pytest.mark.parametrize(
    ("factor", "ending", "pence", "cents"),
    [
        ("1", "", 1499, 1499),
        ("1.2735", "", 1000, 1274),
        ("1.25", "95", 1000, 1295),
        ("1.25", "99", 1000, 1299),
        ("1.2", "00", 1250, 1500),
        ("1", "50", 1000, 1050),
        ("1", "9", 1494, 1499),
        ("0.001", "95", 1000, 95),
    ],
)
def test_a_price_is_the_nearest_with_the_wanted_ending(factor, ending, pence, cents):
    way = Way(region("uk"), region("us"), False, Decimal(factor), ending)
    assert way.price(pence) == cents


@pytest.fixture
def citrate() -> Product:
    """Sold in the UK, with neither wording nor price in the EU."""
    product = Product.objects.get(slug=SLUG)
    ProductWording.objects.filter(product=product, region=region("eu")).delete()
    for pack in product.variants.all():
        pack.set_price(region("eu"), None)
    set_price("CIT-CAP-90", "uk", 1200)
    return product


def looks(client, product=None, **typed) -> str:
    given = {"source": "uk", "target": "eu", "words": "on", "factor": "1.25", "ending": "95", **typed}
    answer = client.post(PAGE, given | ({"product": product.pk} if product else {}))
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def saves(client, page: str, **more) -> str:
    typed = fields_of(page)
    answer = client.post(PAGE, typed | {"save": "1"} | more, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def euros(sku="CIT-CAP-90"):
    return amounts_in_force([variant(sku)])[variant(sku).pk][region("eu").pk]


@pytest.mark.slow
def test_what_is_looked_at_is_saved_and_sold_once_its_facts_were_compared(citrate):
    owner = signed_in("Owner")
    page = looks(owner, citrate)
    assert "€14.95" in page
    assert euros() is None, "looking saves nothing"
    told = saves(owner, page)
    assert "1 wording and" in told
    assert euros() == 1495
    made = citrate.wordings.get(region=region("eu"))
    assert made.directions == citrate.wordings.get(region=region("uk")).directions
    assert made.review_by <= timezone.now()
    assert not offer(variant(), region("eu")).can_buy, "nobody has compared it with a label yet"


@pytest.mark.slow
def test_what_is_there_stays_unless_it_is_ticked(citrate):
    owner = signed_in("Owner")
    wording = citrate.wordings.get(region=region("uk"))
    wording.pk, wording.region, wording.directions = None, region("eu"), "Take one with water."
    wording._state.adding = True
    wording.save()
    set_price("CIT-CAP-90", "eu", 1600)
    page = looks(owner, citrate)
    assert "in place of" in page
    saves(owner, page)
    assert (euros(), citrate.wordings.get(region=region("eu")).directions) == (1600, "Take one with water.")
    keys = re.findall(r'name="take" value="([^"]+)"', page)
    saves(owner, page, take=keys)
    assert euros() == 1495
    assert citrate.wordings.get(region=region("eu")).directions != "Take one with water."


@pytest.mark.slow
def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(citrate):
    owner = signed_in("Owner")
    page = looks(owner, citrate)
    saves(owner, page)
    wording = citrate.wordings.get(region=region("eu"))
    wording.directions = "Take one with water."
    wording.save()
    set_price("CIT-CAP-90", "eu", 1600)
    told = saves(owner, page)
    assert "Somebody changed its wording meanwhile" in told
    assert "Somebody changed it meanwhile" in told
    assert (euros(), citrate.wordings.get(region=region("eu")).directions) == (1600, "Take one with water.")


@pytest.mark.slow
def test_what_the_other_law_refuses_stays_behind_and_is_named(citrate):
    rows = citrate.wordings.filter(region=region("uk"))
    rows.update(directions="Take two a day. It cures insomnia.")
    owner = signed_in("Owner")
    page = looks(owner, citrate)
    assert "Stays behind" in page
    assert "insomnia" in page
    rows.update(directions="Take two a day.", units_per_day=30)
    page = looks(owner, citrate)
    assert "is above" in page
    key = f"words:{citrate.pk}:0:none"
    assert "Somebody changed" in saves(owner, page, take=key), "a key that no look gave saves nothing"
    assert not citrate.wordings.filter(region=region("eu")).exists()


@pytest.mark.slow
def test_statements_of_one_law_are_left_out_under_another_and_told(citrate):
    citrate.wordings.filter(region=region("us")).delete()
    [carried] = looked_at(
        *products_for(Way(region("uk"), region("us")), [citrate.pk])[:1], Way(region("uk"), region("us"))
    )
    [item] = carried.items
    assert item.key
    assert any("may not be stated" in note for note in item.notes)


@pytest.mark.slow
def test_without_a_choice_it_is_every_product_that_the_region_lacks(citrate):
    page = looks(signed_in("Owner"), factor="")
    assert page.count("<legend>") == 1
    assert citrate.name in page
    before = Price.objects.count()
    saves(signed_in("Owner"), page)
    assert Price.objects.count() == before
    assert "Nothing would change" in looks(signed_in("Owner"), factor="")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"target": "uk"}, "two different regions"),
        ({"words": "", "factor": ""}, "Tick the wordings"),
        ({"factor": "0"}, "Type a factor from"),
        ({"factor": "1,25 or so"}, "can be read"),
        ({"factor": "١٫٢٥"}, "digits that are not read here"),
        ({"ending": "95p"}, "one to three digits"),
        ({"target": "mars"}, "valid choice"),
    ],
)
@pytest.mark.slow
def test_what_can_not_be_is_told_and_kept(typed, words):
    answer = signed_in("Owner").post(
        PAGE, {"source": "uk", "target": "eu", "words": "on", "factor": "1.25", "ending": "95", **typed}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("role", ["Writer", "Marketing", "Orders"])
def test_nobody_but_owners_carries(role):
    assert signed_in(role).get(PAGE).status_code == 403


@pytest.mark.slow
def test_from_a_product_and_from_the_list_one_gets_there(citrate):
    owner = signed_in("Owner")
    assert (
        f"{PAGE}?product={citrate.pk}"
        in owner.get(f"/admin/catalogue/product/{citrate.pk}/change/").content.decode()
    )
    answer = owner.post("/admin/catalogue/product/", {"action": "carry", "_selected_action": [citrate.pk]})
    assert answer["Location"] == f"{PAGE}?product={citrate.pk}"
    assert citrate.name in owner.get(answer["Location"]).content.decode()
    assert owner.get(PAGE, {"product": ["x", "-1", "9" * 40]}).status_code == 200
