"""What prices shoppers saw, and since when: written by the database, whoever changes a price and by whatever way."""

from django.db import models

from shop.catalogue.models.prices import Price
from shop.content.models import Content
from shop.regions.keys import MarketKey
from shop.regions.models import Region


class PriceLog(Content):
    """One change of a price row: it came, it differs, or it is gone (`gone`). Triggers write it (shop.catalogue.price_triggers).

    Rows are never changed or deleted, not even with the pack: so its columns name what may be gone. `quiet_at` is when the
    change is too old to be told of as a reduction, and empty for the first price of a pack in a region.
    """

    scheduled_by = ("quiet_at",)

    price = models.BigIntegerField(help_text="The row that changed.")
    variant = models.ForeignKey(
        "catalogue.Variant",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        db_index=False,
    )
    region = MarketKey(
        Region, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", db_index=False
    )
    amount = models.PositiveIntegerField("price (minor units)", null=True)
    valid_from = models.DateTimeField()
    gone = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    quiet_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "price history"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["variant", "region", "quiet_at"], name="pricelog_of_a_pack"),
            models.Index(fields=["price"], name="pricelog_of_a_row"),
        ]

    def __str__(self):
        return f"{Price(region=self.region, amount=self.amount)} from {self.valid_from:%-d %B %Y, %H:%M} UTC"
