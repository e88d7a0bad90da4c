"""A region in another language: its own words, and its market's prices, stock, countries and orders."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from shop.catalogue.cards import cards_of
from shop.catalogue.models import Price, Product, ShelfRow, Stock, Variant
from shop.catalogue.offers import offers
from shop.checkout.place import place_order
from shop.checkout.totals import quote_for
from shop.orders.models import Order
from shop.regions.models import Country, Region
from tests.support.editions import an_edition
from tests.support.factories import ROME, a_basket, region, set_price, set_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def german():
    return an_edition("de")


def test_it_offers_what_its_market_does_in_its_own_way_of_writing(german):
    packs = list(Variant.objects.select_related("product"))
    here, there = offers(packs, region("eu")), offers(packs, german)
    assert {pk: (one.amount, one.sellable, one.availability) for pk, one in there.items()} == {
        pk: (one.amount, one.sellable, one.availability) for pk, one in here.items()
    }
    pack = next(pack for pack in packs if pack.sku == "CIT-CAP-90")
    assert here[pack.pk].price == "€14.95"
    assert there[pack.pk].price == "14,95\N{NO-BREAK SPACE}€"


def test_its_shelf_follows_its_markets_prices_and_stock(german):
    set_price("CIT-CAP-90", "eu", 999)
    set_stock("CIT-CAP-180", "eu", 0)
    rows = ShelfRow.objects.filter(variant__sku__startswith="CIT-CAP")
    said = rows.order_by("variant", "since").values_list("variant", "amount", "sold_out", "is_card")
    assert list(said.filter(region=german)) == list(said.filter(region=region("eu"))) != []
    assert 999 in said.filter(region=german).values_list("amount", flat=True)
    product = Product.objects.get(variants__sku="CIT-CAP-90")
    assert [card.name for card in cards_of([product.pk], german)] == ["Magnesiumcitrat-Kapseln"]


def test_rows_about_money_never_name_it(german):
    pack = Variant.objects.get(sku="CIT-CAP-90")
    price = Price(variant=pack, region=german, amount=5)
    assert price.region == region("eu")
    assert Stock.objects.get(variant=pack, region=german) == Stock.objects.get(
        variant=pack, region=region("eu")
    )
    assert Stock.objects.filter(region__in=[german], variant=pack).exists()
    assert {row.code for row in german.countries.all()} == {row.code for row in region("eu").countries.all()}
    assert german.country_codes == region("eu").country_codes


def test_an_order_in_it_is_its_markets_and_speaks_its_language(german):
    basket = a_basket("CIT-CAP-90", code="de")
    total = quote_for(basket.rows(german), german, ROME).total
    order = place_order(basket, region=german, email="ada@example.org", address=ROME, shown_total=total)
    order = Order.objects.get(pk=order.pk)
    assert order.region == region("eu")
    assert order.storefront == german
    assert order.total_text.endswith("€")
    assert order.lines.get().title == "Magnesiumcitrat-Kapseln"
    assert basket.region_code == "eu"
    assert basket.switch(region("eu")) == []


def test_a_change_of_its_market_shows_in_it_on_the_next_request(german, client):
    page = "/de/shop/magnesium-citrate-capsules/"
    assert "14,95" in client.get(page).content.decode()
    set_price("CIT-CAP-90", "eu", 1234)
    assert "12,34" in client.get(page).content.decode()


def test_it_follows_its_market_in_what_is_about_the_sale(german):
    eu = region("eu")
    eu.delivery_days_max, eu.vat_number = 9, "NL1"
    eu.save()
    german.refresh_from_db()
    assert (german.delivery_days_max, german.vat_number) == (9, "NL1")
    german.delivery_days_max = 2
    german.save()
    assert german.delivery_days_max == 9


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"edition_of": "de"}, "edition_of"),
        ({"language": "en"}, "language"),
        ({"currency": "GBP"}, "currency"),
    ],
)
def test_what_can_be_no_edition_is_refused_with_the_field(german, change, field):
    row = Region.objects.get(pk=german.pk)
    row.pk, row.code, row.language = None, "xx", "it"
    for name, value in change.items():
        setattr(row, name, Region.objects.get(code=value) if name == "edition_of" else value)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert field in refused.value.error_dict


def test_the_database_has_one_edition_of_a_language(german):
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(pk=german.pk).update(edition_of=german)
    assert not Country.objects.filter(region_id=german.pk).exists()
