"""What codes bring, by day and region: sums that grow with each order, so that a report never reads the orders.

As with packs (shop.attribution.packs): a sale writes a row of its own in its transaction, `fold_codes` brings such rows
together, and a report adds up what it finds. A row names no order and no person.
"""

from datetime import datetime

from django.conf import settings

from shop.codes.models import Code, CodeDay
from shop.regions.models import Region
from shop.sweeps.day_sums import fold

COUNTED = ("orders", "units", "net", "off", "refunded")


def count_code(code: str, region: Region, at: datetime, **amounts: int) -> None:
    """An order with this code was paid at `at`, or money of it went back (then `refunded` alone, for the day of its sale)."""
    found = Code.objects.filter(code=code).first() if code and any(amounts.values()) else None
    if found is not None:
        day = at.astimezone(region.zone).date()
        CodeDay.objects.create(mode=settings.PAYMENT_MODE, code=found, region=region, day=day, **amounts)


def fold_codes() -> None:
    fold(CodeDay, "code", COUNTED)
