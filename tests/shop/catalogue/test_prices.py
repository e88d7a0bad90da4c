"""Which price row counts: one answer, whoever asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.catalogue.models import Price, Product
from shop.catalogue.offers import (
    amounts_in_force,
    amounts_loaded,
    last_amount,
    lowest_amounts,
    offer,
)
from tests.support.factories import region, set_price, variant

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "at", "amount"),
    [
        ([(0, 1000)], 0, 1000),
        ([(0, 1000)], -1, None),
        ([(-2, 1000), (-1, 1100), (3, 1200)], 0, 1100),
        ([(-2, 1000), (-1, 1100), (3, 1200)], 3, 1200),
        ([(-2, 1000), (-1, 1100), (3, 1200)], -2, 1000),
        ([(-2, 1000), (-1, None)], 0, None),
        ([(-2, 1000), (-1, None), (0, 900)], 0, 900),
        ([], 0, None),
    ],
)
def test_the_latest_row_that_has_begun_counts(rows, at, amount):
    Price.objects.all().delete()
    pack, uk, now = variant(), region("uk"), timezone.now()
    for days, minor in rows:
        Price.objects.create(variant=pack, region=uk, amount=minor, valid_from=now + days * DAY)
    Price.objects.create(variant=variant("OIL-SPR-100"), region=uk, amount=1, valid_from=now - 9 * DAY)
    moment = now + at * DAY
    [*found] = Price.objects.in_force(uk, moment).filter(variant=pack).values_list("amount", flat=True)
    assert found in ([amount], [] if amount is None else None)
    assert amounts_in_force([pack], moment).get(pack.pk, {}).get(uk.pk) == amount
    assert offer(pack, uk, moment).amount == amount


def test_each_region_and_pack_has_a_row_of_its_own():
    pack, uk, eu = variant(), region("uk"), region("eu")
    set_price(pack.sku, "uk", 1)
    set_price(pack.sku, "eu", None)
    assert Price.objects.in_force(uk).get(variant=pack).amount == 1
    assert Price.objects.in_force(eu).get(variant=pack).amount is None
    rows = list(Price.objects.in_force().values_list("variant", "region"))
    assert len(rows) == len(set(rows)) > 10


def test_the_admin_shows_the_lowest_of_now_in_few_queries(django_assert_num_queries):
    set_price("CIT-CAP-90", "uk", 100, ago=-DAY)
    set_price("CIT-CAP-90", "eu", 200)
    set_price("CIT-CAP-90", "us", None)
    products = Product.objects.filter(variants__sku="CIT-CAP-90").prefetch_related("variants")
    with django_assert_num_queries(4):
        [product] = products.prefetch_related(amounts_loaded())
        found = {where.code: amount for where, amount in lowest_amounts(product).items()}
    assert found["eu"] == 200
    assert found["uk"] > 100, "that one begins tomorrow"
    variant("CIT-CAP-90").product.variants.update(is_active=False)
    assert lowest_amounts(products.prefetch_related(amounts_loaded()).get()) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "before"), [([(-3, 700), (-2, None)], 700), ([(-3, 700), (-2, 800)], 800), ([(0, 5)], None)]
)
def test_what_a_pack_cost_when_it_was_last_sold(rows, before):
    Price.objects.all().delete()
    now = timezone.now()
    for days, minor in rows:
        Price.objects.create(
            variant=variant(), region=region("uk"), amount=minor, valid_from=now + days * DAY
        )
    assert last_amount(variant(), region("uk"), now) == before
