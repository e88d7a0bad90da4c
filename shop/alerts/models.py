from django.db import models

from shop.catalogue.models import Variant
from shop.optin.models import Wish


class StockAlert(Wish):
    """Somebody wants to hear, once, when a pack can be bought again in a region. Deleted when they have been told.

    What nobody confirms goes after a week.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["email", "variant", "region"], name="stockalert_once"),
        ]

    @property
    def pack_name(self) -> str:
        """In the words of its region."""
        name = self.variant.product.name_in(self.region)
        return f"{name}, {self.variant.translated_in(self.region).label}"

    def __str__(self):
        return f"{self.variant.sku} in {self.region.short_name}"
