"""How many reviews of a product are shown in a region and their stars: moved with each review.

Every way in which a published review comes, changes or goes passes here, what takes others along (CASCADE) as well.
"""

from django.db import transaction
from django.db.models import Count, F, Sum
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.catalogue.models import Rating
from shop.reviews.models import PublishedReview


def add(row: PublishedReview, *, count: int, stars: int) -> None:
    """Call it in the transaction that writes the row."""
    Rating.objects.bulk_create(
        [Rating(product_id=row.product_id, region_id=row.region_id)], ignore_conflicts=True
    )
    rows = Rating.objects.filter(product=row.product_id, region=row.region_id)
    rows.update(count=F("count") + count, stars=F("stars") + stars)


@receiver(post_delete, sender=PublishedReview, dispatch_uid="a published review goes")
def _gone(instance: PublishedReview, **kwargs) -> None:
    rows = Rating.objects.filter(product=instance.product_id, region=instance.region_id)
    rows.update(count=F("count") - 1, stars=F("stars") - instance.stars)


@transaction.atomic
def count_anew() -> None:
    """All sums from the rows, for who wrote reviews past `add`, as an import does. It locks them until it is done."""
    list(Rating.objects.select_for_update(of=("self",)).order_by("pk"))
    shown = PublishedReview.objects.order_by().values("product_id", "region_id")
    Rating.objects.all().delete()
    Rating.objects.bulk_create(
        [Rating(**row) for row in shown.annotate(count=Count("pk"), stars=Sum("stars"))], batch_size=500
    )
