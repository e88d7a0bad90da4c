"""Pages that are the same for every visitor without a session, and the keys of a query that each of them knows.

A view says which keys it reads; it never sees another one. So what the page cache keeps apart and what the view can
show are the same keys, and a key that somebody forgets to declare does nothing at all, in development as well.
"""

from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

CAMPAIGN_KEYS = ("utm_source", "utm_medium", "utm_campaign")
SOURCE_KEY = "source"  # the article whose card led here, signed (shop/attribution/origins.py)
MANY = 24  # values of one key
CODE_KEY = "code"  # a discount code: taken out before any page is looked for (shop/basket/code_links.py)
HOW_THEY_CAME = (*CAMPAIGN_KEYS, SOURCE_KEY)  # any page may be reached with these


@dataclass(frozen=True)
class Counted:
    """Whose page it is, for the totals of the day: pks of a region, and of an article or a product."""

    region: int
    article: int | None = None
    product: int | None = None


class CountedPage(HttpResponse):
    """A page that is counted when a reader sees it, also from the cache."""

    def __init__(self, *args: Any, counts: Counted, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts = counts


def render_counted(request: HttpRequest, template: str, context: dict, counts: Counted) -> CountedPage:
    return CountedPage(render(request, template, context).content, counts=counts)


def public_page(
    view=None, *, query: tuple[str, ...] = (), several: tuple[str, ...] = (), scoped: bool = False
):
    """Mark a page as the same for every visitor without a session, so that it may be cached whole if it answers with 200.

    `query`: the keys that the view or its template reads from `request.GET`, in the order of the page's own links.
    `several`: those that may be given more than once; MANY different values of each are seen.
    `scoped`: all that it shows is said by `shows` (shop.content.scopes), so that no other change ends it; else every
    change of content does.
    All others are taken out before the view is called, but for HOW_THEY_CAME, and put back for what comes after it:
    an old address leads on with its whole query.
    """
    if view is None:
        return lambda given: public_page(given, query=query, several=several, scoped=scoped)

    @wraps(view)
    def marked(request, *args, **kwargs):
        asked = request.GET
        request.GET = seen_by(marked, asked)
        try:
            return view(request, *args, **kwargs)
        finally:
            request.GET = asked

    for name, mark in (("query_keys", query), ("several_keys", several), ("scoped", scoped)):
        setattr(marked, name, mark)
    return require_safe(marked)


def shows_no_content(view):
    """Mark a view that is no page: it needs no content version, so it answers when the tables can't be read."""
    view.shows_no_content = True
    return view


def is_public(view) -> bool:
    return hasattr(view, "query_keys")


def says_what_it_shows(view) -> bool:
    return view.scoped


def seen_by(view, asked: QueryDict) -> QueryDict:
    """The part of a query that a public view sees, one value a key but for `several`, always in the same order."""
    seen = QueryDict(mutable=True)
    for name in (*view.query_keys, *HOW_THEY_CAME):
        if name in asked:
            seen[name] = asked[name]
    for name in view.several_keys:
        if name in asked:
            seen.setlist(name, list(dict.fromkeys(asked.getlist(name)))[:MANY])
    seen._mutable = False
    return seen


def own_address(request: HttpRequest) -> str:
    """This page's address with the keys it knows and its campaign, so that it is the same for every visitor."""
    view = request.resolver_match.func if request.resolver_match else None
    known = QueryDict(mutable=True)
    for name in (*getattr(view, "query_keys", ()), *CAMPAIGN_KEYS):
        if name in request.GET:
            known[name] = request.GET[name]
    for name in getattr(view, "several_keys", ()):
        if name in request.GET:
            known.setlist(name, request.GET.getlist(name))
    return request.path + (f"?{known.urlencode()}" if known else "")
