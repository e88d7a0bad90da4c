"""Authorised sentences and fixed texts, word for word: what stands there is no claim to be read."""

import re
from collections.abc import Iterable
from functools import cache

from shop.claims.rules import authorised, fixed_texts
from shop.text.normal import as_read

AUTHORISED_END = r"(?=\s*(?:[.;!*†\"]|$|\n))[.*†]*"


def may_say(law: str, kinds: Iterable[str], mg_a_day: float | None) -> tuple[str, ...]:
    """The authorised sentences of a law that products of these kinds qualify for."""
    kinds = set(kinds)
    return tuple(
        row.text
        for row in authorised(law)
        if kinds.intersection(row.applies_to) and (mg_a_day is None or mg_a_day >= row.least_mg_a_day)
    )


def allowed_removed(text: str, allowed: Iterable[str]) -> str:
    """Without the sentences of `may_say`, where they end as authorised, and without fixed texts."""
    for sentence in allowed:
        if _words(sentence).search(text):
            text = _standing(sentence).sub(" ", text)
    return without_fixed(text)


def without_fixed(text: str) -> str:
    """Without statutory and house texts, which are no claims wherever they stand; `text` in plain letters."""
    for fixed in fixed_texts():
        text = _words(fixed).sub(" ", text)
    return text


@cache
def _words(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(as_read(sentence)), re.IGNORECASE)


@cache
def _standing(sentence: str) -> re.Pattern[str]:
    """Its words where they begin and end as authorised."""
    begins = r"(?:(?<=^)|(?<=[.!?*\n:•–\"-])\s*)\s*"
    return re.compile(begins + _words(sentence).pattern + AUTHORISED_END, re.IGNORECASE | re.MULTILINE)
