"""What is sold, by day, region and pack: sums that grow with each order, so that a report never reads the orders.

A sale writes a row of its own, in its transaction, and touches none that another sale writes. `fold_packs` brings such
rows together; a report adds up what it finds, so it is right at every moment.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from shop.attribution.models import PackDay
from shop.regions.models import Region

BATCH = 2000
COUNTED = ("orders", "units", "net", "refunded")


def count_packs(region: Region, at: datetime, lines: Iterable[tuple[int, int, int]]) -> None:
    """An order was paid at `at`: (variant pk, packs, net in minor units) of each line."""
    PackDay.objects.bulk_create(
        PackDay(variant_id=variant, orders=1, units=units, net=net, **_of(region, at))
        for variant, units, net in lines
    )


def count_packs_back(region: Region, sold_at: datetime, shares: Iterable[tuple[int, int]]) -> None:
    """Money went back for an order that was paid at `sold_at`: (variant pk, net in minor units); negative: it did not after all.

    It counts for the day of the sale, as in the earnings of articles.
    """
    PackDay.objects.bulk_create(
        PackDay(variant_id=variant, refunded=net, **_of(region, sold_at)) for variant, net in shares if net
    )


def _of(region: Region, at: datetime) -> dict:
    return {"mode": settings.PAYMENT_MODE, "region": region, "day": at.astimezone(region.zone).date()}


def fold_packs() -> None:
    """Bring the rows of single sales together. Safe to run twice, at once, and to break off."""
    while _fold_some() == BATCH:
        pass


@transaction.atomic
def _fold_some() -> int:
    rows = PackDay.objects.filter(is_sum=False).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    single = list(rows[:BATCH])
    sums: dict[tuple, Counter] = {}
    for row in single:
        key = (row.mode, row.region_id, row.day, row.variant_id)
        sums.setdefault(key, Counter()).update({name: getattr(row, name) for name in COUNTED})
    for key in sorted(sums):
        _add(key, sums[key])
    PackDay.objects.filter(pk__in=[row.pk for row in single]).delete()
    return len(single)


def _add(key: tuple, amounts: Counter) -> None:
    mode, region, day, variant = key
    found = PackDay.objects.filter(mode=mode, region=region, day=day, variant=variant, is_sum=True)
    more = {name: F(name) + amounts[name] for name in COUNTED}
    if found.update(**more):
        return
    try:
        with transaction.atomic():
            PackDay.objects.create(
                mode=mode, region_id=region, day=day, variant_id=variant, is_sum=True, **amounts
            )
    except IntegrityError:  # another process was quicker
        found.update(**more)
