"""The search page and its suggestions: what was found is looked up anew, so that nothing shows that isn't published or sold."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from articles.models.heads import head_claims
from articles.reading.published import found_in
from config.pages.help import page_title
from config.search.languages import Language, language
from config.search.misses import note_miss
from config.search.models import Kind
from config.search.query import MAX_QUERY_LENGTH, Question, rank, understand
from shop.attribution.count import is_reader
from shop.catalogue.cards import ProductCard, cards_of
from shop.catalogue.cells import Cell
from shop.catalogue.filters import NAMES, ProductFilters
from shop.catalogue.shelf import Shelved, shelved_facts
from shop.content.throttle import address_of, too_fast

FIRST = {Kind.PRODUCT: 6, Kind.ARTICLE: 5, Kind.HELP: 3}  # of each kind, before “all of them”
A_PAGE = 12
SUGGESTED = 3
MAX_PER_MINUTE = 90  # searches and suggestions from one address
SORTS = {
    "": gettext_lazy("Best match"),
    "price": gettext_lazy("Price, low to high"),
    "-price": gettext_lazy("Price, high to low"),
    "dose": gettext_lazy("Magnesium a day"),
}
ALL = {
    Kind.PRODUCT: gettext_lazy("All {n} products"),
    Kind.ARTICLE: gettext_lazy("All {n} articles"),
    Kind.HELP: gettext_lazy("All {n} help pages"),
}
THE_BEST = {
    Kind.PRODUCT: gettext_lazy("The best {n} products"),
    Kind.ARTICLE: gettext_lazy("The best {n} articles"),
    Kind.HELP: gettext_lazy("The best {n} help pages"),
}


@dataclass
class Hit:
    """An article or help page that was found. `title` and `summary` are HTML with what was looked for marked."""

    url: str
    name: str
    title: SafeString
    summary: SafeString


@dataclass
class Group:
    kind: str
    label: str
    total: int
    has_more: bool
    rows: list
    page: object
    all_url: str

    @property
    def all_words(self) -> str:
        """Of the link to them."""
        words = THE_BEST if self.has_more else ALL
        return str(words[Kind(self.kind)]).format(n=self.total)


SHOWN_WORD = re.compile(r"[^\W_][\w\u0300-\u036f]*(?:['’][^\W_]+)*")


def marked(text: str, stems: set[str], here: Language) -> SafeString:
    """The text escaped, with each word whose stem was looked for in <mark>."""
    out, end = [], 0
    for match in SHOWN_WORD.finditer(text):
        if any(here.stem(word) in stems for word in here.words_of(match[0])):
            out += [
                escape(text[end : match.start()]),
                "<mark>",
                escape(text[match.start() : match.end()]),
                "</mark>",
            ]
            end = match.end()
    return mark_safe("".join([*out, escape(text[end:])]))  # noqa: S308 - each part is escaped


class Results:
    """What was found in a region, by kind; only what may be shown there now."""

    def __init__(self, query: str, region):
        self.region = region
        self.question: Question = understand(query, region.language)
        self.keys: dict[str, list[str]] = {kind: [] for kind in Kind.values}
        self.kinds = list(Kind.values)
        self.more: frozenset[str] = frozenset()
        if self.question.terms:
            ranked = rank(self.question, region)
            self.keys, self.kinds, self.more = ranked.keys, ranked.kinds, ranked.more
        # Beside the name of a condition no product stands (policy *careful*; the claims rules say what is one).
        self.on_shelf = {} if self.question.names_condition else self._on_shelf()
        found = found_in(region, map(int, self.keys[Kind.ARTICLE]))
        self.published = {
            str(row.article_id): row
            for row in found
            # Beside products stands nothing that claims.
            if not (self.on_shelf and row.claims and head_claims(row.claims, region))
        }
        self.keys[Kind.ARTICLE] = [key for key in self.keys[Kind.ARTICLE] if key in self.published]

    def _on_shelf(self) -> dict[int, Shelved]:
        """The rows of the shelf of what was found and is on sale, best first, by product."""
        pks = list(map(int, self.keys[Kind.PRODUCT]))
        rows = {row.product_id: row for row in shelved_facts(pks, self.region)} if pks else {}
        return {pk: rows[pk] for pk in pks if pk in rows}

    @property
    def cards(self) -> list[ProductCard]:
        return cards_of(self.on_shelf, self.region)

    @property
    def total(self) -> int:
        return len(self.on_shelf) + len(self.keys[Kind.ARTICLE]) + len(self.keys[Kind.HELP])

    def articles(self, keys) -> list[Hit]:
        stems, here = self.question.stems, language(self.region.language)
        rows = [self.published[key] for key in keys]
        return [
            Hit(
                row.url_in(self.region),
                row.title,
                marked(row.title, stems, here),
                marked(row.summary, stems, here),
            )
            for row in rows
        ]

    def helps(self, keys) -> list[Hit]:
        stems, here = self.question.stems, language(self.region.language)
        return [
            Hit(
                reverse("help", kwargs={"region": self.region.code, "page": key}),
                page_title(key, self.region),
                marked(page_title(key, self.region), stems, here),
                SafeString(""),
            )
            for key in keys
        ]


def _too_many(request) -> bool:
    return too_fast("search", address_of(request), most=MAX_PER_MINUTE, seconds=60)


@require_safe
def search(request):
    """`?q=`, with facets for products; `show` one kind alone, in pages."""
    region, query = request.region, " ".join(request.GET.get("q", "").split())[:MAX_QUERY_LENGTH]
    known = {name: request.GET[name] for name in ("show", "page", *NAMES, "sort") if request.GET.get(name)}
    here = request.path + (f"?{urlencode({'q': query, **known})}" if query else "")
    context = {"query": query, "here": here, "kinds": Kind}
    if query and _too_many(request):
        return _private(render(request, "search/too_often.html", context, status=429))
    if query:
        results = Results(query, region)
        context |= _shown(request, results, query)
        if not results.total and is_reader(request):
            note_miss(results.question, region)
    return _private(render(request, "search/search.html", context))


def _shown(request, results: Results, query: str) -> dict:
    show = request.GET.get("show", "")
    show = show if show in Kind.values else ""
    filters = ProductFilters(
        request.GET, request.path, request.region, keep={"q": query, "show": show}, sorts=SORTS
    )
    lists: dict[Kind, list] = {
        Kind.PRODUCT: filters.apply(results.on_shelf.values()),
        Kind.ARTICLE: results.keys[Kind.ARTICLE],
        Kind.HELP: results.keys[Kind.HELP],
    }
    draw: dict[Kind, Callable[[Any], list]] = {
        Kind.PRODUCT: lambda rows: cards_of((row.product_id for row in rows), request.region),
        Kind.ARTICLE: results.articles,
        Kind.HELP: results.helps,
    }
    groups = []
    for kind in map(Kind, results.kinds):
        rows = lists[kind]
        if (show and show != kind) or not (rows or (kind == Kind.PRODUCT and results.on_shelf)):
            continue
        page = Paginator(rows, A_PAGE if show else FIRST[kind]).get_page(
            request.GET.get("page") if show else 1
        )
        groups.append(
            Group(
                kind.value,
                str(kind.label),
                len(rows),
                kind.value in results.more,
                draw[kind](page.object_list),
                page,
                f"{request.path}?{urlencode({'q': query, 'show': kind.value})}",
            )
        )
    return {
        "question": results.question,
        "total": results.total,
        "groups": groups,
        "show": show,
        "filters": filters,
        "has_more": bool(results.more & {group.kind for group in groups}),
        "facets": filters.groups(Counter(Cell.read(row.cell) for row in results.on_shelf.values()))
        if len(results.on_shelf) > 1
        else [],
        "all_url": f"{request.path}?{urlencode({'q': query})}",
    }


@require_safe
def suggest(request):
    """What the box offers while somebody types: a few of each kind, as JSON rows of name, url, note and kind."""
    query = request.GET.get("q", "")
    if len(query.strip()) < 2:
        return _private(JsonResponse({"rows": []}))
    if _too_many(request):
        return _private(JsonResponse({"rows": []}, status=429))
    results = Results(query, request.region)
    rows = [
        {
            "kind": _("Product"),
            "name": card.name,
            "url": card.url,
            "note": f"{card.offer.price} {card.offer.tax_words}",
        }
        for card in cards_of(list(results.on_shelf)[:SUGGESTED], request.region)
        if card.offer
    ]
    for kind, word, draw in (
        (Kind.ARTICLE, _("Article"), results.articles),
        (Kind.HELP, _("Help"), results.helps),
    ):
        hits = draw(results.keys[kind][:SUGGESTED])
        rows += [{"kind": word, "name": hit.name, "url": hit.url, "note": ""} for hit in hits]
    said = ngettext("{n} suggestion", "{n} suggestions", len(rows)).format(n=len(rows))
    return _private(JsonResponse({"rows": rows, "said": said}))


def _private(response):
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-cache"
    return response
