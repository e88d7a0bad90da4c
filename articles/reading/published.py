"""Which articles are published in a region: one query, memoised."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery, prefetch_related_objects
from django.utils import timezone

from articles.models import Article, Publication, ReferenceBlock, Version, VersionTopic
from articles.models.where import shows
from shop.claims.rules import RED
from shop.content.memo import memoised
from shop.content.scopes import articles_in
from shop.content.scopes import shows as say_shown


def current_publications(region, at=None):
    """What is published in a region now, first published last first: publications with all that a card of their article shows.

    `first_at` is when the article was first published there: correcting a word makes no article new.
    """
    at = at or timezone.now()
    own = Publication.objects.filter(article=OuterRef("article"), region=region, starts_at__lte=at)
    latest = own.order_by("-starts_at", "-pk")
    first = own.order_by("starts_at", "pk")
    return (
        Publication.objects.filter(region=region, starts_at__lte=at, article__binned_at=None)
        .filter(Q(ends_at=None) | Q(ends_at__gt=at))
        .filter(pk=Subquery(latest.values("pk")[:1]))
        .annotate(first_at=Subquery(first.values("starts_at")[:1]))
        .select_related("article", "version__picture", "version__author")
        .order_by("-first_at", "-article")
    )


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


@dataclass(frozen=True)
class PublishedArticle:
    """What lists choose by, of an article that is published in a region."""

    article: int
    version: int
    author: int
    colour: str | None  # of the claims check


def published_index(region) -> tuple[PublishedArticle, ...]:
    """Every article published in a region now, newest first, by its keys alone: one query, memoised."""
    say_shown(articles_in(region.code))
    return index_of(region)


def index_of(region) -> tuple[PublishedArticle, ...]:
    """The same, for those who choose from it by a narrower scope than all articles and say so themselves."""

    def load():
        rows = current_publications(region).values_list(
            "article_id", "version_id", "version__author_id", f"version__claims__{region.code}__colour"
        )
        return tuple(PublishedArticle(*row) for row in rows)

    return memoised(f"articles published in {region.code}", load, scheduled=True)


def claiming(region) -> frozenset[int]:
    """The published articles whose title, summary or picture claims something: lists beside products leave them out.

    No query where nothing is red. Who leaves them out says what it shows of the others.
    """

    def load():
        red = [row.article for row in index_of(region) if row.colour == RED]
        rows = published_versions(region, articles=red) if red else []
        return frozenset(row.article.pk for row in rows if row.version.head_claims_in(region))

    return memoised(f"articles whose heads claim in {region.code}", load, scheduled=True)


def topics_of_versions() -> dict[int, frozenset[int]]:
    """The topics of every version by its key; one query, memoised."""

    def load():
        found: dict[int, set[int]] = {}
        for version, topic in VersionTopic.objects.values_list("version_id", "topic_id").order_by():
            found.setdefault(version, set()).add(topic)
        return {version: frozenset(topics) for version, topics in found.items()}

    return memoised("topics of versions", load)


def sources_of_versions(region) -> dict[int, int]:
    """How many sources each version cites in a region; one query, memoised."""

    def load():
        found: dict[int, set[int]] = {}
        rows = ReferenceBlock.objects.order_by().values_list("parent", "reference", "show_in", "region_codes")
        for version, source, show_in, codes in rows:
            if shows(show_in, codes, region.code):
                found.setdefault(version, set()).add(source)
        return {version: len(sources) for version, sources in found.items()}

    return memoised(f"sources of versions in {region.code}", load)


def published_under(topic, region) -> list[PublishedArticle]:
    """Those of `published_index` that are filed under a topic."""
    topics = topics_of_versions()
    return [row for row in published_index(region) if topic.pk in topics.get(row.version, ())]


def versions_of(rows: Sequence[PublishedArticle], region) -> list[PublishedVersion]:
    """The published versions of these `PublishedArticle`s, in their order; one query."""
    found = {
        row.article.pk: row for row in published_versions(region, articles=[row.article for row in rows])
    }
    return [found[row.article] for row in rows if row.article in found]


def newest_versions(region, most=None, topic=None, *, beside_products=False) -> tuple[PublishedVersion, ...]:
    """The versions published in a region now, newest first, with their topics; of one topic, and at most so many, if given.

    `beside_products`: without those whose heads claim something.
    """
    rows = published_index(region) if topic is None else published_under(topic, region)
    left_out = claiming(region) if beside_products else frozenset()
    rows = [row for row in rows if row.article not in left_out][:most]

    def load():
        versions = versions_of(rows, region)
        prefetch_related_objects([row.version for row in versions], "topics")
        return tuple(versions)

    name = f"versions published in {region.code} {most} {topic and topic.pk} {beside_products}"
    return memoised(name, load, scheduled=True)
