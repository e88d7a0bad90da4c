"""VAT numbers are read as people type them, and what can't be one is said in words."""

import pytest

from shop.regions.vat_numbers import FORMS, read_vat_number


@pytest.mark.parametrize(("typed", "country", "read"), [
    ("IT12345678901", "IT", "IT12345678901"),
    ("it 123 456 78901", "IT", "IT12345678901"),
    ("12345678901", "IT", "IT12345678901"),
    ("GR123456789", "GR", "EL123456789"),
    ("EL 123456789", "GR", "EL123456789"),
    ("123456789", "GR", "EL123456789"),
    ("ATU12345678", "AT", "ATU12345678"),
    ("u12345678", "AT", "ATU12345678"),
    ("NL123456789B01", "NL", "NL123456789B01"),
    ("NL.1234.567.89.B.01", "NL", "NL123456789B01"),
    ("GB 123 4567 89", "GB", "GB123456789"),
    ("XI123456789", "GB", "XI123456789"),
    ("DE123456789", "FR", "DE123456789"),
    ("١٢٣٤٥٦٧٨٩", "DE", "DE123456789"),
    ("ＤＥ１２３４５６７８９", "DE", "DE123456789"),
    ("IE1234567WA", "IE", "IE1234567WA"),
])  # fmt: skip
def test_a_number_has_one_spelling(typed, country, read):
    assert read_vat_number(typed, country) == read


@pytest.mark.parametrize(("typed", "country"), [
    ("IT1234567890", "IT"), ("IT123456789012", "IT"), ("1", "IT"), ("DE12345678", "DE"), ("ATX12345678", "AT"),
    ("US123456789", "US"), ("<b>", "FR"), ("\u202e123", "PL"), ("FRIO123456789", "FR"), ("123", "XX"),
])  # fmt: skip
def test_what_can_be_no_number_is_told_in_words(typed, country):
    with pytest.raises(ValueError, match=r"looks|Begin with"):
        read_vat_number(typed, country)


@pytest.mark.parametrize("prefix", FORMS)
def test_the_example_of_each_country_is_one_itself(prefix):
    with pytest.raises(ValueError, match="looks like") as error:
        read_vat_number(prefix + "?", "")
    example = str(error.value).split("looks like ")[1].split(".")[0]
    assert read_vat_number(example, "") == example
