"""What is sold, by day, region and pack: sums that grow with each order, so that a report never reads the orders.

A sale writes a row of its own, in its transaction, and touches none that another sale writes. `fold_packs` brings such
rows together; a report adds up what it finds, so it is right at every moment.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from shop.attribution.models import PackDay
from shop.regions.models import Region
from shop.sweeps.day_sums import fold

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
    fold(PackDay, "variant", COUNTED)
