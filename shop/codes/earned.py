"""What codes bring, by day and region: sums that grow with each order, so that a report never reads the orders.

As with packs (shop.attribution.packs): a sale writes a row of its own in its transaction, `fold_codes` brings such rows
together, and a report adds up what it finds. A row names no order and no person.
"""

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from shop.codes.models import Code, CodeDay
from shop.regions.models import Region

BATCH = 2000
COUNTED = ("orders", "units", "net", "off", "refunded")


def count_code(code: str, region: Region, at: datetime, **amounts: int) -> None:
    """An order with this code was paid at `at`, or money of it went back (then `refunded` alone, for the day of its sale)."""
    found = Code.objects.filter(code=code).first() if code and any(amounts.values()) else None
    if found is not None:
        day = at.astimezone(region.zone).date()
        CodeDay.objects.create(mode=settings.PAYMENT_MODE, code=found, region=region, day=day, **amounts)


def fold_codes() -> None:
    """Bring the rows of single sales together. Safe to run twice, at once, and to break off."""
    while _fold_some() == BATCH:
        pass


@transaction.atomic
def _fold_some() -> int:
    rows = CodeDay.objects.filter(is_sum=False).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    single = list(rows[:BATCH])
    sums: dict[tuple, Counter] = {}
    for row in single:
        key = (row.mode, row.region_id, row.day, row.code_id)
        sums.setdefault(key, Counter()).update({name: getattr(row, name) for name in COUNTED})
    for key in sorted(sums):
        _add(key, sums[key])
    CodeDay.objects.filter(pk__in=[row.pk for row in single]).delete()
    return len(single)


def _add(key: tuple, amounts: Counter) -> None:
    mode, region, day, code = key
    found = CodeDay.objects.filter(mode=mode, region=region, day=day, code=code, is_sum=True)
    more = {name: F(name) + amounts[name] for name in COUNTED}
    if found.update(**more):
        return
    try:
        with transaction.atomic():
            CodeDay.objects.create(mode=mode, region_id=region, day=day, code_id=code, is_sum=True, **amounts)
    except IntegrityError:  # another process was quicker
        found.update(**more)
