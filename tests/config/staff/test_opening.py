"""A fourth region is data: made in the admin, closed until its list is done, looked at before, opened by a button."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from config.staff.opening import OWN_PAGES, checks
from shop.catalogue.models import Product, ProductWording
from shop.pages.models import PageVersion
from shop.regions.laws import LawPack, copy_law
from shop.regions.models import Country, Region, VatRate
from tests.conftest import a_shopper
from tests.support.factories import set_price, set_stock
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AU = {
    "code": "au", "name": "Australia", "short_name": "AU", "the_name": "Australia", "currency": "AUD", "currency_symbol": "$",
    "locale": "en_AU", "hreflang": "en-AU", "law": "AU", "tax_words": "incl. GST", "ships_from": "Sydney", "position": "4",
    "time_zone": "Australia/Sydney", "dispatch_time_zone": "Australia/Sydney", "dispatch_holidays": "AU-NSW",
    "prices_include_tax": "on", "countries-0-code": "AU", "countries-0-name": "Australia",
    "countries-0-adjective": "Australian", "countries-0-postcode_pattern": r"\d{4}", "countries-TOTAL_FORMS": "1",
}  # fmt: skip


def a_law() -> LawPack:
    law = LawPack(code="AU", name="Australia")
    copy_law(LawPack.objects.get(code="GB"), law)
    return law


def australia(owner) -> Region:
    """As the owner makes it in the admin."""
    a_law()
    page = "/admin/regions/region/add/"
    answer = owner.post(page, {**fields_of(owner.get(page).content.decode()), **AU})
    assert answer.status_code == 302, answer.content.decode()
    return Region.objects.get(code="au")


def lacking(region: Region) -> set[str]:
    return {row.words for row in checks(region) if not row.is_done}


def complete(region: Region) -> None:
    """What its list asks for, in one product."""
    now = timezone.now() - timedelta(minutes=1)
    VatRate.objects.create(
        country=Country.objects.get(code="AU"), rate=10, valid_from=now, source="A New Tax System Act 1999"
    )
    like = Product.objects.get(slug="magnesium-citrate-capsules").wordings.get(region__code="uk")
    ProductWording.objects.create(
        product=like.product, region=region, legal_name=like.legal_name, directions=like.directions,
        warnings=like.warnings, units_per_day=like.units_per_day,
    )  # fmt: skip
    for sku in ("CIT-CAP-90", "CIT-CAP-180"):
        set_price(sku, "au", 2995, timedelta(minutes=1))
        set_stock(sku, "au", 9)
    for page in OWN_PAGES:
        PageVersion.objects.create(
            page=page, region=region, edition=1, title=page.title(), starts_at=now, published_at=now
        )


def press(owner, region: Region, what: str):
    return owner.post(
        f"/admin/regions/region/{region.pk}/opening/", {"do": what}, follow=True
    ).content.decode()


def test_a_new_region_is_closed_and_its_list_says_what_it_needs():
    owner = signed_in()
    region = australia(owner)
    assert not region.is_open
    assert lacking(region) == {
        "A tax rate for each country", "Prices in its currency", "Something to buy", "Pages in the words of its own law",
    }  # fmt: skip
    page = press(owner, region, "open")
    assert "It stays closed." in page
    assert "no rate for: Australia" in page
    assert not Region.objects.get(code="au").is_open


def test_staff_look_at_a_closed_region_and_nobody_else_does():
    owner = signed_in()
    complete(australia(owner))
    for path in (
        "/au/",
        "/au/shop/",
        "/au/shop/magnesium-citrate-capsules/",
        "/au/help/delivery/",
        "/au/basket/",
    ):
        seen = owner.get(path)
        assert seen.status_code == 200, path
        assert seen["X-Robots-Tag"] == "noindex"
        assert "private" in seen["Cache-Control"]
        assert "only staff see this" in seen.content.decode()
        assert a_shopper().get(path).status_code == 404, path
        assert signed_in("Writer").get(path).status_code == 404, path
    assert owner.post("/au/basket/add/", {"variant": "CIT-CAP-90"}).status_code == 404
    assert "/au/" not in a_shopper().get("/sitemap.xml").content.decode()
    assert "/au/" not in a_shopper().get("/uk/").content.decode()


def test_it_opens_once_nothing_is_missing_and_speaks_its_own_tax():
    owner = signed_in()
    region = australia(owner)
    complete(region)
    assert lacking(region) == set()
    assert "is open" in press(owner, region, "open")
    page = a_shopper().get("/au/shop/magnesium-citrate-capsules/").content.decode()
    assert "$29.95" in page
    assert "incl. GST" in page
    assert "VAT" not in page
    assert "/au/basket/add/" in page
    assert "only staff see this" not in page
    assert "/au/" in a_shopper().get("/sitemap.xml").content.decode()


def test_it_is_closed_again_and_the_last_open_region_never_is():
    owner = signed_in()
    region = Region.objects.get(code="eu")
    assert "is closed" in press(owner, region, "close")
    assert a_shopper().get("/eu/").status_code == 404
    Region.objects.exclude(code="uk").update(is_open=False)
    assert "only open region" in press(owner, Region.objects.get(code="uk"), "close")
    assert Region.objects.get(code="uk").is_open


@pytest.mark.parametrize(
    ("wrong", "what", "words"),
    [
        ({"time_zone": "Europe/London"}, "The clock of its shoppers", "the clock of none of its countries"),
        ({"dispatch_time_zone": "Europe/London"}, "When parcels leave and arrive", "the holidays are those of AU-NSW"),
        ({"dispatch_holidays": "GB-ENG"}, "When parcels leave and arrive", "the clock there is Australia/Sydney"),
        ({"locale": "en_GB"}, "How numbers, dates and words are written", "belongs to none of its countries"),
        ({"locale": "de_DE"}, "How numbers, dates and words are written", "another language than its own, en"),
        ({"locale": "xx-yy"}, "How numbers, dates and words are written", "no way of writing that is known"),
        ({"prices_include_tax": False}, "Tax that comes on top", "for the US alone"),
    ],
)  # fmt: skip
def test_what_was_left_as_a_new_region_begins_keeps_it_closed(wrong, what, words):
    region = australia(signed_in())
    Region.objects.filter(pk=region.pk).update(**wrong)
    [row] = [row for row in checks(Region.objects.get(pk=region.pk)) if row.words == what]
    assert words in row.lack


@pytest.mark.parametrize(
    "wrong",
    [
        {"locale": "en_XX"},
        {"locale": "xx-yy"},
        {"locale": "de_AU"},
        {"currency": "AUS"},
        {"time_zone": "Sydney"},
    ],
)
def test_a_region_is_not_made_with_what_nobody_can_write_or_count(wrong):
    owner, page = signed_in(), "/admin/regions/region/add/"
    a_law()
    answer = owner.post(page, {**fields_of(owner.get(page).content.decode()), **AU, **wrong})
    assert answer.status_code == 200
    assert not Region.objects.filter(code="au").exists()


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_shipped_regions_lack_nothing_of_it(code):
    assert lacking(Region.objects.get(code=code)) == set()


@pytest.mark.parametrize("code", ["de", "fr"])
def test_an_edition_is_changed_in_its_own_words_and_shows_what_is_its_markets(code):
    owner, edition = signed_in(), Region.objects.get(code=code)
    page = f"/admin/regions/region/{edition.pk}/change/"
    fields = fields_of(owner.get(page).content.decode())
    assert not [name for name in fields if name.startswith("countries-")]
    assert "delivery_days_max" not in fields
    answer = owner.post(page, {**fields, "the_name": "die Union"})
    assert answer.status_code == 302, answer.content.decode()
    edition.refresh_from_db()
    assert (edition.the_name, edition.edition_of.code) == ("die Union", "eu")


def test_a_law_past_its_day_keeps_a_region_closed():
    region = Region.objects.get(code="uk")
    LawPack.objects.filter(code="GB").update(review_by=date(2020, 1, 1))
    assert lacking(region) == {"Its law is complete and was compared with its sources"}


def test_the_button_is_for_who_may_change_regions():
    for role in ("Writer", "Orders", "Marketing"):
        assert signed_in(role).get("/admin/regions/region/1/opening/").status_code == 403
    assert signed_in().get("/admin/regions/region/999999/opening/").status_code == 404
