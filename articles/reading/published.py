"""Which articles are published in a region, chosen and counted by the database, a page at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from babel import Locale
from django.db.models import Case, Exists, OuterRef, QuerySet, Sum, When, prefetch_related_objects
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from articles.models import Article, ArticleCount, CountKind, Publication, Version, VersionTopic
from shop.claims.rules import RED
from shop.content.addresses import address_in
from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.content.scopes import articles_in, shows

LOOKED_AT = 96  # articles, in search of a few that may stand somewhere
A_FEW = 12


def current_publications(region, at=None) -> QuerySet[Publication]:
    """What is published in a region now, first published last first: publications with all that a card of their article shows."""
    return publications_of(region.pk, at or timezone.now())


def publications_of(region: int, at: datetime) -> QuerySet[Publication]:
    """The same of a region's pk at a moment, for queries that are compiled."""
    rows = Publication.objects.current(at).filter(region=region)
    return rows.select_related("article", "version__picture", "version__author").order_by(
        "-first_at", "-article"
    )


def spoken_in(article: Article, region) -> str:
    """Of an article in another language than the region's, what that is called there: “Englisch”; else ""."""
    if article.language == region.language:
        return ""
    return Locale.parse(region.language, sep="-").languages.get(article.language, article.language)


@dataclass(frozen=True)
class PublishedVersion:
    """A version as it is published in a region: at which address, and since when."""

    version: Version
    article: Article
    url: str
    first_at: datetime  # of the article
    since: datetime  # of these words


def as_published(publications, region) -> list[PublishedVersion]:
    """Of rows of `current_publications`."""
    return [
        PublishedVersion(row.version, row.article, row.article.url_in(region), row.first_at, row.starts_at)
        for row in publications
    ]


def published_versions(region, at=None, articles: Iterable[int] | None = None) -> list[PublishedVersion]:
    """The versions published in a region, newest first, of these articles if given (pks); one query."""
    rows = current_publications(region, at)
    return as_published(rows if articles is None else rows.filter(article__in=articles), region)


class FoundArticle(NamedTuple):
    """What a list of found articles shows of one. `claims`: where it was found to claim, what; see `head_claims`."""

    article_id: int
    slug: str
    title: str
    summary: str
    claims: dict | None

    def url_in(self, region) -> str:
        return address_in(region.code, "articles:article", self.slug)


def found_in(region, articles: Iterable[int]) -> list[FoundArticle]:
    """What is published in a region of these articles (pks), with what a list of many shows and chooses by."""
    return [FoundArticle(*row) for row in _found(region.code)(region.pk, timezone.now(), articles)]


@cache
def _found(code: str) -> Compiled:
    def build(region: int, now, articles: list[int]):
        rows = publications_of(region, now).filter(article__in=articles).select_related(None).order_by()
        shown = "article_id", "article__slug", "version__title", "version__summary"
        return rows.values_list(*shown, red_claims(code))

    return Compiled(build)


def red_claims(code: str) -> Case:
    """What was found to claim, the region's part alone, and only where it is red: it is long, and the rest is not asked about."""
    here = KeyTransform(code, "version__claims")
    return Case(When(**{f"version__claims__{code}__colour": RED}, then=here), default=None)


def published_in(region, *, topic=None, author=None) -> QuerySet[Publication]:
    """The list of a region's articles, newest first; of a topic or an author if given."""
    shows(articles_in(region.code))
    rows = current_publications(region)
    if topic is not None:
        rows = rows.filter(Exists(VersionTopic.objects.filter(version=OuterRef("version"), topic=topic.pk)))
    if author is not None:
        rows = rows.filter(version__author=author.pk)
    return rows


def most_sources_first(publications) -> QuerySet[Publication]:
    """The same articles, those whose version cites most sources in the region first."""
    return publications.order_by("-sources", "-first_at", "-article")


@dataclass(frozen=True)
class Counts:
    """How many articles are published in a region, under each topic and by each author (pks)."""

    total: int
    by_topic: dict[int, int]
    by_author: dict[int, int]


def counts_in(region) -> Counts:
    """One query of sums that are kept (articles.models.counting), memoised until a published article of the region changes."""

    def load():
        found: dict[str, dict[int, int]] = {kind: {} for kind in CountKind.values}
        for kind, of, articles in _sums(region.pk, timezone.now()):
            if articles:
                found[kind][of] = articles
        total = found[CountKind.ALL].get(0, 0)
        return Counts(total, found[CountKind.TOPIC], found[CountKind.AUTHOR])

    shows(articles_in(region.code))
    name = f"articles counted in {region.code}"
    return memoised(name, load, scheduled=True, scope=articles_in(region.code))


@Compiled
def _sums(region: int, now):
    rows = ArticleCount.objects.filter(region=region, since__lte=now).values_list("kind", "of")
    return rows.annotate(sum=Sum("articles"))


Few = Callable[[int], Iterable[Publication]]  # A_FEW publications from a place on


@cache
def _newest_few(start: int) -> Compiled:
    return Compiled(lambda region, now: publications_of(region, now)[start : start + A_FEW])


def first_that(fits: Callable[[Version], bool], few: Few, region, most: int) -> list[PublishedVersion]:
    """Of the first LOOKED_AT of these at most so many whose version fits, read a few at a time."""
    found: list[PublishedVersion] = []
    for start in range(0, LOOKED_AT, A_FEW):
        rows = as_published(few(start), region)
        found += [row for row in rows if fits(row.version)]
        if len(rows) < A_FEW or len(found) >= most:
            break
    return found[:most]


def newest_versions(region, most=None, topic=None) -> tuple[PublishedVersion, ...]:
    """The versions published in a region now, newest first, with their topics; of one topic, and at most so many, if given."""

    def load():
        versions = as_published(published_in(region, topic=topic)[:most], region)
        prefetch_related_objects([row.version for row in versions], "topics")
        return tuple(versions)

    return memoised(f"versions published in {region.code} {most} {topic and topic.pk}", load, scheduled=True)


def newest_beside_products(region, most: int) -> tuple[PublishedVersion, ...]:
    """The newest that may stand beside products: no head that claims, nothing that the region's policy keeps apart."""

    def load():
        shows(articles_in(region.code))
        now = timezone.now()
        return tuple(first_that(fits, lambda start: _newest_few(start)(region.pk, now), region, most))

    def fits(version) -> bool:
        return not version.head_claims_in(region) and not version.stands_apart_in(region)

    return memoised(f"articles beside products in {region.code} {most}", load, scheduled=True)
