"""Batches of packs."""

from datetime import date, timedelta

from django.utils import timezone

from shop.catalogue.batches import take_in_batch
from shop.catalogue.models import Batch, Stock
from tests.support.factories import region, variant


def day(days: int, code="uk") -> date:
    """So many days from today, by the calendar of a region."""
    return timezone.now().astimezone(region(code).zone).date() + timedelta(days=days)


def a_batch(
    number="L1", packs=10, sku="CIT-CAP-90", code="uk", *, good_for=400, sold_for=None, is_counted=False
) -> Batch:
    """Taken in by the warehouse; `good_for`, `sold_for`: days from today."""
    until = good_for - 60 if sold_for is None else sold_for
    batch = take_in_batch(
        variant(sku), region(code), number=number, best_before=day(500, code), sold_until=day(440, code), packs=packs,
        who="ada", is_counted=is_counted,
    )  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(best_before=day(good_for, code), sold_until=day(until, code))
    batch.refresh_from_db()
    return batch


def stock_of(sku="CIT-CAP-90", code="uk") -> Stock:
    return Stock.objects.get(variant=variant(sku), region=region(code))
