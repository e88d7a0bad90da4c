"""Who got packs of a batch, and the mail that tells them it is recalled."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from shop.catalogue.models import Batch
from shop.orders.mails import order_mail
from shop.orders.models import ParcelBatch
from shop.sweeps.alone import each_alone

A_SWEEP = 50


def sent_of(batch: Batch) -> QuerySet[ParcelBatch]:
    """Its packs that were sent, with their orders, the last first."""
    rows = ParcelBatch.objects.filter(batch=batch).select_related(
        "parcel_line__line", "parcel_line__parcel__order__region"
    )
    return rows.order_by("-pk")


def count_of(batch: Batch) -> dict[str, int]:
    """How many orders and packs of it were sent, and how many of these orders are still to be told of a recall."""
    rows = ParcelBatch.objects.filter(batch=batch).order_by()
    orders = rows.values("parcel_line__parcel__order").distinct()
    return {
        "orders": orders.count(),
        "packs": rows.aggregate(n=Sum("quantity"))["n"] or 0,
        "untold": orders.filter(told_at=None).count(),
    }


def due_recalls(now: Any) -> QuerySet[Batch]:
    """Recalled batches whose buyers are not all written to."""
    return Batch.objects.filter(recalled_at__lte=now, buyers_told_at=None)


def tell_buyers(at: datetime | None = None) -> int:
    """Write to the buyers of recalled batches, each order once for each batch; how many rows that settled."""
    now, done = at or timezone.now(), 0
    for batch in due_recalls(now).select_related("stock__variant__product"):
        rows = sent_of(batch).filter(told_at=None).order_by("pk")
        done += each_alone(
            rows, lambda row, batch=batch: _tell(row, batch, now), sweep="tell_buyers", most=A_SWEEP
        )
        if not ParcelBatch.objects.filter(batch=batch, told_at=None).exists():
            Batch.objects.filter(pk=batch.pk).update(buyers_told_at=now)
    return done


def _tell(row: ParcelBatch, batch: Batch, now: datetime) -> bool:
    order = row.parcel_line.parcel.order
    packs = sent_of(batch).filter(parcel_line__parcel__order=order).aggregate(n=Sum("quantity"))["n"]
    order_mail(order, "recalled", about=batch.pk, batch=batch, line=row.parcel_line.line, packs=packs)
    return bool(ParcelBatch.objects.filter(pk=row.pk, told_at=None).update(told_at=now))
