"""One search of staff over what they may see: orders, articles, products, people and the pages of the admin.

Each look is bounded and answered by an index, whatever the shop holds.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article, Author, Topic, Version
from config.newsletter.models import Letter
from config.search.models import Kind
from config.search.names import found_by_name
from config.staff.places import Place, places
from shop.catalogue.models import Collection, Product
from shop.orders.models import Order
from shop.text.findable import PIECES, compact, fold, wanted

SHOWN = 8  # of each kind
FEWEST, MOST = 2, 100  # signs
READ = 500  # rows of a kind of which there are few; they are compared in Python
# Kinds of which there are few: the newest are read, each in the columns by which it is known.
FEW = [
    ("People", User, ("first_name", "last_name", "username", "email")),
    ("Authors", Author, ("name",)),
    ("Collections", Collection, ("name",)),
    ("Topics", Topic, ("name",)),
    ("Letters", Letter, ("subject",)),
]


@dataclass(frozen=True)
class Hit:
    words: str
    about: str
    url: str


@dataclass(frozen=True)
class Found:
    """What was found of a kind; `more`: the address of its own list with the same words."""

    heading: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""


def find(request, site, text: str, apps) -> list[Found]:
    """What this person may see and whose words begin as those typed; kinds with nothing are left out."""
    text = text.strip()[:MOST]
    if len(compact(text)) < FEWEST:
        return []
    found = [Found("Pages", _pages(places(request, apps), text))]
    for heading, model, look in (("Orders", Order, _orders), ("Articles", Article, _articles), ("Products", Product, _products)):  # fmt: skip
        if _may_see(request, site, model):
            hits = look(site, text)
            found.append(Found(heading, hits[:SHOWN], _more(model, text) if len(hits) > SHOWN else ""))
    for heading, kind, columns in FEW:
        if _may_see(request, site, kind):
            found.append(Found(heading, _few(kind, columns, text)))
    return [one for one in found if one.hits]


def _may_see(request, site, model) -> bool:
    one = site._registry.get(model)
    return one is not None and one.has_view_or_change_permission(request)


def _page_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _more(model, text: str) -> str:
    listed = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{listed}?{urlencode({'q': text})}"


def _pages(groups: list[tuple[str, list[Place]]], text: str) -> list[Hit]:
    rows = [(group, place) for group, found in groups for place in found]
    return [
        Hit(place.name, group, place.url) for group, place in rows if _begins(text, place.name)
    ][:SHOWN]  # fmt: skip


def _begins(text: str, *values: str) -> bool:
    """Whether each piece typed begins a word of the values, or all of it written as one does."""
    words = [piece for value in values for piece in PIECES.findall(fold(value))]
    pieces = [piece for _, found in wanted(text) for word in found for piece in PIECES.findall(word)]
    whole = compact(text)
    return all(any(word.startswith(piece) for word in words) for piece in pieces) or any(
        compact(value).startswith(whole) for value in values
    )


def _orders(site, text: str) -> list[Hit]:
    """As the order desk finds them: by number, name, e-mail, postcode, parcel, document or an id of Stripe’s."""
    rows, _ = site._registry[Order].get_search_results(None, Order.objects.all(), text)
    return [
        Hit(row.number, f"{row.name} · {row.get_status_display()}, {row.placed_at:%-d %b %Y}", _page_of(row))
        for row in rows.order_by("-placed_at", "-pk")[: SHOWN + 1]
    ]


def _articles(site, text: str) -> list[Hit]:
    keys = found_by_name(Kind.ARTICLE, text, SHOWN + 1)
    newest = Version.objects.filter(article=OuterRef("pk"))
    rows = Article.objects.filter(pk__in=keys).annotate(
        title=Subquery(newest.values("title")[:1]), is_draft=Subquery(newest.values("is_draft")[:1])
    )
    found = []
    for row in sorted(rows, key=lambda row: -row.pk):
        state = "in the bin" if row.binned_at else "draft" if row.is_draft else ""
        found.append(Hit(row.title or row.slug, state, _page_of(row)))
    return found


def _products(site, text: str) -> list[Hit]:
    keys = found_by_name(Kind.PRODUCT, text, SHOWN + 1)
    rows = Product.objects.filter(pk__in=keys).order_by("-pk").prefetch_related("variants")
    return [Hit(row.name, ", ".join(pack.sku for pack in row.variants.all()), _page_of(row)) for row in rows]


def _few(model, columns: tuple[str, ...], text: str) -> list[Hit]:
    rows = model._default_manager.order_by("-pk").only(*columns)[:READ]
    found = []
    for row in rows:
        values = [str(getattr(row, name)) for name in columns]
        if _begins(text, *values):
            about = "" if model is not User else row.get_full_name() or row.email
            found.append(Hit(str(row), about, _page_of(row)))
    return found[:SHOWN]


def find_page(request, site):
    """The page of the search, and its list alone for the box at the top (`part`). Without words: every page there is."""
    context = site.each_context(request)
    text = request.GET.get("q", "").strip()[:MOST]
    shown = {"text": text, "found": find(request, site, text, context["available_apps"])}
    shown["is_short"] = 0 < len(compact(text)) < FEWEST or (bool(text) and not compact(text))
    if "part" in request.GET:
        return render(request, "admin/found.html", shown)
    return render(request, "admin/find.html", {**context, **shown, "title": "Find"})
