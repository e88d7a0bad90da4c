"""VAT numbers of businesses: read as people type them, their form checked without asking anybody.

The forms come from general knowledge of the national numbers, and nobody has checked them against each country's law.
"""

import re

from django.utils.translation import gettext as _

from shop.regions.postcodes import bare_code

# By the prefix of the number, which is the country's code but for Greece (EL) and Northern Ireland (XI).
FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "GB": r"(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"(?:\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])", "IT": r"\d{11}", "LT": r"(?:\d{9}|\d{12})", "LU": r"\d{8}",
    "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"[A-Z0-9+*]{10}\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}",
    "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}", "XI": r"(?:\d{9}|\d{12}|GD\d{3}|HA\d{3})",
}  # fmt: skip
OWN_PREFIX = {"GR": "EL"}
MEMBERS = frozenset(FORMS) - {"EL", "GB", "XI"} | {"GR"}  # countries of the Union, by ISO code
EXAMPLES = {
    "AT": "ATU12345678",
    "NL": "NL123456789B01",
    "IE": "IE1234567WA",
    "ES": "ESB12345678",
    "CY": "CY12345678X",
}
LONGEST = 20  # as typed, with blanks and full stops
ASKED_OF_VIES = set(FORMS) - {"GB"}


def has_known_form(country: str) -> bool:
    """Whether businesses of a country have numbers that are read here."""
    return OWN_PREFIX.get(country, country) in FORMS


def read_vat_number(text: str, country: str) -> str:
    """In one spelling, with its prefix: IT12345678901. `country`: where it is of, if no prefix is typed.

    Raises ValueError with words for who typed it.
    """
    short = bare_code(text)
    prefix = OWN_PREFIX.get(country, country)
    if short[:2] == "GR":
        short = "EL" + short[2:]
    for start, rest in ((short[:2], short[2:]), (prefix, short)):
        if start in FORMS and re.fullmatch(FORMS[start], rest, re.ASCII):
            return start + rest
    meant = short[:2] if short[:2] in FORMS else prefix
    if meant not in FORMS:
        raise ValueError(_("Begin with the two letters of the country, such as IT."))
    digits = EXAMPLES.get(meant) or meant + "123456789012"[: _length(meant)]
    words = _(
        "A VAT number of {country} looks like {example}. Please correct this one, or leave the field empty."
    )
    raise ValueError(words.format(country=meant, example=digits))


def _length(prefix: str) -> int:
    return next(n for n in range(12, 1, -1) if re.fullmatch(FORMS[prefix], "123456789012"[:n]))
