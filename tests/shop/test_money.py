from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import exponent, format_money, net_of, tax_on, to_decimal, to_minor


def test_amounts_are_whole_minor_units():
    assert to_minor("14.99", "GBP") == 1499
    assert to_minor("1500", "JPY") == 1500
    assert to_decimal(1499, "GBP") == Decimal("14.99")
    assert exponent("JPY") == 0


@pytest.mark.parametrize("text", ["14.999", "abc", "", "NaN", "Infinity", "1e-9"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):
        to_minor(text, "GBP")


def test_each_region_writes_money_its_own_way():
    assert format_money(1499, "GBP", "en_GB") == "£14.99"
    assert format_money(1899, "USD", "en_US") == "$18.99"
    assert format_money(1699, "EUR", "en_IE") == "€16.99"


def test_vat_is_taken_out_of_gross_and_rounded_half_up():
    assert net_of(1195, Decimal(20)) == 996
    assert 1495 - net_of(1495, Decimal(22)) == 270
    assert net_of(1255, Decimal("25.5")) == 1000


def test_sales_tax_comes_on_top():
    assert tax_on(1395, Decimal("7.25")) == 101
    assert tax_on(1395, Decimal(0)) == 0


@given(st.integers(0, 10**7), st.decimals(0, 27, places=1))
def test_net_and_tax_always_add_up_to_gross(gross, rate):
    net = net_of(gross, rate)
    assert 0 <= net <= gross
    assert abs(net * (100 + rate) / 100 - gross) <= 1
