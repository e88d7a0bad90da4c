"""Does a text name a condition? It decides where products may stand under the *careful* policy."""

import re
from functools import cache

from shop.claims.rules import CONDITION_RULES, data, expand


@cache
def _patterns() -> list[re.Pattern]:
    rows = [row for row in data()["rules"] if row["id"] in CONDITION_RULES]
    return [re.compile(expand(row["pattern"]), re.IGNORECASE) for row in rows]


def conditions_named(text: str) -> list[str]:
    """The phrases in plain text that name a disease or describe its signs, as they stand there."""
    return [match.group(0) for pattern in _patterns() for match in pattern.finditer(text)]


def names_condition(text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns())
