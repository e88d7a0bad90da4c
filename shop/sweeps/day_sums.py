"""Sums by day that grow with each sale: a sale writes a row of its own, and a sweep brings such rows together.

A model that takes part has mode, region, day and what is summed by, counted columns, and `is_sum`; a constraint keeps
one sum of each. So no sale waits for another, and a report that adds up what it finds is right at every moment.
"""

from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

BATCH = 2000


def fold(model: type[models.Model], by: str, counted: Sequence[str]) -> None:
    """Bring the rows of single sales together. Safe to run twice, at once, and to break off.

    `by`: the foreign key that is summed by, beside mode, region and day.
    """
    key = ("mode", "region_id", "day", f"{by}_id")
    while _fold_some(model, key, counted) == BATCH:
        pass


@transaction.atomic
def _fold_some(model, key: tuple[str, ...], counted: Sequence[str]) -> int:
    rows = model._default_manager.filter(is_sum=False).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    single = list(rows[:BATCH])
    sums: dict[tuple, Counter] = {}
    for row in single:
        of = tuple(getattr(row, name) for name in key)
        sums.setdefault(of, Counter()).update({name: getattr(row, name) for name in counted})
    for of in sorted(sums):
        _add(model, dict(zip(key, of, strict=True)), sums[of])
    model._default_manager.filter(pk__in=[row.pk for row in single]).delete()
    return len(single)


def _add(model, of: dict, amounts: Counter) -> None:
    found = model._default_manager.filter(**of, is_sum=True)
    more = {name: F(name) + amount for name, amount in amounts.items()}
    if found.update(**more):
        return
    try:
        with transaction.atomic():
            model._default_manager.create(**of, is_sum=True, **amounts)
    except IntegrityError:  # another process was quicker
        found.update(**more)
