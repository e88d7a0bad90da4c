from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.models import OutOfStock, Price, Stock, Variant
from shop.catalogue.offers import offer, offers, unit_price
from shop.catalogue.references import basket_reference, order_reference
from shop.content.models import one_state
from tests.support.factories import region, set_price, set_stock, stock, variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "price", "tax"),
    [("uk", "£11.95", "incl. VAT"), ("us", "$13.95", "plus sales tax"), ("eu", "€14.95", "incl. VAT")],
)
def test_each_region_has_its_own_price_and_tax_words(code, price, tax):
    found = offer(variant("CIT-CAP-90"), region(code))
    assert (found.price, found.tax_words, found.availability) == (price, tax, "in_stock")


@pytest.mark.parametrize(
    ("sku", "code", "expected"),
    [
        ("CIT-CAP-90", "uk", "13.3p per capsule"),
        ("CIT-CAP-90", "us", "$0.16 per capsule"),
        ("CIT-PWD-250", "uk", "£59.80/kg"),
        ("CIT-PWD-250", "eu", "€75.80/kg"),
        ("CIT-PWD-250", "us", "$2.04/oz"),
        ("OIL-SPR-100", "uk", "£89.50/litre"),
        ("OIL-SPR-100", "us", "$3.24/fl oz"),
        ("EPS-CRY-1000", "eu", "€8.95/kg"),
    ],
)
def test_unit_prices_follow_the_law_of_the_region(sku, code, expected):
    assert offer(variant(sku), region(code)).unit_price == expected


def test_no_price_means_not_sold_there():
    found = offer(variant("EPS-CRY-2500"), region("us"))
    assert (found.amount, found.availability, found.can_buy) == (None, "not_sold", False)
    assert found.availability_words == "Not sold in the US"
    assert offer(variant("EPS-CRY-2500"), region("uk")).can_buy


def test_a_price_row_without_amount_ends_the_sale():
    set_price("CIT-CAP-90", "uk", None)
    assert offer(variant("CIT-CAP-90"), region("uk")).availability == "not_sold"


def test_prices_begin_on_time_without_anybody_doing_anything():
    soon = timezone.now() + timedelta(days=2)
    Price.objects.create(variant=variant(), region=region("uk"), amount=999, valid_from=soon)
    assert offer(variant(), region("uk")).amount == 1195
    assert offer(variant(), region("uk"), at=soon + timedelta(seconds=1)).amount == 999


def test_stock_is_counted_per_region():
    assert offer(variant("GLY-CAP-30"), region("us")).availability == "sold_out"
    assert offer(variant("GLY-CAP-30"), region("uk")).can_buy


def test_withdrawn_beats_everything():
    one = variant()
    one.product.is_active = False
    one.product.save()
    assert offer(variant(), region("uk")).availability == "withdrawn"


def test_many_offers_cost_one_query(django_assert_num_queries):
    everything = list(Variant.objects.select_related("product"))
    uk = region("uk")
    with one_state():
        offers(everything, uk)  # what the law asks for is remembered from then on
        with django_assert_num_queries(1):
            assert len(offers(everything, uk)) == 12


def test_reserving_takes_all_or_nothing():
    set_stock("CIT-CAP-90", "uk", 5)
    set_stock("CIT-CAP-180", "uk", 1)
    wanted = {variant("CIT-CAP-90"): 2, variant("CIT-CAP-180"): 2}
    with pytest.raises(OutOfStock) as error, transaction.atomic():
        Stock.objects.reserve(wanted, region("uk"), reference=order_reference(1))
    assert {one.sku: left for one, left in error.value.variants.items()} == {"CIT-CAP-180": 1}
    assert (stock("CIT-CAP-90").held, stock("CIT-CAP-180").held) == (0, 0)


def test_releasing_twice_gives_back_once():
    Stock.objects.reserve({variant(): 3}, region("uk"), reference=order_reference(1))
    assert stock().held == 3
    assert Stock.objects.release(order_reference(1)) == 1
    assert Stock.objects.release(order_reference(1)) == 0
    assert stock().held == 0


def test_a_hold_does_not_block_its_owner():
    set_stock("CIT-CAP-90", "uk", 1)
    Stock.objects.reserve(
        {variant(): 1}, region("uk"), reference=order_reference(1), visitor=basket_reference(7)
    )
    assert offers([variant()], region("uk"))[variant().pk].availability == "sold_out"
    assert offers([variant()], region("uk"), visitor=basket_reference(7))[variant().pk].can_buy


@pytest.mark.parametrize("wrong", [{"held": 121}, {"on_hand": -1}, {"held": -1}])
def test_the_database_refuses_impossible_stock(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(pk=stock().pk).update(**wrong)


def test_staff_typing_stock_never_touch_what_is_held():
    row = stock()
    Stock.objects.reserve({variant(): 3}, region("uk"), reference=order_reference(1))
    row.on_hand = 50
    row.save()
    assert (stock().on_hand, stock().held) == (50, 3)


def test_a_price_of_nothing_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(variant=variant(), region=region("uk"), amount=0)


def test_unit_price_by_piece_above_one_pound():
    assert unit_price(variant("GLY-CAP-30"), 6900, region("uk")) == "£2.30 per capsule"
