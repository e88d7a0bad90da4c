"""What lists choose by: a row for each pack on sale in a region and span of time, and how many there are of each kind.

Both are worked out from products, packs, wordings, prices and stock by shop.catalogue.shelving and by nothing else.
What a card or a table shows of a product is always read from its own rows, through shop.catalogue.offers.
"""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shop.catalogue.models.products import Product, Variant
from shop.regions.models import Region

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # a row that held before anybody looked
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)  # a row that nothing known today will end


class ShelfQuerySet(models.QuerySet):
    def held_at(self, region, at=None):
        """The rows of a region that hold at a moment, default now. Moments before now are not kept."""
        at = at or timezone.now()
        return self.filter(region=region.pk, since__lte=at, until__gt=at)


class ShelfRow(models.Model):
    """A pack on sale in a region from `since` until `until`, with what lists filter and sort by.

    `is_card` marks the one that stands for its product: the cheapest that can be bought, else the cheapest. Figures of
    a day are 0 where there is no dose (`no_dose`); amounts are in minor units. `tags` are the pks of the
    product's related-product tags, as they were counted. Product and pack may be gone for as long as it takes to
    notice: rows are found and withdrawn by these numbers.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField()
    is_card = models.BooleanField()
    sold_out = models.BooleanField()
    form = models.CharField(max_length=12)
    kind = models.CharField(max_length=20)
    cell = models.CharField(max_length=60)
    tags = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()
    pack_position = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField()
    least_mg = models.PositiveIntegerField(help_text="Elemental milligrams of the product's smallest unit.")
    no_dose = models.BooleanField()
    mg_a_day = models.PositiveIntegerField()
    units_a_day = models.PositiveSmallIntegerField()
    days = models.PositiveIntegerField()
    cost_of_100_mg = models.FloatField()
    cost_of_a_day = models.FloatField()

    objects = ShelfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "region", "since"], name="shelfrow_once"),
            models.UniqueConstraint(
                fields=["product", "region", "since"], condition=Q(is_card=True), name="shelfrow_one_card"
            ),
            models.CheckConstraint(condition=Q(since__lt=models.F("until")), name="shelfrow_lasts"),
        ]
        indexes = [
            models.Index(fields=["product", "region"], name="shelfrow_product"),
            models.Index(fields=["until"], condition=Q(until__lt=FOREVER), name="shelfrow_ends"),
            *(
                models.Index(
                    fields=["region", *by, "position", "product"], condition=Q(is_card=True), name=name
                )
                for name, by in {
                    "shelfrow_ours": [],
                    "shelfrow_form": ["form"],
                    "shelfrow_cell": ["cell"],
                    "shelfrow_price": ["amount"],
                    "shelfrow_price_down": ["-amount"],
                    "shelfrow_dose": ["-mg_a_day"],
                    "shelfrow_form_price": ["form", "amount"],
                    "shelfrow_form_price_down": ["form", "-amount"],
                    "shelfrow_form_dose": ["form", "-mg_a_day"],
                    "shelfrow_near": ["kind", "form", "least_mg"],
                }.items()
            ),
            *(
                models.Index(
                    fields=["region", *by, "position", "product", "pack_position", "variant"], name=name
                )
                for name, by in {
                    "shelfpack_ours": [],
                    "shelfpack_price": ["no_dose", "amount"],
                    "shelfpack_100mg": ["no_dose", "cost_of_100_mg"],
                    "shelfpack_day": ["no_dose", "cost_of_a_day"],
                    "shelfpack_dose": ["no_dose", "-mg_a_day"],
                    "shelfpack_days": ["no_dose", "-days"],
                    "shelfpack_pieces": ["no_dose", "units_a_day"],
                }.items()
            ),
        ]

    def __str__(self):
        return f"pack {self.variant_id} in region {self.region_id}"


class ShelfCount(models.Model):
    """How many cards and packs of a cell there are more from a moment on; fewer where it is negative.

    What there is at a moment is the sum of all rows that have begun. `tag` is the pk of the related-product tag
    that all of them have, 0 for any product.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+", db_index=False)
    tag = models.PositiveBigIntegerField()
    cell = models.CharField(max_length=60)
    since = models.DateTimeField()
    cards = models.IntegerField()
    packs = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "tag", "cell", "since"], name="shelfcount_once")
        ]

    def __str__(self):
        return f"{self.cards:+} {self.cell} in region {self.region_id}"
