"""Which articles are live in a region: one query, kept while nothing changes."""

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.utils import timezone

from articles.models import Publication, Version
from shop.content.kept import kept


def live_publications(region, at=None):
    """What is live in a region, newest first: publications with all that a card of their article shows."""
    at = at or timezone.now()
    latest = Publication.objects.filter(
        article=OuterRef("article"), region=region, starts_at__lte=at
    ).order_by("-starts_at", "-pk")
    return (
        Publication.objects.filter(region=region, starts_at__lte=at, article__binned_at=None)
        .filter(Q(ends_at=None) | Q(ends_at__gt=at))
        .filter(pk=Subquery(latest.values("pk")[:1]))
        .select_related("article", "version__picture", "version__author")
        .order_by("-starts_at", "-pk")
    )


def as_versions(publications, region) -> list[Version]:
    """The published versions, each with its `article`, `live_since` and `url`."""
    versions = []
    for row in publications:
        version = row.version
        version.article, version.live_since = row.article, row.starts_at
        version.url = row.article.url_in(region)
        versions.append(version)
    return versions


def live_versions(region, at=None, articles=None) -> list[Version]:
    """The versions live in a region, newest first, of these articles if given (pks); one query."""
    rows = live_publications(region, at)
    return as_versions(rows if articles is None else rows.filter(article__in=articles), region)


def newest_versions(region) -> tuple[Version, ...]:
    """The versions live in a region now, newest first, with their topics."""

    def load():
        versions = live_versions(region)
        prefetch_related_objects(versions, "topics")
        return tuple(versions)

    return kept(f"versions live in {region.code}", load, scheduled=True)
