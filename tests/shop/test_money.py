from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import exponent, format_money, net_of, round_half_up, tax_on, to_decimal, to_minor


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


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.4999", 0), ("0.5", 1), ("0.5001", 1), ("1.4999", 1), ("1.5", 2), ("2.5", 3), ("-0.4999", 0), ("-0.5", -1), ("-2.5", -3)],
)  # fmt: skip
def test_halves_go_away_from_zero(value, rounded):
    assert round_half_up(Decimal(value)) == rounded


@pytest.mark.parametrize(
    ("gross", "rate", "net"),
    [(0, "20", 0), (1, "20", 1), (2, "20", 2), (3, "20", 3), (599, "20", 499), (600, "20", 500), (601, "20", 501),
     (1, "100", 1), (3, "100", 2), (5, "100", 3), (4, "100", 2), (1195, "0", 1195), (1255, "25.5", 1000)],
)  # fmt: skip
def test_the_net_part_of_amounts_at_the_edge_of_rounding(gross, rate, net):
    assert net_of(gross, Decimal(rate)) == net


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [(9, "5", 0), (10, "5", 1), (11, "5", 1), (29, "5", 1), (30, "5", 2), (1000, "7.2499", 72), (1000, "7.25", 73), (1, "0.5", 0), (0, "25", 0)],
)  # fmt: skip
def test_tax_on_top_of_amounts_at_the_edge_of_rounding(net, rate, tax):
    assert tax_on(net, Decimal(rate)) == tax


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("0", "GBP", 0), ("0.01", "GBP", 1), ("-0.01", "GBP", -1), ("1.10", "GBP", 110), ("1.100", "GBP", 110), ("1.0", "JPY", 1), ("1.001", "KWD", 1001)],
)  # fmt: skip
def test_the_smallest_amounts_of_each_currency(text, currency, minor):
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(("text", "currency"), [("0.001", "GBP"), ("0.1", "JPY"), ("0.0001", "KWD")])
def test_less_than_the_smallest_amount_is_refused(text, currency):
    with pytest.raises(ValueError):
        to_minor(text, currency)


def test_sales_tax_comes_on_top():
    assert tax_on(1395, Decimal("7.25")) == 101
    assert tax_on(1395, Decimal(0)) == 0


@pytest.mark.slow
@given(st.integers(0, 10**7), st.decimals(0, 27, places=1))
def test_net_and_tax_always_add_up_to_gross(gross, rate):
    net = net_of(gross, rate)
    assert 0 <= net <= gross
    assert abs(net * (100 + rate) / 100 - gross) <= 1
