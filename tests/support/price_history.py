"""Histories of prices as they would have been recorded at the time."""

from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shop.catalogue.models import Price, PriceLog, Variant
from shop.catalogue.price_triggers import DAYS, drop, install
from tests.support.factories import region


@contextmanager
def nothing_recorded():
    """While nobody writes down what happens to prices. PostgreSQL wants its deferred constraints looked at before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    drop()
    yield
    install()


def was_sold_at(variant: Variant, code: str, *days_and_amounts: tuple[float, int | None]) -> None:
    """Its prices there from so many days ago on, in minor units, the oldest first, and no others."""
    now, where = timezone.now(), region(code)
    with nothing_recorded():
        Price.objects.filter(variant=variant, region=where).delete()
        PriceLog.objects.filter(variant=variant, region=where).delete()
        for days, amount in days_and_amounts:
            begins = now - timedelta(days=days)
            row = Price.objects.create(variant=variant, region=where, amount=amount, valid_from=begins)
            PriceLog.objects.create(
                price=row.pk,
                variant=variant,
                region=where,
                amount=amount,
                valid_from=begins,
                recorded_at=begins,
                quiet_at=begins + timedelta(days=DAYS),
            )
