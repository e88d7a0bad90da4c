"""Does a text name a condition? It decides where products may stand under the *careful* policy."""

import re

from shop.claims.rules import CONDITION_RULES, book


def _patterns() -> list[re.Pattern]:
    found = {rule.pattern for rules in book().by_law.values() for rule in rules if rule.id in CONDITION_RULES}
    return sorted(found, key=lambda pattern: pattern.pattern)


def conditions_named(text: str) -> list[str]:
    """The phrases in plain text that name a disease or describe its signs, as they stand there."""
    return [match.group(0) for pattern in _patterns() for match in pattern.finditer(text)]


def names_condition(text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns())
