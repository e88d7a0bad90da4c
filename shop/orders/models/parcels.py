from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from shop.content.texts import ReadByShoppers
from shop.orders.models.lines import OrderLine
from shop.orders.models.orders import Order


class Parcel(ReadByShoppers):
    """Packs of an order that left together. Rows are only added."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField("tracking number", max_length=80, blank=True)
    tracking_url = models.URLField(max_length=300, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.CharField(max_length=150)
    delivered_on = models.DateField(
        null=True, blank=True, help_text="As the carrier says; the days of withdrawal count from it."
    )

    class Meta:
        ordering = ["sent_at", "pk"]
        indexes = [models.Index(fields=["tracking"], name="parcel_tracking")]

    def __str__(self) -> str:
        return f"Parcel {self.pk} of {self.order}"


class ParcelLine(models.Model):
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "line"], name="parcelline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="parcelline_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"


class ParcelBatch(models.Model):
    """Of which batch the packs of a parcel's line are. Packs of no batch have no row."""

    parcel_line = models.ForeignKey(ParcelLine, on_delete=models.CASCADE, related_name="batches")
    batch = models.ForeignKey("catalogue.Batch", on_delete=models.PROTECT, related_name="sent_in")
    quantity = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField("told of a recall", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel_line", "batch"], name="parcelbatch_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="parcelbatch_not_empty"),
        ]
        indexes = [models.Index(fields=["batch", "id"], condition=Q(told_at=None), name="parcelbatch_untold")]

    def __str__(self) -> str:
        day = date_format(self.batch.best_before, pgettext("date format", "j M Y"))
        words = gettext("{quantity} of batch {batch}, best before {day}")
        return words.format(quantity=self.quantity, batch=self.batch.number, day=day)


class Outcome(models.TextChoices):
    SELLABLE = "sellable", "Back into stock"
    DESTROYED = "destroyed", "Not sold again"


class Return(models.Model):
    """Packs that came back, and what became of them. Rows are only added."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    why = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_not_empty"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="return_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}, {self.get_outcome_display().lower()}"
