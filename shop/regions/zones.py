"""Finds the postal zone of an address in every spelling. The rules themselves are rows of PostalZone."""

import re
import unicodedata
from dataclasses import dataclass

from shop.content.memo import memoised
from shop.content.scopes import SITE
from shop.regions.models import PostalZone, ZoneRule
from shop.regions.postcodes import bare_code, lengths, normal_postcode
from shop.text.findable import PLAIN
from shop.text.typed import one_spelling


@dataclass(frozen=True)
class FoundZone:
    """A zone, and the field that gave it away."""

    zone: PostalZone
    field: str


@dataclass(frozen=True)
class _Rule:
    zone: PostalZone
    pattern: re.Pattern | None
    prefix: re.Pattern | None
    places: dict[str, tuple[str, ...]]  # folded name → starts of postcodes where it is another place
    lines: re.Pattern | None


def folded(text: str) -> str:
    """Small letters without accents and signs, “Saint” as “st”: how names are compared."""
    text = unicodedata.normalize("NFKD", one_spelling(text).casefold().translate(PLAIN))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"(?<=\w)['’`´](?=s\b)|\.", "", text)
    text = " ".join(re.sub(r"[\W_]+", " ", text).split())
    return re.sub(r"\b(?:saint|sankt|sint|san(?=t\b))\b", "st", text)


def zones_of(country: str) -> list[PostalZone]:
    """The zones of a country in order, memoised; never older than the content version."""
    return [rule.zone for rule in _rules().get(country, [])]


def not_delivered(countries: list[str]) -> list[tuple[str, str, list[str]]]:
    """What the delivery page says of countries: (reason with its source, what to do instead, names of the places), in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for country in countries:
        for zone in zones_of(country):
            if zone.rule == ZoneRule.NONE:
                names = found.setdefault((zone.why, zone.translated.remedy), [])
                if zone.translated.name not in names:
                    names.append(zone.translated.name)
    return [(reason, remedy, names) for (reason, remedy), names in found.items()]


def own_rates(countries: list[str]) -> list[str]:
    """Names of the places that are delivered to at a VAT rate of their own."""
    return [
        zone.translated.name
        for country in countries
        for zone in zones_of(country)
        if zone.rule == ZoneRule.RATE
    ]


def find_zone(
    country: str, postcode: str = "", town: str = "", lines: tuple[str, ...] = ()
) -> FoundZone | None:
    """The zone in which an address lies, whoever wrote it however; None for the rest of the country.

    A postcode of the country's usual form is read as it stands; any other is searched for a zone's postcode. Names of
    places count in `town` only where nothing is delivered; `lines` are the lines of the street.
    """
    rules = _rules().get(country, [])
    texts = list(_texts_of(postcode, country)) if rules else []
    start = one_spelling(postcode).upper()
    for rule in rules:
        if any(rule.pattern and rule.pattern.fullmatch(text) for text in texts) or (
            rule.prefix and rule.prefix.match(start)
        ):
            return FoundZone(rule.zone, "postcode")
    names, short = _names(town), bare_code(normal_postcode(postcode, country))
    for rule in rules:
        if rule.zone.rule != ZoneRule.NONE:
            continue
        if any(
            _is_named(place, names) and not short.startswith(others) for place, others in rule.places.items()
        ):
            return FoundZone(rule.zone, "town")
        for field, line in (
            ("town", town),
            ("line1", lines[0] if lines else ""),
            ("line2", " ".join(lines[1:])),
        ):
            if rule.lines and line and rule.lines.search(folded(line)):
                return FoundZone(rule.zone, field)
    return None


def zone_of(country: str, postcode: str = "", town: str = "") -> PostalZone | None:
    found = find_zone(country, postcode, town)
    return found.zone if found else None


def _rules() -> dict[str, list[_Rule]]:
    def load():
        found: dict[str, list[_Rule]] = {}
        for zone in PostalZone.objects.select_related("country"):
            found.setdefault(zone.country.code, []).append(_rule(zone))
        return found

    return memoised("postal zones", load, scope=SITE)


def _rule(zone: PostalZone) -> _Rule:
    places = {}
    for line in zone.places.splitlines():
        name, _, others = line.partition(" except ")
        if folded(name):
            places[folded(name)] = tuple(others.split())
    prefixes = "|".join(re.escape(one) for one in zone.prefixes.upper().split())
    return _Rule(
        zone,
        re.compile(zone.pattern, re.IGNORECASE) if zone.pattern else None,
        re.compile(rf"(?:{prefixes})(?:[ .,-]*\d|[ .,-]|\Z)") if prefixes else None,
        places,
        re.compile(zone.lines) if zone.lines else None,
    )


def _texts_of(postcode: str, country: str):
    """The texts in which a zone's postcode is looked for, all bare."""
    normal = normal_postcode(postcode, country)
    whole = bare_code(normal).removeprefix("LV")
    yield whole
    if len(whole) in lengths(country) and (country in {"GB", "IE", "MT", "NL"} or whole.isdigit()):
        return
    yield bare_code(postcode)
    yield from re.findall(r"[A-Z0-9]+", normal)
    yield from re.findall(r"\d+", whole)
    for length in lengths(country):
        for begin in range(len(whole) - length + 1):
            yield whole[begin : begin + length]


def _names(town: str) -> list[str]:
    """The town as typed, and each part of it between commas, strokes, brackets and numbers, folded."""
    parts = re.split(r"[,;/|()\n\d–—]| - ", town)
    return [name for name in dict.fromkeys(folded(part) for part in [town, *parts]) if name]


def _is_named(place: str, names: list[str]) -> bool:
    return any(name == place or name.endswith(f" {place}") for name in names)
