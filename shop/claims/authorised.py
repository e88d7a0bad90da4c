"""Authorised sentences and fixed texts, word for word: what stands there is no claim to be read."""

import re
from collections.abc import Iterable
from functools import cache

from shop.claims.languages import ENGLISH
from shop.claims.rules import authorised, fixed_texts
from shop.text.normal import as_read

BEGINS = r"(?:(?<=^)|(?<=[.!?*\n:;•–|(\"-])\s*)\s*"
FIXED_END = r"(?=\s*(?:[.,:;!*†)|\"–-]|$|\n))"
AUTHORISED_END = r"(?=\s*(?:[.;!*†\"]|$|\n))[.*†]*"


def may_say(
    law: str, kinds: Iterable[str], mg_a_day: float | None, language: str = ENGLISH
) -> tuple[str, ...]:
    """The authorised sentences of a law, in a language, that products of these kinds qualify for."""
    kinds = set(kinds)
    return tuple(
        row.text
        for row in authorised(law, language)
        if kinds.intersection(row.applies_to) and (mg_a_day is None or mg_a_day >= row.least_mg_a_day)
    )


def allowed_removed(text: str, allowed: Iterable[str]) -> str:
    """Without the sentences of `may_say`, where they end as authorised, and without fixed texts."""
    for sentence in allowed:
        if _words(sentence).search(text):
            text = _standing(sentence).sub(" ", text)
    return without_fixed(text)


def without_fixed(text: str) -> str:
    """Without statutory and house texts, which are no claims where they stand alone; `text` in plain letters.

    A part of another sentence stays: “A food supplement that quietens the evening.”
    """
    for fixed in fixed_texts():
        if _words(fixed).search(text):
            text = _alone(fixed).sub(" ", text)
    return text


@cache
def _words(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(as_read(sentence)), re.IGNORECASE)


@cache
def _standing(sentence: str) -> re.Pattern[str]:
    """Its words where they begin and end as authorised."""
    return re.compile(BEGINS + _words(sentence).pattern + AUTHORISED_END, re.IGNORECASE | re.MULTILINE)


@cache
def _alone(fixed: str) -> re.Pattern[str]:
    """The words of a fixed text where no other word of its sentence stands before or after them."""
    ends = "" if fixed.endswith(".") else FIXED_END
    return re.compile(BEGINS + _words(fixed).pattern + ends, re.IGNORECASE | re.MULTILINE)
