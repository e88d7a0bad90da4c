"""Tax rates at the moment they change and at their limits."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from shop.regions.models import Country, SalesTaxRate, VatRate
from shop.regions.tax import sales_tax_rate, vat_rate
from tests.support.clock import freeze
from tests.support.rates import take_rates_away

pytestmark = pytest.mark.django_db
CHANGE = datetime(2027, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
AROUND = [(CHANGE - MOMENT, False), (CHANGE, True), (CHANGE + MOMENT, True)]


def a_rate(country: str, rate: str, **more):
    VatRate.objects.create(country=Country.objects.get(code=country), rate=rate, valid_from=CHANGE, **more)


@pytest.mark.parametrize(("at", "new"), AROUND)
def test_a_vat_rate_holds_from_its_first_moment_on(at, new):
    old = vat_rate("IT")
    a_rate("IT", "23")
    assert vat_rate("IT", at=at) == (Decimal(23) if new else old)


@pytest.mark.parametrize(("at", "new"), AROUND)
def test_a_rate_of_a_class_holds_from_its_first_moment_on_and_the_standard_rate_before(at, new):
    standard = vat_rate("IT")
    a_rate("IT", "4", tax_class="supplement")
    assert vat_rate("IT", tax_class="supplement", at=at) == (Decimal(4) if new else standard)
    assert vat_rate("IT", at=at) == standard


@pytest.mark.parametrize(("at", "new"), AROUND)
def test_a_rate_of_a_zone_holds_from_its_first_moment_on(at, new):
    azores = VatRate.objects.exclude(zone=None).filter(country__code="PT").first().zone
    postcode = "9500-321" if "azo" in azores.code else "9000-010"
    old = vat_rate("PT", postcode, at=CHANGE - MOMENT)
    a_rate("PT", "1", zone=azores)
    assert vat_rate("PT", postcode, at=at) == (Decimal(1) if new else old)
    assert vat_rate("PT", "1000-001", at=CHANGE) not in (None, Decimal(1))


def test_a_zone_without_a_rate_of_its_own_takes_that_of_its_country():
    take_rates_away(zone__isnull=False, country__code="PT")
    assert vat_rate("PT", "9500-321") == vat_rate("PT", "1000-001") is not None


@pytest.mark.parametrize(("at", "new"), AROUND)
def test_a_sales_tax_rate_holds_from_its_first_moment_on(at, new):
    SalesTaxRate.objects.create(state="CA", rate="7.25", valid_from=CHANGE)
    assert sales_tax_rate("CA", at) == (Decimal("7.25") if new else 0)
    assert sales_tax_rate("NY", at) == 0


@pytest.mark.parametrize(("at", "new"), AROUND)
def test_without_a_time_the_rates_of_now_hold(monkeypatch, at, new):
    a_rate("IT", "23")
    SalesTaxRate.objects.create(state="CA", rate="7.25", valid_from=CHANGE)
    freeze(monkeypatch, at)
    assert (vat_rate("IT") == 23, sales_tax_rate("CA") == Decimal("7.25")) == (new, new)


def test_of_several_rates_the_latest_that_has_begun_holds():
    for days, rate in ((0, "11"), (10, "13"), (5, "12")):
        row = {"rate": rate, "valid_from": CHANGE + timedelta(days=days)}
        VatRate.objects.create(country=Country.objects.get(code="FR"), **row)
        SalesTaxRate.objects.create(state="TX", **row)
    for days, rate in ((4, 11), (5, 12), (9, 12), (10, 13), (99, 13)):
        at = CHANGE + timedelta(days=days)
        assert (vat_rate("FR", at=at), sales_tax_rate("TX", at)) == (rate, rate)


def test_before_its_first_rate_nothing_is_sold_to_a_country_and_no_sales_tax_is_taken():
    first = VatRate.objects.filter(country__code="IT", zone=None).order_by("valid_from").first()
    assert vat_rate("IT", at=first.valid_from - MOMENT) is None
    assert vat_rate("IT", at=first.valid_from) == first.rate
    assert vat_rate("XX") is None


@pytest.mark.parametrize(("rate", "kept"), [("-0.1", False), ("0", True), ("0.1", True), ("99.9", True), ("100", False)])  # fmt: skip
def test_the_least_and_the_most_vat_rate_the_database_keeps(rate, kept):
    if kept:
        a_rate("IT", rate)
        assert vat_rate("IT", at=CHANGE) == Decimal(rate)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        a_rate("IT", rate)


@pytest.mark.parametrize(
    ("rate", "kept"), [("-0.0001", False), ("0", True), ("25", True), ("25.0001", False)]
)
def test_the_least_and_the_most_sales_tax_rate_the_database_keeps(rate, kept):
    row = {"state": "CA", "rate": rate, "valid_from": CHANGE}
    if kept:
        SalesTaxRate.objects.create(**row)
        assert sales_tax_rate("CA", CHANGE) == Decimal(rate)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        SalesTaxRate.objects.create(**row)
