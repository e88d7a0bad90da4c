"""Baskets that nobody comes back to."""

from datetime import datetime, timedelta

from django.utils import timezone

from shop.basket.models import Basket

KEEP = timedelta(days=60)  # longer than any session and any ticket
AT_ONCE = 1000


def forget_baskets(at: datetime | None = None) -> int:
    """Delete those that nobody touched for KEEP, some at a time, with their lines; how many rows went."""
    before = (at or timezone.now()) - KEEP
    old = Basket.objects.filter(touched_at__lt=before).order_by("touched_at").values_list("pk", flat=True)
    return Basket.objects.filter(pk__in=list(old[:AT_ONCE])).delete()[0]
