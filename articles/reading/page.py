"""An article as a reader gets it in one region: sections of blocks, numbered sources, product cards."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Count, Min, OuterRef, Subquery
from django.db.models.fields.json import KeyTransform
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from articles.models import Article, Faq, ProductCard, Publication, ReferenceBlock, Version, VersionTopic
from articles.models.heads import head_claims
from articles.reading.block_views import (
    BlockView,
    QuestionView,
    SourceView,
    Surroundings,
    sources_of,
    views_of,
)
from articles.reading.published import (
    A_FEW,
    LOOKED_AT,
    PublishedVersion,
    as_published,
    publications_of,
    red_claims,
    spoken_in,
)
from articles.reading.rendering import Rendering, addresses
from articles.reading.shown_products import ShownProduct, choose
from articles.reading.structured import faq_data, structured_data
from shop.catalogue.offers import memoised_unless_own
from shop.content.compiled import Compiled, firsts, has_one
from shop.content.scopes import article as scope_of_article
from shop.content.scopes import shows, topic
from shop.regions.languages import speaking
from shop.regions.models import Region
from shop.regions.request import set_region
from shop.web.reversing import address
from shop.web.structured import breadcrumbs

MAX_RELATED = 3
COUNTED = 40  # articles of a topic
WORDS_A_MINUTE = 220


@dataclass
class ArticlePage:
    """All that the article page shows, for one region."""

    article: Article
    version: Version
    blocks: list[BlockView]
    questions: list[QuestionView]
    sources: list[SourceView]
    contents: list[tuple[str, str]]
    minutes: int
    names_condition: bool
    cards: list[ShownProduct]
    more: list[PublishedVersion]


def related_versions(version: Version, region, names_condition: bool) -> list[PublishedVersion]:
    """Up to three other articles published in the region: those that share most topics, then the newest.

    A few queries. Of a topic with many articles, those with the newest COUNTED versions are looked at.

    Beside an article that names no condition stands no title that names one, and beside none one that claims something.
    """
    topics = (
        [pk for (pk,) in _filed_under(version.pk)] if version.unsaved is None else list(version.topic_pks())
    )
    if not topics:
        return []
    code = region.code
    shows(*(topic(code, pk) for pk in topics))
    asked = region.pk, timezone.now(), version.article_id, topics
    near = [pk for (pk,) in _newest(*asked)]

    found: list[Publication] = []
    for start in range(0, LOOKED_AT, A_FEW):
        rows = _nearest(code, start)(*asked, near)
        pks = [pk for pk, is_quiet in rows if names_condition or is_quiet is True]
        while pks and len(found) < MAX_RELATED:
            few, pks = pks[:MAX_RELATED], pks[MAX_RELATED:]
            cards = {row.pk: row for row in _cards_of(code)(*asked[:2], few)}
            shown = [cards[pk] for pk in few if pk in cards]
            found += [row for row in shown if not head_claims(row.claims_here or {}, region)]
        if len(rows) < A_FEW or len(found) >= MAX_RELATED:
            break
    del found[MAX_RELATED:]
    shows(*(scope_of_article(code, row.article_id) for row in found))
    return as_published(found, region)


@cache
def _cards_of(code: str) -> Compiled:
    """What cards show of publications, with `claims_here`: its red claims."""

    def build(region: int, now, pks: list[int]):
        rows = publications_of(region, now).filter(pk__in=pks).order_by().defer("version__claims")
        return rows.annotate(claims_here=red_claims(code))

    return Compiled(build)


@Compiled
def _filed_under(version: int):
    return VersionTopic.objects.filter(version=version).values_list("topic")


def _others(region: int, now, article: int):
    return publications_of(region, now).exclude(article=article)


FILED = VersionTopic.objects.filter(version=OuterRef("version"))


@Compiled
def _newest(region: int, now, article: int, topics: list[int]):
    """Of each topic the newest versions that are published of other articles, by an index of the topic."""
    shown = _others(region, now, article).filter(version=OuterRef("version"))
    filed = VersionTopic.objects.filter(has_one(shown)).order_by("-version_id")
    return firsts([filed.filter(topic=pk)[:COUNTED] for pk in topics], "version_id")


@cache
def _nearest(code: str, start: int) -> Compiled:
    """A_FEW of them from a place on: (publication, whether its title names no condition here)."""
    is_quiet = KeyTransform("title_is_quiet", KeyTransform(code, "version__region_facts"))

    def few(region: int, now, article: int, topics: list[int], near: list[int]):
        shared = FILED.filter(topic__in=topics).order_by().values("version")
        shared = shared.annotate(count=Count("pk")).values("count")
        # By their versions, of which there are few; SQLite would go through all of the region.
        those = Publication.objects.filter(version__in=near).order_by().values("pk")
        rows = _others(region, now, article).filter(pk__in=those).select_related(None)
        rows = rows.order_by(Subquery(shared).desc(), "-first_at", "-article")
        return rows.values_list("pk", is_quiet)[start : start + A_FEW]

    return Compiled(few)


@Compiled
def _current(slug: str, now):
    """What is published of the article at this address, of its original and of all translations."""
    named = Article.objects.filter(slug=slug).order_by()
    family = named.values("pk").union(
        named.exclude(original=None).values("original"),
        Article.objects.filter(original__slug=slug).order_by().values("pk"),
        Article.objects.filter(original__translations__slug=slug).order_by().values("pk"),
    )
    rows = Publication.objects.current(now).filter(article__in=family)
    rows = rows.select_related("article", "region", "version__picture", "version__author")
    return rows.order_by("starts_at", "pk")


def read(article: Article, version: Version, region, at=None, *, leads_on: bool = True) -> ArticlePage:
    """Everything for the page of `version` in `region`. The number of queries does not grow with the blocks.

    `leads_on`: with products and other articles, which take queries of their own.
    """
    blocks, linked = version.parts()
    shown = [block for block in blocks if block.shows_in(region)]
    names_condition = version.names_condition_in(region)
    in_text, related = _cards(version, linked, region, shown, at) if leads_on else ({}, [])
    sources = sources_of(shown)
    rendering = Rendering(sources, addresses(region, version.shows_inline_in(region), shown))
    rendering.anchors = {f"product-{row.card.product.slug}" for row in [*in_text.values(), *related]}
    surroundings = Surroundings(sources, in_text, rendering)
    parts = views_of([block for block in shown if not isinstance(block, ReferenceBlock | Faq)], surroundings)
    faqs = views_of([block for block in shown if isinstance(block, Faq)], surroundings)
    questions = [view for view in faqs if isinstance(view, QuestionView)]
    for view in [*parts, *questions, *sources]:
        view.link_back(rendering.cited)
    words = sum(view.words for view in [*parts, *questions])
    return ArticlePage(
        article=article,
        version=version,
        blocks=parts,
        questions=questions,
        sources=sources,
        contents=rendering.contents,
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        names_condition=names_condition,
        cards=related,
        more=related_versions(version, region, names_condition) if leads_on else [],
    )


def _cards(version, linked, region, shown, at) -> tuple[dict[int, ShownProduct], list[ShownProduct]]:
    """(cards in the text by product pk, cards after it), as far as products may stand with this text in the region."""
    if not version.shows_products_in(region):
        return {}, []
    placed = [block.product_id for block in shown if isinstance(block, ProductCard)]
    inside = version.shows_inline_in(region)
    return choose(linked.in_region(region), region, placed, at, may_stand_inside=inside)


def _articles(region) -> tuple[str, str]:
    return _("Articles"), address("articles:list", region=region.code)


def article_page(slug, region) -> dict:
    """`_article_page`, memoised."""
    return memoised_unless_own(f"article {region.code} {slug}", lambda: _article_page(slug, region), region)


def _article_page(slug, region) -> dict:
    """What an article's page shows in a region, or where else it can be read. Raises Http404.

    An address of another language leads to the translation that is published here: `moved`.
    """
    rows = _current(slug, timezone.now())
    family = {row.region_id: row for row in rows if row.article.slug != slug}
    current = {**family, **{row.region_id: row for row in rows if row.article.slug == slug}}
    shown_in = [other for other in Region.all_open() if other.pk in current]
    for pk in {row.article_id for row in rows} | {row.article.family for row in rows}:
        shows(*(scope_of_article(other.code, pk) for other in Region.all_open()))
    if not shown_in or (len(family) == len(current) and not _was_published(slug)):
        return _not_published(slug)
    if region not in shown_in:
        return {"elsewhere": [(other, current[other.pk].article.url_in(other)) for other in shown_in]}
    publication = current[region.pk]
    article, version = publication.article, publication.version
    if article.slug != slug:
        return {"moved": article.url_in(region)}
    own = [other for other in shown_in if not current[other.pk].stands_in]
    page = read(article, version, region)
    crumbs = [_articles(region), (version.title, article.url_in(region))]
    of = [row for row in rows if row.article_id == article.original_id]
    original = next((row for row in of if row.region_id == region.market_id), of[0] if of else None)
    return {
        "page": page,
        "crumbs": crumbs,
        "structured": [
            structured_data(
                article, version, region, page.sources, publication.first_at, publication.starts_at, original
            ),
            breadcrumbs(crumbs),
            *faq_data(page.questions),
        ],
        "social": {
            "kind": "article",
            "key": slug,
            "title": version.title,
            "summary": version.summary,
            "above": version.author.translated.name,
            "picture": version.picture,
        },
        "article": article,
        "version": version,
        "published_at": publication.first_at,
        "updated_at": publication.starts_at,
        "alternates": [(other.hreflang, current[other.pk].article.url_in(other)) for other in own],
        "languages": [
            (other, current[other.pk].article.url_in(other), read_in(other))
            for other in own
            if other.market_id == region.market_id and other.language != article.language
        ],
        # In an edition of another language: the address in its own.
        "canonical": article.url_in(region.market) if publication.stands_in else None,
        "spoken": spoken_in(article, region),
    }


def read_in(region) -> str:
    """The invitation to read an article in the language of a region, in that language."""
    with speaking(region):
        return gettext("Read this article in English")


def _was_published(slug) -> bool:
    return Publication.objects.filter(article__slug=slug, starts_at__lte=timezone.now()).exists()


def _not_published(slug) -> dict:
    """A word of what was at an address at which nothing is published. Raises Http404 where nothing ever was."""
    last = Publication.objects.filter(article__slug=slug, starts_at__lte=timezone.now()).first()
    if last is None:
        raise Http404("There is no published article at this address.")
    return {"gone": last.version}


def preview_page(request, version, region, at=None, **more):
    """A version in the readers' own template, for a region and a moment. Nothing can be bought from it."""
    set_region(request, region)
    shown_at = at or timezone.now()
    first = Publication.objects.filter(article=version.article_id, region=region, starts_at__lte=shown_at)
    context = {
        "page": read(version.article, version, region, at),
        "article": version.article,
        "version": version,
        "published_at": first.aggregate(first=Min("starts_at"))["first"] or shown_at,
        "updated_at": shown_at,
        "preview_at": at,
        "is_preview": True,
        **more,
    }
    response = render(request, "articles/preview.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response
