"""Which scopes a changed row moves: where readers see it, before the change and after it; nothing where none do.

An app with models of content has a module `moves` with `MOVES`: by model a `Moves`. A model without one moves the
whole site with each change, so forgetting it costs speed and shows nothing old.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models

from shop.content.scopes import SITE


@dataclass(frozen=True)
class Moves:
    """`scopes`: given rows of the model as they were or are, and the attributes of their columns that differ, what they show in.

    A row that comes or goes differs in all of them; what takes others along (CASCADE) names their scopes as well. Of a
    row only its columns may be read: it may be gone, or not be what the database holds. `unseen`: columns that no page, feed or
    index shows.
    """

    scopes: Callable[[Sequence[Any], frozenset[str]], Iterable[str]]
    unseen: frozenset[str] = frozenset()


def nothing(rows: Sequence[Any], changed: frozenset[str]) -> tuple[str, ...]:
    """Of rows that no page shows by themselves."""
    return ()


def _the_site(rows: Sequence[Any], changed: frozenset[str]) -> tuple[str, ...]:
    return (SITE,)


@cache
def declared() -> dict[str, Moves]:
    """By label of the model what the apps say."""
    found: dict[str, Moves] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.moves"
        if config.name.split(".")[0] in {"shop", "articles", "config"} and find_spec(name):
            found |= {
                f"{config.label}.{model}": row
                for model, row in getattr(import_module(name), "MOVES", {}).items()
            }
    return found


def moves_of(model: type[models.Model]) -> Moves:
    return declared().get(model._meta.label) or Moves(_the_site)


def scopes_of(
    model: type[models.Model], rows: Iterable[Any], changed: Iterable[str] | None = None
) -> set[str]:
    """What rows show in of which these columns changed, by default all of them."""
    moves, rows = moves_of(model), list(rows)
    every = (field.attname for field in model._meta.concrete_fields)
    seen = frozenset(every if changed is None else changed) - moves.unseen
    return set(moves.scopes(rows, seen)) if seen and rows else set()


def scopes_between(
    model: type[models.Model], pairs: Iterable[tuple[Any, Any]], written: Iterable[str] | None = None
) -> set[str]:
    """What pairs of (row before, row after) show in. `written`: names of the columns, if not all were."""
    names = None if written is None else set(written)
    by_change: dict[frozenset[str], list[Any]] = {}
    for before, after in pairs:
        if changed := frozenset(_differing(before, after, names)):
            by_change.setdefault(changed, []).extend((before, after))
    found = (scopes_of(model, rows, changed) for changed, rows in by_change.items())
    return set().union(*found)


def _differing(before: models.Model, after: models.Model, names: set[str] | None) -> Iterator[str]:
    """The attributes of the columns that differ, as far as both are loaded; of these names alone, if given."""
    for field in before._meta.concrete_fields:
        name = field.attname
        if names is not None and not names & {name, field.name}:
            continue
        if name in before.__dict__ and name in after.__dict__:
            old, new = before.__dict__[name], after.__dict__[name]
            if old != new and (
                hasattr(new, "resolve_expression") or field.to_python(old) != field.to_python(new)
            ):
                yield name
