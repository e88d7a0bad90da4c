"""What an order costs, line by line, where rounding and limits decide."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from shop.checkout.totals import NoTaxRate, likely_address, quote_for
from shop.codes.discount import CodeRefused
from shop.regions.models import Country, SalesTaxRate, VatRate
from tests.support.factories import LEEDS, PORTLAND, ROME, region, variant
from tests.support.orders import a_code

pytestmark = pytest.mark.django_db
AT = datetime(2027, 5, 4, tzinfo=UTC)
HOME = {"uk": LEEDS, "eu": ROME, "us": PORTLAND}


def rows(*totals, counts=True):
    product = variant().product
    return [
        SimpleNamespace(
            product=product, total=total, quantity=1, offer=SimpleNamespace(sold_at=total), counts=counts
        )
        for total in totals
    ]


def quote(*totals, code="uk", **more):
    return quote_for(rows(*totals), region(code), more.pop("address", HOME[code]), AT, **more)


@pytest.mark.parametrize(
    ("totals", "tax"),
    [((), 0), ((0,), 0), ((2,), 0), ((3,), 0), ((4,), 1), ((599,), 100), ((1195,), 199), ((3, 3), 0), ((6,), 1), ((1195, 1195), 398), ((2390,), 398)],
)  # fmt: skip
def test_vat_is_inside_and_rounded_line_by_line(totals, tax):
    found = quote(*totals)
    assert (found.goods, found.tax, found.delivery, found.off) == (sum(totals), tax, 0, 0)
    assert found.total == sum(totals)
    assert [line.total for line in found.lines] == list(totals)


@pytest.mark.parametrize(
    ("totals", "tax"), [((9,), 0), ((10,), 1), ((11,), 1), ((10, 10), 2), ((20,), 1), ((9, 9), 0), ((1395,), 70)]
)  # fmt: skip
def test_sales_tax_comes_on_top_line_by_line(totals, tax):
    SalesTaxRate.objects.create(state="OR", rate="5", valid_from=AT)
    found = quote(*totals, code="us")
    assert (found.goods, found.tax, found.total) == (sum(totals), tax, sum(totals) + tax)
    assert {line.rate for line in found.lines} == {Decimal(5)}


@pytest.mark.parametrize(("code", "tax"), [("uk", 180), ("us", 54)])
def test_tax_is_on_what_a_code_leaves_to_pay(code, tax):
    SalesTaxRate.objects.create(state="OR", rate="5", valid_from=AT)
    a_code(regions=(code,))
    found = quote_for(rows(1000, 200), region(code), HOME[code], AT, code="NOVEMBER10")
    assert (found.goods, found.off, found.tax) == (1200, 120, tax)
    assert [line.discount for line in found.lines] == [100, 20]
    assert found.total == 1080 + (tax if code == "us" else 0)


def test_a_code_that_can_not_be_used_is_refused_and_one_for_nothing_is_not_asked():
    assert quote_for([], region("uk"), LEEDS, AT, code="NOSUCH").total == 0
    with pytest.raises(CodeRefused):
        quote_for(rows(1195), region("uk"), LEEDS, AT, code="NOSUCH")


def test_rows_that_do_not_count_cost_nothing():
    found = quote_for([*rows(1195), *rows(999, counts=False)], region("uk"), LEEDS, AT)
    assert (found.goods, len(found.lines)) == (1195, 1)


@pytest.mark.parametrize("code", ["uk", "eu", "us"])
def test_without_a_destination_no_tax_is_named(code):
    SalesTaxRate.objects.create(state="OR", rate="5", valid_from=AT)
    found = quote_for(rows(1195), region(code), None, AT)
    assert (found.tax, found.total) == (None, 1195)
    assert [line.tax for line in found.lines] == [0]


def test_each_product_class_has_its_own_rate():
    one, other = rows(1000, 1000)
    other.product = SimpleNamespace(pk=0, tax_class="supplement" if one.product.tax_class == "standard" else "standard")  # fmt: skip
    VatRate.objects.create(country=Country.objects.get(code="IT"), tax_class="supplement", rate="10", valid_from=AT)  # fmt: skip
    found = quote_for([one, other], region("eu"), ROME, AT)
    assert sorted(line.rate for line in found.lines) == [10, 22]
    assert found.tax == 91 + 180


@pytest.mark.parametrize(
    ("code", "address"),
    [("eu", replace(ROME, country="XX")), ("eu", replace(ROME, country="ES", postcode="35001", town="Las Palmas"))],
)  # fmt: skip
def test_where_nothing_may_be_sold_there_is_no_price(code, address):
    with pytest.raises(NoTaxRate):
        quote(1195, code=code, address=address)


@pytest.mark.parametrize(
    ("code", "typed", "country"),
    [("uk", {}, "GB"), ("eu", {}, None), ("eu", {"country": "IT"}, "IT"), ("eu", {"country": "GB"}, None),
     ("us", {}, None), ("us", {"state": "OR"}, "US"), ("us", {"state": "XX"}, None), ("us", {"state": "OR", "country": "IT"}, None)],
)  # fmt: skip
def test_where_it_will_probably_go(code, typed, country):
    found = likely_address(region(code), {**typed, "town": "T", "postcode": None})
    assert (found and found.country) == country
    assert found is None or (found.town, found.postcode, found.state) == ("T", "", typed.get("state", ""))


def test_amounts_as_the_page_writes_them():
    a_code()
    found = quote_for(rows(1195), region("uk"), None, AT, code="NOVEMBER10")
    texts = (found.goods_text, found.discount_text, found.tax_text, found.delivery_text, found.total_text)
    assert texts == ("£11.95", "−£1.20", "£0.00", "£0.00", "£10.75")
    assert replace(found, delivery=300).total == found.total + 300
