"""How long the log is kept."""

from datetime import timedelta

from django.utils import timezone

from config.deeds.models import Deed

KEPT = timedelta(days=730)  # the database refuses to delete what is younger
AT_ONCE = 5000


def forget_deeds(at=None) -> int:
    """Delete rows of more than two years ago, some thousands at a time; how many."""
    old = (
        Deed.objects.filter(at__lt=(at or timezone.now()) - KEPT)
        .order_by("at")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    return Deed.objects.filter(pk__in=list(old)).delete()[0]
