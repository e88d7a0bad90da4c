from django.db import models
from django.db.models import Q

from shop.catalogue.models import Product, Variant
from shop.regions.keys import MarketKey
from shop.regions.models import Region


class Totals(models.Model):
    """Totals of one day in one region; never a person, an order or a time of day. The day is the region's own.

    With a `product`, what concerns it; without, what concerns pages and whole orders. Money is net of tax, in minor
    units of the region's currency.
    """

    day = models.DateField()
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    views = models.PositiveIntegerField(default=0)
    adds = models.PositiveIntegerField(default=0, help_text="How often packs were put into a basket.")
    orders = models.IntegerField(default=0)
    units = models.IntegerField(default=0)
    net = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class ArticleDay(Totals):
    """What an article did in a day. Article 0 is “no article”, so that the sums are the shop's.

    Assisted: put in on the product's page, to which a card of the article had led.
    """

    article = models.BigIntegerField(help_text="Its pk; 0 for none.")
    clicks = models.PositiveIntegerField(default=0, help_text="Of its cards.")
    assisted_adds = models.PositiveIntegerField(default=0)
    assisted_orders = models.IntegerField(default=0)
    assisted_units = models.IntegerField(default=0)
    assisted_net = models.BigIntegerField(default=0)
    assisted_refunded = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-day", "region", "article"]
        permissions = [("see_small_numbers", "Can see totals of fewer than five orders")]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "region", "article", "product"], name="articleday_once_per_product"
            ),
            models.UniqueConstraint(
                fields=["day", "region", "article"],
                condition=Q(product=None),
                name="articleday_once_without_product",
            ),
        ]
        indexes = [models.Index(fields=["article", "region", "day"], name="articleday_article")]

    def __str__(self):
        return f"{self.day} {self.region.short_name} article {self.article}"


class CampaignDay(Totals):
    """What a campaign (utm_source / utm_medium / utm_campaign) did in a day."""

    campaign = models.CharField(max_length=140)

    class Meta:
        ordering = ["-day", "region", "campaign"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "region", "campaign", "product"], name="campaignday_once_per_product"
            ),
            models.UniqueConstraint(
                fields=["day", "region", "campaign"],
                condition=Q(product=None),
                name="campaignday_once_without_product",
            ),
        ]
        indexes = [models.Index(fields=["campaign", "region"], name="campaignday_campaign")]

    def __str__(self):
        return f"{self.day} {self.region.short_name} {self.campaign}"


class Tally(models.Model):
    """An amount still to be added to a day's totals. Written without touching the totals' rows; `fold` adds it up.

    Of an article (`campaign` empty) or of a campaign (`article` empty).
    """

    day = models.DateField()
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", null=True)
    article = models.BigIntegerField(null=True)
    campaign = models.CharField(max_length=140, blank=True)
    what = models.CharField(max_length=20)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self):
        return f"{self.day} {self.what} {self.amount}"


class PackDay(models.Model):
    """What was sold of a pack in a region on a day, on the region's clock; net of tax, in minor units of its currency.

    A row of a single sale, or, with `is_sum`, of all that were brought together (shop.attribution.packs). Never of whom.
    """

    mode = models.CharField(max_length=8)
    region = MarketKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", verbose_name="pack")
    orders = models.IntegerField(default=0)
    units = models.IntegerField(default=0)
    net = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    is_sum = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["mode", "region", "day"], name="packday_day"),
            models.Index(fields=["id"], condition=Q(is_sum=False), name="packday_single"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["mode", "region", "day", "variant"], condition=Q(is_sum=True), name="packday_one_sum"
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.region.short_name} pack {self.variant_id}"
