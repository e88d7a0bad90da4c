"""Texts as words: folded, stemmed, without those that say nothing."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import snowballstemmer

from shop.text.normal import as_read

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
MAX_WORD_LENGTH = 40
SILENT = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_stemmer = snowballstemmer.stemmer("english")


def fold(text: str) -> str:
    """Lower case, without accents; typographic apostrophes as plain ones."""
    text = (
        unicodedata.normalize("NFKD", text.replace("’", "'")).casefold().replace("œ", "oe").replace("æ", "ae")
    )
    return "".join(character for character in text if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """The words of a text as a reader sees it, in their order, folded; “Willis-Ekbom’s” gives “willis”, “ekbom”."""
    plain = as_read(text, unwrap=False)
    return [word.removesuffix("'s")[:MAX_WORD_LENGTH] for word in WORD.findall(fold(plain))]


# --- amounts -------------------------------------------------------------------------------------------------------

GRAMS, MILLILITRES, PIECE = "g", "ml", "piece"
UNITS = {  # as written: (as kept, how many of those it is)
    **dict.fromkeys(["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"], (GRAMS, Decimal(1000))),
    **dict.fromkeys(
        ["g", "gr", "gm", "gms", "gram", "grams", "gramm", "gramme", "grammes"], (GRAMS, Decimal(1))
    ),
    **dict.fromkeys(
        ["mg", "mgs", "milligram", "milligrams", "milligramm", "milligramme", "milligrammes"],
        ("mg", Decimal(1)),
    ),
    **dict.fromkeys(
        ["mcg", "ug", "μg", "microgram", "micrograms", "mikrogramm", "microgramme", "microgrammes"],
        ("mcg", Decimal(1)),
    ),
    **dict.fromkeys(["l", "litre", "litres", "liter", "liters", "litern"], (MILLILITRES, Decimal(1000))),
    **dict.fromkeys(["cl"], (MILLILITRES, Decimal(10))),
    **dict.fromkeys(
        ["ml", "mls", "millilitre", "millilitres", "milliliter", "milliliters"], (MILLILITRES, Decimal(1))
    ),
    **dict.fromkeys(["fl oz", "fl. oz", "floz", "fluid ounce", "fluid ounces"], ("oz", Decimal(1))),
    **dict.fromkeys(["oz", "ounce", "ounces"], ("oz", Decimal(1))),
    **dict.fromkeys(["lb", "lbs", "pound", "pounds"], ("lb", Decimal(1))),
    **dict.fromkeys(
        ["cap", "caps", "capsule", "capsules", "vcap", "vcaps", "kapsel", "kapseln", "gelule", "gelules"],
        ("capsule", Decimal(1)),
    ),
    **dict.fromkeys(
        ["tab", "tabs", "tablet", "tablets", "tablette", "tabletten", "comprime", "comprimes"],
        ("tablet", Decimal(1)),
    ),
    **dict.fromkeys(
        ["ct", "count", "pc", "pcs", "piece", "pieces", "pill", "pills", "stuck", "stk", "unites"],
        (PIECE, Decimal(1)),
    ),
    **dict.fromkeys(["pack", "packs", "pk", "s", "'s", "x"], (PIECE, Decimal(1))),
    **dict.fromkeys(["scoop", "scoops", "messloffel", "mesure", "mesures"], ("scoop", Decimal(1))),
    **dict.fromkeys(["day", "days", "tage", "tagen", "jours"], ("day", Decimal(1))),
}
PIECES = frozenset(["capsule", "tablet", "scoop", "day", PIECE])
LARGE = frozenset(written for written, (_, times) in UNITS.items() if times >= 1000)
ONE_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
AMOUNT = re.compile(
    rf"(?<![\w.,'/])(\d{{1,3}}(?:[,.' ]\d{{3}})+|\d{{1,6}}(?:[.,]\d{{1,3}})?|[.,]\d{{1,3}})[ -]?({ONE_UNIT})(?![\w])"
)
# “1/4 kg”, “2 1/2 kg” (“¼” is folded to “1⁄4”), “half a kilo”; “x120”, “pack of 120”.
FRACTION = re.compile(rf"(?<![\w.,/])(?:(\d{{1,3}})[ -])?([1-9])[/\u2044]([2-9])(?=[ -]?(?:{ONE_UNIT})\b)")
IN_WORDS = re.compile(rf"\b(half|quarter)(?: an?| of an?)? (?=(?:{ONE_UNIT})\b)")
COUNTED = re.compile(r"(?<![\w.,])(?:x ?|(?:pack|box|bottle|bag|tub|pot|jar)s? of )(\d{1,4})(?![\w.,])")


def _with_plain_numbers(text: str) -> str:
    """A folded text with the fractions and counts of pieces in it written as numbers before a unit."""
    text = FRACTION.sub(lambda found: f"{_of_fraction(*found.groups()):f}", text)
    text = IN_WORDS.sub(lambda found: "0.5 " if found[1] == "half" else "0.25 ", text)
    return COUNTED.sub(r"\1 count", text)


def _of_fraction(whole, part, of) -> Decimal:
    return round(int(whole or 0) + Decimal(part) / Decimal(of), 3)


@dataclass(frozen=True)
class Amount:
    """So much of a unit: “250g”, “0,25 kg” and “250 grams” are the same `token`."""

    token: str
    said: str
    unit: str
    written: str = ""  # the unit as it stands there, folded

    @property
    def is_of_pieces(self) -> bool:
        return self.unit in PIECES


def amounts_of(text: str) -> list[Amount]:
    return [_amount(match) for match in AMOUNT.finditer(_with_plain_numbers(fold(text)))]


def words_and_amounts(text: str) -> list[str | Amount]:
    """The words of a text in their order, an amount with its unit as one."""
    folded, end = _with_plain_numbers(fold(text)), 0
    found: list[str | Amount] = []
    for match in AMOUNT.finditer(folded):
        found += [*words_of(folded[end : match.start()]), _amount(match)]
        end = match.end()
    return [*found, *words_of(folded[end:])]


def _amount(match) -> Amount:
    """A mark before three digits parts thousands, unless a 0 stands before it or the unit is a large one: “1.000 g” and
    “1.000 kg” are the same. Ounces and pounds are kept with one decimal, as labels state them."""
    number, written = match.groups()
    unit, times = UNITS[written]
    value = _number(number, is_large=written in LARGE) * times
    if unit == "mg" and value >= 1000:
        unit, value = GRAMS, value / 1000
    if unit == GRAMS and 0 < value < 1:
        unit, value = "mg", value * 1000
    if unit in ("oz", "lb"):
        value = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Amount(f"{value.normalize():f}{unit}", match[0], unit, written)


def _number(written: str, *, is_large: bool) -> Decimal:
    plain = re.sub("[ ']", "", written)
    first, *groups = re.split("[.,]", plain)
    is_one_group = len(groups) == 1 and len(groups[0]) == 3
    if len(groups) > 1 or (is_one_group and first not in ("", "0") and not is_large):
        return Decimal(first + "".join(groups))
    return Decimal(plain.replace(",", "."))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    return _stemmer.stemWord(word)


def meaningful_words(words: list[str]) -> list[str]:
    """Without the silent words, unless there are no others."""
    return [word for word in words if word not in SILENT] or words
