from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from shop.catalogue.models.shelved import Shelved, ShelvedQuerySet
from shop.regions.keys import MarketKey
from shop.regions.models import Region
from shop.web.periods import ByPeriods


class PriceQuerySet(ByPeriods, ShelvedQuerySet):  # type: ignore[override]
    def begun(self, at=None):
        """Rows that have begun at a moment, default now, the latest first: the first of a variant and region counts."""
        return self.filter(valid_from__lte=at or timezone.now()).order_by("-valid_from")

    def in_force(self, region=None, at=None):
        """The row that counts of each variant in each region, or in `region` alone; `at` is an aware time, default now.

        A row without an amount is among them: it says that the variant is not sold there. Read amounts through
        shop.catalogue.offers, nowhere else.
        """
        at = at or timezone.now()
        rows = self.begun(at).filter(~self._begun_later(at))
        return rows if region is None else rows.filter(region=region)

    def in_force_or_later(self, at):
        """What counts of each variant and region at an aware time, and what is planned after it."""
        return self.filter(Q(valid_from__gt=at) | ~self._begun_later(at))

    @staticmethod
    def _begun_later(at) -> models.Exists:
        same = {name: models.OuterRef(name) for name in ("variant", "region")}
        return models.Exists(
            Price.objects.filter(valid_from__gt=models.OuterRef("valid_from"), valid_from__lte=at, **same)
        )


class Price(Shelved):
    """What a variant costs in a region from a moment on. Rows are only added; the latest in force counts.

    No amount means: not sold there from then on. No row at all means the same.
    """

    scheduled_by = ("valid_from",)

    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="prices")
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField(
        "price (minor units)", null=True, blank=True, validators=[MinValueValidator(1)]
    )
    valid_from = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = PriceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "region", "valid_from"], name="price_one_per_start"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=1), name="price_positive"),
        ]
        indexes = [models.Index(fields=["-valid_from", "-id"], name="price_last")]

    def __str__(self):
        return self.region.money(self.amount) if self.amount else f"not sold in {self.region.the_name}"
