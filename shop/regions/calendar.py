"""On which days parcels move: Monday to Friday without the public holidays of the place (package `holidays`)."""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays, list_supported_countries

from shop.regions.postcodes import bare_code, normal_postcode

# Days on which nobody delivers although the law names no holiday: Midsummer Eve, Christmas Eve and the like.
ALSO = {"DK": ("optional",), "SE": ("de_facto",)}
SCOTLAND = ("AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE")
# Autonomous communities of Spain by the first two digits of the postcode, its province.
SPAIN = {
    "PV": "01 20 48", "CM": "02 13 16 19 45", "VC": "03 12 46", "AN": "04 11 14 18 21 23 29 41", "AS": "33",
    "CL": "05 09 24 34 37 40 42 47 49", "EX": "06 10", "IB": "07", "CT": "08 17 25 43", "CB": "39", "GA": "15 27 32 36",
    "AR": "22 44 50", "MD": "28", "MC": "30", "NC": "31", "RI": "26",
}  # fmt: skip
GERMANY = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
# A place with public holidays: an ISO 3166 country and a part of it, "" for the whole.
Place = tuple[str, str]
MAX_PAUSE = 60  # days that are looked at for one working day; no country closes that long


def places_of(country: str, postcode: str = "") -> list[Place]:
    """The places that an address can be in, as far as their holidays differ; without a postcode all parts of the country.

    German postcodes don't follow the Länder, so all of them stay possible. Patron saints of Italian towns are left
    out: parcels are delivered on them.
    """
    start = bare_code(normal_postcode(postcode, country))
    if country == "GB":
        area = "".join(letter for letter in start[:2] if letter.isalpha())
        if area:
            return [("GB", "SCT" if area in SCOTLAND else "NIR" if area == "BT" else "ENG")]
        return [("GB", part) for part in ("ENG", "SCT", "NIR")]
    if country == "ES":
        found = [part for part, provinces in SPAIN.items() if start[:2] in provinces.split()]
        return [("ES", part) for part in found or SPAIN]
    if country == "FR":
        parts = {"57": ["57"], "67": ["6AE"], "68": ["6AE"]}.get(
            start[:2], [""] if start else ["", "57", "6AE"]
        )
        return [("FR", part) for part in parts]
    if country == "PT":
        islands = "20" if start[:2] in {"95", "96", "97", "98", "99"} else "30" if start[:1] == "9" else ""
        return [("PT", islands)]
    if country == "DE":
        return [("DE", part) for part in GERMANY]
    return [(country, "")]


def place_named(text: str) -> Place:
    """The place that “GB-ENG” or “NL” names. Raises ValueError when no public holidays are known for it."""
    country, _, part = text.strip().upper().partition("-")
    parts = list_supported_countries().get(country)
    if parts is None or (part and part not in parts):
        raise ValueError(f"No public holidays are known for {text}.")
    return country, part


@lru_cache(maxsize=512)
def holidays_in(place: Place, year: int) -> frozenset[date]:
    """The public holidays of a place in a year, substitute days included. None for a place that is not known."""
    country, part = place
    try:
        days = country_holidays(
            country, subdiv=part or None, years=year, categories=("public", *ALSO.get(country, ()))
        )
    except NotImplementedError:
        return frozenset()
    return frozenset(day for day in days if day.year == year)


def is_working_day(day: date, *places: Place) -> bool:
    """Whether parcels move on a day in all of the places."""
    return day.weekday() < 5 and not any(day in holidays_in(place, day.year) for place in places)


def working_day_from(day: date, *places: Place) -> date:
    """The day itself, if it is a working day in all of the places, else the next one."""
    for _ in range(MAX_PAUSE):
        if is_working_day(day, *places):
            return day
        day += timedelta(days=1)
    raise ValueError(f"No working day was found before {day}.")


def working_days_after(day: date, count: int, *places: Place) -> date:
    """The day after `count` further working days."""
    for _ in range(count):
        day = working_day_from(day + timedelta(days=1), *places)
    return day
