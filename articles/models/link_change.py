"""Links changed for many articles at once."""

from django.db import models
from django.utils import timezone

from shop.catalogue.models import Product, RelatedProductTag


class LinkChange(models.Model):
    """Products or tags that were linked to articles, many at once: what was done, and whether it was taken back."""

    class Kind(models.TextChoices):
        PIN = "pin", "Show a product first"
        EXCLUDE = "exclude", "Never show a product"
        REMOVE = "remove", "Take a product’s link away"
        TAG = "tag", "Add a related-product tag"
        UNTAG = "untag", "Take a related-product tag away"

    kind = models.CharField(max_length=8, choices=Kind.choices, db_column="deed")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", null=True)
    tag = models.ForeignKey(RelatedProductTag, on_delete=models.SET_NULL, related_name="+", null=True)
    region_codes = models.CharField(max_length=60, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)
    done = models.JSONField(default=list)  # by version: what it was, what it is now, its links before
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self):
        thing = self.product or self.tag or "a deleted tag"
        where = f" in {self.region_codes.upper()}" if self.region_codes else ""
        return f"{self.get_kind_display()}: {thing}{where}"

    @property
    def articles(self) -> int:
        return len({part["article"] for part in self.done})
