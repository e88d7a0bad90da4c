"""Texts as words: folded, stemmed, without those that say nothing."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
LONGEST_WORD = 40
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
    text = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(character for character in text if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded; “Willis-Ekbom’s” gives “willis”, “ekbom”."""
    return [word.removesuffix("'s")[:LONGEST_WORD] for word in WORD.findall(fold(text))]


# --- amounts -------------------------------------------------------------------------------------------------------

GRAMS, MILLILITRES = "g", "ml"
UNITS = {  # as written: (as kept, how many of those it is)
    **dict.fromkeys(["kg", "kilo", "kilos", "kilogram", "kilograms"], (GRAMS, Decimal(1000))),
    **dict.fromkeys(["g", "gr", "gram", "grams", "gramme", "grammes"], (GRAMS, Decimal(1))),
    **dict.fromkeys(["mg", "milligram", "milligrams"], ("mg", Decimal(1))),
    **dict.fromkeys(["mcg", "ug", "μg", "microgram", "micrograms"], ("mcg", Decimal(1))),
    **dict.fromkeys(["l", "litre", "litres", "liter", "liters"], (MILLILITRES, Decimal(1000))),
    **dict.fromkeys(["cl"], (MILLILITRES, Decimal(10))),
    **dict.fromkeys(
        ["ml", "millilitre", "millilitres", "milliliter", "milliliters"], (MILLILITRES, Decimal(1))
    ),
    **dict.fromkeys(["oz", "ounce", "ounces"], ("oz", Decimal(1))),
    **dict.fromkeys(["lb", "lbs", "pound", "pounds"], ("lb", Decimal(1))),
    **dict.fromkeys(["cap", "caps", "capsule", "capsules"], ("capsule", Decimal(1))),
    **dict.fromkeys(["tab", "tabs", "tablet", "tablets"], ("tablet", Decimal(1))),
    **dict.fromkeys(["scoop", "scoops"], ("scoop", Decimal(1))),
    **dict.fromkeys(["day", "days"], ("day", Decimal(1))),
}
PIECES = frozenset(["capsule", "tablet", "scoop", "day"])
AMOUNT = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}(?:[.,]\d{{1,3}})?)[ -]?({'|'.join(sorted(UNITS, key=len, reverse=True))})(?![\w])"
)


@dataclass(frozen=True)
class Amount:
    """So much of a unit: “250g”, “0,25 kg” and “250 grams” are the same `token`."""

    token: str
    said: str
    unit: str

    @property
    def is_of_pieces(self) -> bool:
        return self.unit in PIECES


def amounts_of(text: str) -> list[Amount]:
    return [_amount(match) for match in AMOUNT.finditer(fold(text))]


def words_and_amounts(text: str) -> list[str | Amount]:
    """The words of a text in their order, an amount with its unit as one."""
    folded, found, end = fold(text), [], 0
    for match in AMOUNT.finditer(folded):
        found += [*words_of(folded[end : match.start()]), _amount(match)]
        end = match.end()
    return [*found, *words_of(folded[end:])]


def _amount(match) -> Amount:
    """A comma before three digits parts thousands unless a 0 stands before it; any other comma is a point."""
    number, written = match.groups()
    thousands = "," in number and not number.startswith("0") and len(number.rsplit(",", 1)[1]) == 3
    value = Decimal(number.replace(",", "" if thousands else "."))
    unit, times = UNITS[written]
    value *= times
    if unit == GRAMS and 0 < value < 1:
        unit, value = "mg", value * 1000
    return Amount(f"{value.normalize():f}{unit}", match[0], unit)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    return _stemmer.stemWord(word)


def telling(words: list[str]) -> list[str]:
    """Without the silent words, unless there are no others."""
    return [word for word in words if word not in SILENT] or words
