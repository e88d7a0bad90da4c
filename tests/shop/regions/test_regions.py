from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from shop.regions.choice import in_region
from shop.regions.models import Region, SalesTaxRate, Seller, VatRate
from shop.regions.tax import sales_tax_rate, vat_rate
from tests.conftest import a_shopper
from tests.support.factories import region

pytestmark = pytest.mark.django_db


def test_vat_follows_the_destination_and_the_date():
    assert vat_rate("IT") == Decimal("22")
    assert vat_rate("FI") == Decimal("25.5")
    before, after = datetime(2025, 6, 30, 23, 59, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)
    assert (vat_rate("EE", at=before), vat_rate("EE", at=after)) == (Decimal("22"), Decimal("24"))


def test_a_product_class_may_have_a_rate_of_its_own():
    italy = VatRate.objects.filter(country__code="IT").first().country
    VatRate.objects.create(
        country=italy, tax_class="supplement", rate="10", valid_from=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert vat_rate("IT", tax_class="supplement") == 10
    assert vat_rate("IT", tax_class="standard") == 22


def test_no_us_state_has_a_tax_until_staff_add_it():
    assert not SalesTaxRate.objects.exists()
    assert sales_tax_rate("CA") == 0
    SalesTaxRate.objects.create(state="CA", rate="7.25", valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    assert sales_tax_rate("CA") == Decimal("7.25")


def test_a_rate_row_can_not_stand_twice_nor_be_absurd():
    row = VatRate.objects.filter(country__code="IT").first()
    for wrong in (
        {"rate": "10", "valid_from": row.valid_from},
        {"rate": "-1", "valid_from": datetime.now(UTC)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            VatRate.objects.create(country=row.country, **wrong)


def test_there_is_one_seller():
    with pytest.raises(IntegrityError), transaction.atomic():
        Seller.objects.create(trading_name="Second", legal_name="x", email="a@b.org", phone="1", address="x")
    assert Seller.objects.count() == 1


def test_the_switch_sets_the_region_and_returns_to_the_same_page(shopper):
    answer = shopper.post(
        "/region/", {"region": "us", "next": "/uk/shop/magnesium-oil-spray/?variant=OIL-SPR-250"}
    )
    assert answer.status_code == 303
    assert answer["Location"] == "/us/shop/magnesium-oil-spray/?variant=OIL-SPR-250"
    assert answer.cookies["region"].value == "us"
    assert answer.cookies["region"]["httponly"]


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_switch_never_leads_off_the_site(shopper, away):
    assert shopper.post("/region/", {"region": "eu", "next": away})["Location"] == "/eu/"


def test_a_get_never_changes_the_region(shopper):
    answer = shopper.get("/region/?region=us")
    assert answer.status_code == 405
    assert "region" not in answer.cookies


def test_the_address_decides_the_region_not_the_cookie(shopper):
    shopper.cookies["region"] = "uk"
    page = shopper.get("/us/shop/").content.decode()
    assert "$13.95" in page
    assert "£" not in page.split("<main")[1].split("</main>")[0]
    assert "See this for the UK" in page


def test_a_first_visit_gets_one_line_and_nobody_is_redirected(shopper):
    page = shopper.get("/uk/").content.decode()
    assert page.count("Prices in £ for the UK") == 1
    shopper.post("/region/", {"region": "uk", "next": "/uk/"})
    assert "Prices in £ for the UK" not in shopper.get("/uk/").content.decode()


def test_every_page_carries_the_switch_and_the_currency(shopper):
    for path in ("/uk/", "/us/shop/", "/eu/articles/", "/uk/basket/", "/us/help/terms/", "/eu/nothing-here/"):
        page = shopper.get(path).content.decode()
        assert page.count('class="region-switch"') == 1, path
        assert 'aria-current="true"' in page.split("region-switch")[1].split("</form>")[0], path


def test_moving_an_address_between_regions_keeps_the_rest():
    us = region("us")
    assert in_region("/uk/shop/?form=citrate", us) == "/us/shop/?form=citrate"
    assert in_region("/", us) == "/us/"
    assert in_region("/orders/abc/", us) == "/orders/abc/"


def test_a_fourth_region_is_data(shopper):
    Region.objects.create(
        code="au", name="Australia", short_name="AU", the_name="Australia", currency="AUD", currency_symbol="$",
        locale="en_AU", hreflang="en-AU", law="GB", tax_words="incl. GST", ships_from="Sydney",
    )  # fmt: skip
    page = a_shopper().get("/au/shop/")
    assert page.status_code == 200
    assert "AU $" in page.content.decode()
    assert shopper.get("/au/").status_code == 200


def test_a_closed_region_is_not_there(shopper):
    Region.objects.filter(code="eu").update(is_open=False)
    assert shopper.get("/eu/").status_code == 404
    assert "EU €" not in shopper.get("/uk/").content.decode()
