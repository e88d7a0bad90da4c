"""The turns of phrase of the claims check, and what a pattern would be without one of its options."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import shop.claims.phrases
from shop.claims.phrases.phrase import Phrase

MODULES = [row.name for row in pkgutil.iter_modules(shop.claims.phrases.__path__) if row.name != "phrase"]
# What counts as one sign of a pattern: an escape, a class of letters, the head of a group, or a letter.
SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P<\w+>|<[=!]|[:=!]))?|.", re.DOTALL)


def phrases() -> dict[str, Phrase]:
    """By name, such as “hints.CLOCK”; of a row of phrases with its place: “spelling.CONTRACTIONS.0”.

    Asked at each test, since a mutation may have changed one.
    """
    found = {}
    for module in MODULES:
        for name, value in vars(import_module(f"shop.claims.phrases.{module}")).items():
            if isinstance(value, Phrase):
                found[f"{module}.{name}"] = value
            elif name.isupper() and isinstance(value, tuple):
                found |= {f"{module}.{name}.{place}": row[0] for place, row in enumerate(value)}
    return found


def without_one(pattern: str) -> Iterator[tuple[str, str]]:
    """(option, the pattern without it) for each option of each choice that it holds, at any depth."""
    for options in _choices(pattern):
        for start, end in options:
            if (start, end) == options[0]:
                yield pattern[start:end], pattern[:start] + pattern[end + 1 :]
            else:
                yield pattern[start:end], pattern[: start - 1] + pattern[end:]


def _choices(pattern: str) -> Iterator[list[tuple[int, int]]]:
    """Of each group with a bar in it, and of the whole: where its options begin and end."""
    open_groups = [[0]]
    for sign in SIGN.finditer(pattern):
        if sign[0].startswith("("):
            open_groups.append([sign.end()])
        elif sign[0] == "|":
            open_groups[-1].append(sign.end())
        elif sign[0] == ")":
            yield from _options(open_groups.pop(), sign.start())
    yield from _options(open_groups.pop(), len(pattern))


def _options(begins: list[int], end: int) -> list[list[tuple[int, int]]]:
    ends = [*(begin - 1 for begin in begins[1:]), end]
    return [list(zip(begins, ends, strict=True))] if len(begins) > 1 else []
