"""Who is here now: colleagues who have an article's editor open. Nothing is written by opening it, but by its script."""

from datetime import timedelta

from django.utils import timezone

from articles.models import Presence

LASTS = timedelta(seconds=100)  # an editor says every 40 seconds that it is open
FORGOTTEN = timedelta(hours=1)


def is_here(article_pk: int, by: str, at=None) -> None:
    now = at or timezone.now()
    if not Presence.objects.filter(article=article_pk, by=by).update(seen_at=now):
        Presence.objects.get_or_create(article_id=article_pk, by=by, defaults={"seen_at": now})
        Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def has_left(article_pk: int, by: str) -> None:
    Presence.objects.filter(article=article_pk, by=by).delete()


def others_here(article_pk: int, but: str, at=None) -> list[str]:
    """By name; without the one who asks."""
    since = (at or timezone.now()) - LASTS
    rows = Presence.objects.filter(article=article_pk, seen_at__gte=since).exclude(by=but)
    return list(rows.order_by("by").values_list("by", flat=True)[:10])
