"""Numbers and money as people type them: read in one way or refused in words, in every staff form."""

from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from shop.money import format_money
from shop.text.fields import DecimalField, MoneyField, WholeField, moved_far
from shop.text.numbers import Unreadable, read_money, read_number, read_whole, whole_or_none

READ = [
    ("14.99", "GBP", 1499), ("£14.99", "GBP", 1499), ("14.99 £", "GBP", 1499), ("GBP 14.99", "GBP", 1499),
    ("gbp14.99", "GBP", 1499), ("1,000", "GBP", 100000), ("1,000.50", "GBP", 100050), ("1.000,50", "GBP", 100050),
    ("2,00", "GBP", 200), ("2,5", "GBP", 250), (".50", "GBP", 50), ("1 000", "GBP", 100000),
    ("1\u00a0000,50", "GBP", 100050), ("1\u202f000.50", "GBP", 100050), ("1'000.50", "GBP", 100050),
    ("12’345", "GBP", 1234500), ("１２．５０", "GBP", 1250), ("￡12", "GBP", 1200), (" 12 ", "GBP", 1200),
    ("\u200b12\ufeff.50", "GBP", 1250), ("1,234,567.89", "GBP", 123456789), ("0", "GBP", 0), ("007", "GBP", 700),
    ("$5", "USD", 500), ("US$5", "USD", 500), ("5 usd", "USD", 500), ("1,000", "USD", 100000),
    ("1.000,50", "EUR", 100050), ("1,000.50", "EUR", 100050), ("12,50 €", "EUR", 1250), ("€12.50", "EUR", 1250),
    ("1 000", "EUR", 100000), ("1.000.000", "EUR", 100000000), ("EUR\u00a05", "EUR", 500), ("0,500", "KWD", 500),
    ("1,500", "JPY", 1500), ("１５００", "JPY", 1500),
]  # fmt: skip

REFUSED = [
    ("£", "GBP", "no amount"), ("GBP", "GBP", "no amount"), (".", "GBP", "no amount"), ("'", "GBP", "no amount"),
    ("18_95", "EUR", "no amount"), ("1e3", "GBP", "no amount"), ("NaN", "GBP", "no amount"),
    ("inf", "GBP", "no amount"), ("0x10", "GBP", "no amount"), ("5.", "GBP", "no amount"),
    ("5..0", "GBP", "no amount"), ("12 50", "GBP", "no amount"), ("12'50", "EUR", "no amount"),
    ("1,00,000", "GBP", "no amount"), ("1.000.50", "GBP", "no amount"), ("1 000,000.50", "GBP", "no amount"),
    ("5 pounds", "GBP", "no amount"), ("££5", "GBP", "no amount"), ("£5 GBP", "GBP", "no amount"), ("½", "GBP", "no amount"),
    ("٣", "GBP", "digits"), ("١٢٫٥", "EUR", "digits"), ("1²", "GBP", "digits"), ("१२", "GBP", "digits"), ("①", "GBP", "digits"),
    ("+5", "GBP", "sign"), ("-0", "GBP", "sign"), ("−5", "EUR", "sign"), ("5-", "GBP", "sign"), ("5,–", "EUR", "sign"),
    ("12.345", "GBP", "12345.00 if that is meant; otherwise at most 2 digits"), ("1.000", "GBP", "1000.00 or 1.00"), ("1,000", "EUR", "1000.00 or 1.00"),
    ("1.000", "EUR", "1000.00 or 1.00"), ("12,345", "EUR", "12345.00"), ("0.001", "GBP", "too many digits"),
    ("14.9900", "GBP", "too many digits"), ("1.5", "JPY", "whole number"),
    ("$5", "GBP", "in GBP"), ("5 €", "GBP", "in GBP"), ("£5", "EUR", "in EUR"), ("USD 5", "EUR", "in EUR"),
    ("₤5", "GBP", "in GBP"), ("€", "GBP", "in GBP"), ("\u202e00.1", "GBP", "no amount"), ("9" * 60, "GBP", "no amount"),
    ("all", "GBP", "no amount"), ("Try", "EUR", "no amount"), ("TRY 5", "GBP", "in GBP"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "currency", "amount"), READ)
def test_money_is_read_as_it_is_written_in_each_region(text, currency, amount):
    assert read_money(text, currency) == amount


@pytest.mark.parametrize(("text", "currency", "words"), REFUSED)
def test_what_is_no_amount_or_could_be_two_is_refused_in_words(text, currency, words):
    with pytest.raises(Unreadable, match=words) as refused:
        read_money(text, currency)
    assert any(c in str(refused.value) for c in "0123456789"), "it shows how to write it"


@given(st.integers(0, 10**9), st.sampled_from([("GBP", "en_GB"), ("USD", "en_US"), ("EUR", "en_IE"), ("EUR", "de_DE"), ("EUR", "fr_FR"), ("EUR", "nl_NL")]))  # fmt: skip
def test_what_the_shop_and_its_countries_write_is_read_back(minor, where):
    currency, locale = where
    assert read_money(format_money(minor, currency, locale), currency) == minor


@pytest.mark.parametrize("text", ["1,200", "1 200", "1200", "１２００", "1'200"])
def test_whole_numbers(text):
    assert read_whole(text) == 1200


@pytest.mark.parametrize("text", ["1.200", "1.0", "2,5", "1_200", "٣", "+3", "-1", "1e3", "12 00", "3 packs"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(Unreadable):
        read_whole(text)


def test_rates_have_a_fraction_and_may_have_their_sign():
    assert read_number("25,5 %", places=1, units=("%",)) == Decimal("25.5")
    assert read_number("7.125", places=4) == Decimal("7.125")
    with pytest.raises(Unreadable, match="too many digits"):
        read_number("25.55", places=1)


@pytest.mark.parametrize("text", ["²", "٣", "-1", "", None, "1" * 18, "1.0", " 1"])
def test_a_key_is_plain_digits_or_nothing(text):
    assert whole_or_none(text) is None
    assert whole_or_none("17") == 17


def test_a_price_moved_far_is_more_than_half_either_way():
    assert moved_far(1000, 1501)
    assert moved_far(1000, 499)
    assert not moved_far(1000, 1500)
    assert not moved_far(1000, 500)
    assert not moved_far(None, 500)


def test_fields_say_what_is_wrong_and_show_what_is_stored():
    class Form(forms.Form):
        money = MoneyField(currency="EUR", required=False)
        packs = WholeField(required=False, max_value=10)
        rate = DecimalField(required=False, max_digits=4, decimal_places=1)

    form = Form({"money": "1.000", "packs": "1.000", "rate": "NaN"})
    assert set(form.errors) == {"money", "packs", "rate"}
    form = Form({"money": "1.000,50", "packs": "7", "rate": "25,5"}, initial={"money": 100050})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"money": 100050, "packs": 7, "rate": Decimal("25.5")}
    assert form.changed_data == ["packs", "rate"]
    assert 'value="1000.50"' in str(Form(initial={"money": 100050})["money"])
    assert Form({"money": " ", "packs": ""}).is_valid()
    assert not Form({"money": "0"}).is_valid()
    assert not Form({"packs": "11"}).is_valid()
