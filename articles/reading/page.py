"""An article as a reader gets it in one region: sections of blocks, numbered sources, product cards."""

import re
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from articles.models import (
    Article,
    Callout,
    Direction,
    EvidenceTable,
    Faq,
    FormTable,
    ProductCard,
    Publication,
    ReferenceBlock,
    RichText,
    Version,
    VersionTopic,
)
from articles.models.links import STORED
from articles.models.sources import NOT_STATED
from articles.reading.published import as_versions, live_publications, live_versions
from articles.reading.shown_products import choose
from shop.catalogue.cards import cards_on_sale
from shop.catalogue.offers import kept_unless_own
from shop.regions.models import Region
from shop.text.characters import clean_html
from shop.web.structured import breadcrumbs

CITE = re.compile(r"\s?\[\[([\w-]+)\]\]")
CITES = re.compile(rf"(?:{CITE.pattern})+")
TAG = re.compile(r"<[^>]+>")  # enough for stored rich text, which is sanitised
HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
TO = re.compile(r'href="/to/(article|product)/(\d{1,17})/')
LINK = re.compile(r"<a [^>]*?href=\"(/to/[^\"]*)\"[^>]*>(.*?)</a>", re.DOTALL)
CITED = re.compile(r'<sup class="cite">.*?</sup>', re.DOTALL)
NOT_SHOWN_IN_LISTS = re.compile(r"</?(?!su[bp]\b|em\b|strong\b|s\b)[a-z][^>]*>")
# The ids that the page itself has (templates/base.html, articles/article.html and what they include).
TAKEN = re.compile(
    r"about|dark|main|more|newest|questions|shop|sources|letter(-email)?|(ref|cite)-\d+"
    r"|(reading|find)-(dock|foot|header|head|page)(-list.*)?"
)
MOST_RELATED = 3
WORDS_A_MINUTE = 220


@dataclass
class Reading:
    """All that the article page shows, for one region."""

    article: Article
    version: Version
    blocks: list
    questions: list
    sources: list
    contents: list
    minutes: int
    names_condition: bool
    cards: list
    more: list


def citation_html(number: int, first: bool) -> str:
    back = f' id="cite-{number}"' if first else ""
    return f'<a href="#ref-{number}"{back} aria-label="Source {number}">{number}</a>'


class Rendering:
    """Turns stored rich text into page text: citations numbered, headings with anchors, inner links led home.

    `addresses(kind)` gives the addresses by pk of the articles or products that may be linked to.
    """

    def __init__(self, sources, addresses):
        self.addresses = addresses
        self.numbers = {block.reference.key: number for number, block in enumerate(sources, 1)}
        self.cited: set[int] = set()
        self.contents: list[tuple[str, str]] = []
        self.anchors: set[str] = set()  # ids that stand on the page

    def html(self, stored: str) -> str:
        # Safe: `stored` was sanitised when it was saved (RichBlock), and what is put in here is ours.
        stored = clean_html(stored)  # of a row that was stored past its model
        linked = LINK.sub(self._link, stored) if "/to/" in stored else stored
        return mark_safe(HEADING.sub(self._heading, CITES.sub(self._cites, linked)))  # noqa: S308

    def _link(self, match) -> str:
        """Where nothing is to be read, the words stay and the link goes."""
        stored = STORED.match(match[1])
        address = stored and self.addresses(stored[1]).get(int(stored[2]))
        if not address:
            return match[2]
        return match[0].replace(match[1], address + (stored[3] or ""), 1)

    def _cites(self, match) -> str:
        """Sources named side by side stand in one <sup>, so that each keeps a place large enough to touch."""
        links = []
        for key in CITE.findall(match[0]):
            if (number := self.numbers.get(key)) is not None:
                links.append(citation_html(number, number not in self.cited))
                self.cited.add(number)
        return f'<sup class="cite">{"".join(links)}</sup>' if links else ""

    def _heading(self, match) -> str:
        shown = CITED.sub("", match.group(1)).replace("&nbsp;", " ").replace("\xa0", " ")
        words = " ".join(unescape(TAG.sub("", shown)).split())
        if not words:
            return match.group(0)
        anchor = self._anchor(words)
        # Safe: stored rich text was sanitised, and only marks that change the meaning of its words are left.
        title = mark_safe(" ".join(NOT_SHOWN_IN_LISTS.sub("", shown).split()))  # noqa: S308
        self.contents.append((anchor, title))
        return format_html('<h2 id="{}">{}</h2>', anchor, mark_safe(match.group(1)))  # noqa: S308

    def _anchor(self, words: str) -> str:
        """An id that nothing else on the page has, of the words; the same as long as no heading before it is alike."""
        base = slugify(words) or slugify(words, allow_unicode=True) or f"part-{len(self.contents) + 1}"
        anchor, number = base, 1
        while anchor in self.anchors or TAKEN.fullmatch(anchor):
            number += 1
            anchor = f"{base}-{number}"
        self.anchors.add(anchor)
        return anchor


def _words(stored: str) -> int:
    return len(TAG.sub(" ", CITE.sub("", stored)).split())


def _addresses(region, products_too: bool, shown):
    """A function from "article" or "product" to the addresses by pk that a text may link to in a region.

    Articles cost one query, and only where the text links to one. Where cards may not stand in
    the text, no link to a product may either.
    """
    articles: dict[int, str] = {}
    wanted = {
        int(pk)
        for block in shown
        for kind, pk in TO.findall(getattr(block, "body", "") or getattr(block, "answer", ""))
        if kind == "article"
    }
    if wanted:
        articles = {version.article_id: version.url for version in live_versions(region, articles=wanted)}

    def of(kind: str) -> dict[int, str]:
        if kind == "article":
            return articles
        return {} if not products_too else {card.product.pk: card.url for card in cards_on_sale(region)}

    return of


def _study_table(block: EvidenceTable, sources) -> None:
    """Its sources, and how many studies found what, with the directions nobody found."""
    block.studies = [row for row in sources if row.reference.question_id == block.question_id]
    found = [row.reference.direction for row in block.studies]
    counts = [(str(label), found.count(value)) for value, label in Direction.choices]
    block.counts = [*counts, (NOT_STATED, found.count(""))]


def related_versions(version: Version, region, names_condition: bool) -> list[Version]:
    """Up to three other articles live in the region: those that share most topics, then the newest. One query.

    Beside an article that names no condition stands no title that names one.
    """
    shared = (
        VersionTopic.objects.filter(version=OuterRef("version"), topic__in=version.topic_pks())
        .order_by()
        .values("version")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = live_publications(region).exclude(article=version.article_id)
    if not names_condition:
        rows = rows.filter(**{f"version__region_facts__{region.code}__title_is_quiet": True})
    rows = rows.annotate(shared=Subquery(shared)).filter(shared__gt=0)
    return as_versions(rows.order_by("-shared", "-first_at", "-article")[:MOST_RELATED], region)


def structured_data(article: Article, version: Version, region, sources, published_at, updated_at) -> dict:
    """The article as schema.org JSON-LD, saying what the page says: author, review, dates, sources."""
    site = settings.SITE_URL
    data = {
        "@context": "https://schema.org",
        "@type": ["MedicalWebPage", "Article"] if version.names_condition_in(region) else "Article",
        "headline": version.title,
        "description": version.summary,
        "inLanguage": region.hreflang,
        "url": site + article.url_in(region),
        "datePublished": published_at.astimezone(region.zone).isoformat(),
        "dateModified": updated_at.astimezone(region.zone).isoformat(),
        "author": {
            "@type": "Organization" if version.author.is_team else "Person",
            "name": version.author.name,
            "url": site + version.author.url_in(region),
        },
        "citation": [
            {
                "@type": "ScholarlyArticle" if block.reference.doi else "CreativeWork",
                "name": block.reference.title,
                **({"url": block.reference.url} if block.reference.url else {}),
            }
            for block in sources
        ],
    }
    if version.picture:
        data["image"] = site + version.picture.file.url
    if version.medical_reviewer:
        data["reviewedBy"] = {"@type": "Person", "name": version.medical_reviewer}
        data["lastReviewed"] = version.reviewed_on.isoformat()
    return data


def faq_data(questions) -> list[dict]:
    """The questions of an article as the page answers them; none, no data."""
    if not questions:
        return []
    asked = [
        {
            "@type": "Question",
            "name": block.question,
            "acceptedAnswer": {
                "@type": "Answer",
                "text": " ".join(CITE.sub("", TAG.sub(" ", block.answer)).split()),
            },
        }
        for block in questions
    ]
    return [{"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": asked}]


def read(article: Article, version: Version, region, at=None) -> Reading:
    """Everything for the page of `version` in `region`. The number of queries does not grow with the blocks."""
    blocks, linked = version.parts()
    shown = [block for block in blocks if block.shows_in(region)]
    sources = [block for block in shown if isinstance(block, ReferenceBlock)]
    names_condition = version.names_condition_in(region)
    rendering = Rendering(sources, _addresses(region, version.shows_inline_in(region), shown))
    inline = [block.product_id for block in shown if isinstance(block, ProductCard)]
    by_product, related = {}, []
    if version.shows_products_in(region):
        inline = inline if version.shows_inline_in(region) else []
        by_product, related = choose(linked.in_region(region), region, inline, at)
        rendering.anchors = {f"product-{card.product.slug}" for card in [*by_product.values(), *related]}
    blocks, words = [], 0
    for block in shown:
        if isinstance(block, ReferenceBlock | Faq):
            continue
        if isinstance(block, ProductCard):
            block.card = by_product.get(block.product_id)
            if block.card is None:
                continue
        if isinstance(block, RichText | Callout):
            block.html = rendering.html(block.body)
            words += _words(block.body)
        if isinstance(block, EvidenceTable):
            _study_table(block, sources)
            if not block.studies:
                continue
        if isinstance(block, FormTable):
            block.rows = [(form, rendering.html(escape(form.known))) for form in block.forms]
        block.kind = block._meta.model_name
        blocks.append(block)
    questions = [block for block in shown if isinstance(block, Faq)]
    for block in questions:
        block.html = rendering.html(block.answer)
        words += _words(block.question) + _words(block.answer)
    for number, block in enumerate(sources, 1):
        block.number = number
    for table in (block for block in blocks if isinstance(block, EvidenceTable)):
        # A source that no sentence cites is led back to its row.
        table.rows = [(row, row.number not in rendering.cited) for row in table.studies]
        rendering.cited |= {row.number for row in table.studies}
    for block in sources:
        block.is_cited = block.number in rendering.cited
    return Reading(
        article=article,
        version=version,
        blocks=blocks,
        questions=questions,
        sources=sources,
        contents=rendering.contents,
        minutes=max(1, round(words / WORDS_A_MINUTE)),
        names_condition=names_condition,
        cards=related,
        more=related_versions(version, region, names_condition),
    )


def _articles(region) -> tuple[str, str]:
    return "Articles", reverse("articles:list", kwargs={"region": region.code})


def article_page(slug, region) -> dict:
    """`_article_page`, kept in memory while nothing changes."""
    return kept_unless_own(f"article {region.code} {slug}", lambda: _article_page(slug, region), region)


def _article_page(slug, region) -> dict:
    """What an article's page shows in a region, or where else it can be read. Raises Http404."""
    live = (
        Publication.objects.filter(article__slug=slug)
        .select_related("article", "version__picture", "version__author")
        .live_by_region()
    )
    shown_in = [other for other in Region.all_open() if other.pk in live]
    if not shown_in:
        return _not_live(slug)
    if region not in shown_in:
        article = live[shown_in[0].pk].article
        return {"elsewhere": [(other, article.url_in(other)) for other in shown_in]}
    publication = live[region.pk]
    article, version = publication.article, publication.version
    reading = read(article, version, region)
    crumbs = [_articles(region), (version.title, article.url_in(region))]
    return {
        "reading": reading,
        "crumbs": crumbs,
        "structured": [
            structured_data(
                article, version, region, reading.sources, publication.first_at, publication.starts_at
            ),
            breadcrumbs(crumbs),
            *faq_data(reading.questions),
        ],
        "social": {
            "kind": "article",
            "key": slug,
            "title": version.title,
            "summary": version.summary,
            "above": version.author.name,
            "picture": version.picture,
        },
        "article": article,
        "version": version,
        "published_at": publication.first_at,
        "updated_at": publication.starts_at,
        "alternates": [(other.hreflang, article.url_in(other)) for other in shown_in],
    }


def _not_live(slug) -> dict:
    """A word of what was at an address at which nothing is live. Raises Http404 where nothing ever was."""
    last = Publication.objects.filter(article__slug=slug, starts_at__lte=timezone.now()).first()
    if last is None:
        raise Http404("There is no published article at this address.")
    return {"gone": last.version}


def preview_page(request, version, region, at=None, **more):
    """A version in the readers' own template, for a region and a moment. Nothing can be bought from it."""
    request.region = region
    shown_at = at or timezone.now()
    first = Publication.objects.filter(article=version.article_id, region=region, starts_at__lte=shown_at)
    context = {
        "reading": read(version.article, version, region, at),
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
