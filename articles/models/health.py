from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.article import Article
from shop.catalogue.models import Product
from shop.regions.models import Region


class TroubleState(models.TextChoices):
    WITHDRAWN = "withdrawn", "No longer sold"
    NOT_SOLD = "not_sold", "No price in the region"
    SOLD_OUT = "sold_out", "Sold out"
    HELD_BACK = "held", "Held back by policy or claims"
    NONE = "none", "No product linked"
    MANY = "many", "More than three by hand"


class LinkTrouble(models.Model):
    """A link between a published article and a product that brings readers nothing, in one region, since when.

    Kept after it has ended. `product` is empty where the trouble is the article's own.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="troubles")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", null=True)
    state = models.CharField(max_length=10, choices=TroubleState.choices)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["since"]
        indexes = [
            models.Index(fields=["since", "id"], condition=Q(ended_at=None), name="linktrouble_open_since")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "region", "product", "state"],
                condition=Q(ended_at=None, product__isnull=False),
                name="linktrouble_one_open",
            ),
            models.UniqueConstraint(
                fields=["article", "region", "state"],
                condition=Q(ended_at=None, product__isnull=True),
                name="linktrouble_one_open_of_article",
            ),
        ]

    def __str__(self):
        return f"{self.get_state_display()}: {self.product or self.article}"


class OutsideLink(models.Model):
    """An address outside this site that a text or a source leads to, and what it answered when it was last asked."""

    url = models.URLField(max_length=500, unique=True)
    checked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=120, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row, a day apart.")

    class Meta:
        ordering = ["url"]

    def __str__(self):
        return self.url
