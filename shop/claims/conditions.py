"""Does a text name a condition? The simplest form of the claims check: two rules, as data with a version.

It decides where products may stand under the *careful* policy: inline only in an article that names none.
"""

import json
import re
from functools import cache
from pathlib import Path

RULES = Path(__file__).with_name("conditions.json")


@cache
def _patterns() -> list[re.Pattern]:
    rules = json.loads(RULES.read_text())
    return [re.compile(rule["pattern"], re.IGNORECASE) for rule in rules["rules"]]


def conditions_named(text: str) -> list[str]:
    """The phrases in plain text that name a disease or describe its signs, as they stand there."""
    return [match.group(0) for pattern in _patterns() for match in pattern.finditer(text)]


def names_condition(text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns())
