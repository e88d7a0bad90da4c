import secrets

from django.db import models
from django.utils import timezone

from shop.catalogue.models import Variant
from shop.regions.models import Region


def new_token() -> str:
    return secrets.token_urlsafe(24)


class StockAlert(models.Model):
    """Somebody wants to hear, once, when a pack can be bought again in a region. Deleted when they have been told.

    Nothing is sent before they have confirmed by mail that the address is theirs; what nobody confirms goes after a week.
    """

    email = models.EmailField()
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["email", "variant", "region"], name="stockalert_once"),
        ]

    def __str__(self):
        return f"{self.variant.sku} in {self.region.short_name}"
