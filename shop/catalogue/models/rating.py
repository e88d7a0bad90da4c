from django.db import models
from django.db.models import F, Q

from shop.catalogue.models.products import Product
from shop.regions.keys import MarketKey
from shop.regions.models import Region


class Rating(models.Model):
    """How many reviews of a product are shown in a region, and all their stars together; kept as those change (shop.reviews.sums)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    region = MarketKey(Region, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)
    stars = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "region"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(stars__gte=F("count"), stars__lte=F("count") * 5), name="rating_one_to_five"
            ),
        ]

    def __str__(self):
        return f"{self.stars} stars in {self.count} reviews"

    @property
    def average(self) -> float:
        """With one decimal, halves up, as shoppers reckon."""
        return (self.stars * 20 + self.count) // (2 * self.count) / 10 if self.count else 0.0


def rating_of(product: Product, region: Region) -> Rating | None:
    """None where no review is shown."""
    return Rating.objects.filter(product=product, region=region, count__gt=0).first()
