"""Articles that are read in an edition in their own language, since nobody has translated them (`Region.articles_without_translation`).

What stands in is a publication like any other, so that lists, counts and search need to know nothing of it. It follows what
is published in the market, less the times of a translation, in the transaction that changes either.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save

from articles.models.article import Article
from articles.models.publication import FOREVER, Publication, published_anew
from shop.regions.models import Region

AT_ONCE = 300  # articles
Span = tuple[datetime, datetime, int]  # from, until, the version


@transaction.atomic(savepoint=False)
def stand_in(articles: Iterable[int]) -> int:
    """Bring up to date what stands in for translations of these articles (pks, of originals or translations); how many changed."""
    editions = [row for row in Region.all_cached() if row.edition_of_id is not None]
    pks = sorted(set(articles)) if editions else []
    return sum(_some(pks[start : start + AT_ONCE], editions) for start in range(0, len(pks), AT_ONCE))


def _some(pks: list[int], editions: list[Region]) -> int:
    asked = Article.objects.filter(pk__in=pks).values_list("original_id", "pk")
    family = {original or pk for original, pk in asked}
    rows = Publication.objects.filter(Q(article__in=family) | Q(article__original__in=family)).order_by(
        "starts_at", "pk"
    )
    by_original: dict[int, list[Any]] = {}
    for row in rows.select_related("article"):
        by_original.setdefault(row.article.family, []).append(row)
    wrong, missing = [], []
    for original, own in by_original.items():
        for edition in editions:
            gone, new = _in_edition(original, own, edition)
            wrong += gone
            missing += new
    if wrong:
        Publication.objects.filter(pk__in=wrong).delete()
    if missing:
        Publication.objects.bulk_create(missing)
    return len(wrong) + len(missing)


def _in_edition(original: int, rows: list, edition: Region) -> tuple[list[int], list[Publication]]:
    """(pks of what stands in and should not, what should)"""
    shows = edition.articles_without_translation == "show"
    market = [
        _span(row) for row in rows if row.article_id == original and row.region_id == edition.edition_of_id
    ]
    is_other = any(row.article_id == original and row.article.language != edition.language for row in rows)
    translated = [
        _span(row)
        for row in rows
        if row.region_id == edition.pk
        and row.article.language == edition.language
        and not row.article.binned_at
    ]
    wanted = list(_less(market, translated)) if shows and is_other else []
    gone = []
    for row in rows:
        if row.stands_in and row.region_id == edition.pk:
            span = row.starts_at, row.ends_at or FOREVER, row.version_id
            if span in wanted:
                wanted.remove(span)
            else:
                gone.append(row.pk)
    return gone, [
        Publication(
            article_id=original,
            version_id=version,
            region=edition,
            starts_at=begins,
            ends_at=None if ends == FOREVER else ends,
            stands_in=True,
            is_told=True,
        )
        for begins, ends, version in wanted
    ]


def _span(row: Publication) -> Span:
    return row.starts_at, row.until, row.version_id


def _less(spans: list[Span], without: list[Span]) -> Iterator[Span]:
    """What is left of spans without the times of others."""
    for begins, ends, version in spans:
        at = begins
        for other, until, _ in sorted(without):
            if at < min(other, ends):
                yield at, min(other, ends), version
            if other < ends:
                at = max(at, until)
        if at < ends:
            yield at, ends, version


def _published(sender, articles, **kwargs) -> None:
    stand_in(articles)


def _after_region(sender, instance, update_fields=None, raw=False, **kwargs) -> None:
    """It was made an edition that shows what is not translated, or hides it from now on."""
    if raw or instance.edition_of_id is None:
        return
    if update_fields is not None and "articles_without_translation" not in update_fields:
        return
    there = Publication.objects.filter(region__in=[instance.pk, instance.edition_of_id]).order_by()
    stand_in(there.values_list("article_id", flat=True).distinct())


def listen() -> None:
    published_anew.connect(_published, dispatch_uid="articles that stand in")
    post_save.connect(_after_region, sender=Region, dispatch_uid="articles that stand in for an edition")
