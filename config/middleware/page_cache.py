"""Public pages are drawn once for everybody, kept, and filled for each visitor as they leave; never stale.

A page is kept under its address and the part of its query that its view knows, with the numbers of the scopes that it shows
(shop.content.scopes), which changes of what shoppers see move. It ends when something scheduled next changes one of these. What is
personal stands in holes (holes.py), so strangers, shoppers with a basket and staff get the same page.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache as shared
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.middleware.campaign_links import with_campaign
from config.middleware.holes import Visitor, cut, leaving_holes, visitor_of
from config.middleware.kept import OF_A_BODY, Answer, Headers, Kept, answer, kept_pages
from config.operation.requests import ROUTE
from shop.attribution.count import count_campaign_view, count_click, count_view, is_reader
from shop.attribution.origins import campaign_of, read_source, without_strange_source
from shop.basket.code_links import has_code, keep_code
from shop.basket.header import quantity_for_all
from shop.basket.session import CODE, ORDERED
from shop.basket.session import KEY as BASKET
from shop.catalogue.offers import holds_packs
from shop.catalogue.references import basket_reference
from shop.content.memo import MAX_LIFE, next_moment_of
from shop.content.models import begin_request, content_version, is_still_so, numbers_to_keep
from shop.content.release import release
from shop.content.scopes import ANYTHING, scopes_shown
from shop.regions.models import Region
from shop.web.answers import KEY as ANSWERS
from shop.web.public import CountedPage, is_public, says_what_it_shows, seen_by

# Headers that depend on who asks: every answer has its own.
OF_ONE_ANSWER = ("ETag", "Vary", "Cache-Control", "Content-Encoding", "Content-Length")
# What a session may hold without any public page being drawn otherwise. Answers to forms wait for pages of their own.
HARMLESS = {BASKET, CODE, ORDERED, ANSWERS, SessionStorage.session_key, SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY,
            "_session_expiry", "account_authentication_methods", "account_authentication_methods_user"}  # fmt: skip
COUNTERS: dict[str, Callable[..., None]] = {
    "view": count_view,
    "click": count_click,
    "campaign": count_campaign_view,
}


def _view_of(request):
    """The view that will answer, or None where the address leads nowhere."""
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def key_of(scheme: str, host: str, path: str, query: str) -> str:
    """Of all that may differ between two pages for everybody. `query`: see `query_seen`."""
    return f"{scheme}://{host}{path}?{query}"


def is_true(page: Kept | None) -> bool:
    """Whether a kept page shows what a page drawn now would show."""
    return page is not None and page.ends > timezone.now().timestamp() and is_still_so(page.shown)


def found(key: str) -> Kept | None:
    """The kept page, from this process or from the cache that machines share."""
    page = kept_pages.get(key)
    if not is_true(page) and settings.REDIS_URL:
        page = shared.get(shared_name(key))
        if is_true(page):
            kept_pages.put(key, page)
    return page if is_true(page) else None


def shared_name(key: str) -> str:
    return "page3:" + hashlib.blake2b(f"{release()} {key}".encode(), digest_size=16).hexdigest()


def keep(key: str, page: Kept) -> None:
    kept_pages.put(key, page)
    if settings.REDIS_URL:
        shared.set(shared_name(key), page, MAX_LIFE.total_seconds())


class PublicPage(HttpResponse):
    """A page that may be kept. `fresh`: its key and itself, where it was drawn just now."""

    def __init__(self, made: Answer, fresh: tuple[str, Kept] | None = None):
        super().__init__(made.body, status=made.status, headers=dict(made.headers))
        self.fresh = fresh
        if made.status == 304:
            del self["Content-Type"]


class KeepMiddleware:
    """The outermost, so that a page is kept with all headers that it leaves with. It notes the route for the log."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.resolver_match:
            request.META[ROUTE] = request.resolver_match.route
        if isinstance(response, PublicPage) and response.fresh:
            key, page = response.fresh
            of_a_body = tuple(row for row in page.headers if row[0] in OF_A_BODY and row[0] not in response)
            page.headers = (*of_a_body, *_lasting(response))  # a 304 has no body, the page has one
            keep(key, page)
        return response


class _OnlyTheirs(Exception):
    """This visitor's page may differ from everybody's in more than its holes."""


class PageCacheMiddleware:
    """Answers with what views mark as public (shop.web.public), from what is kept where it can.

    Which pages are public, which keys of a query keep them apart and what is no page at all: the views say it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        view = _view_of(request)
        if getattr(view, "shows_no_content", False):
            return self.get_response(request)
        try:
            request.get_host()  # a wrong Host is refused before anything is served
            begin_request({})
            if request.method not in {"GET", "HEAD"} or not is_public(view):
                return self.get_response(request)
            if has_code(request) and (region := Region.by_code(request.path.split("/")[1])):
                return keep_code(request, region)
            request.GET = without_strange_source(request.GET)
            if settings.SESSION_COOKIE_NAME not in request.COOKIES:
                return self._filled(request, view, Visitor(request.COOKIES))
            try:
                return self._filled_for_the_known(request, view)
            except _OnlyTheirs:
                return self._only_theirs(request)
        finally:
            begin_request(None)

    def _filled_for_the_known(self, request, view) -> HttpResponse:
        """Django's own middleware reads the visitor's session, and writes it where a message was shown.

        Raises _OnlyTheirs.
        """

        def filled(request):
            if not is_harmless(request.session, request.path):
                raise _OnlyTheirs
            response = self._filled(request, view, visitor_of(request, quantity_for_all))
            if response.status_code == 404 and _is_closed(request.path):
                raise _OnlyTheirs  # staff may look at it; nothing of that is kept
            return response

        handler: Any = filled
        for middleware in (MessageMiddleware, AuthenticationMiddleware, SessionMiddleware):
            handler = middleware(handler)
        return handler(request)

    def _filled(self, request, view, visitor: Visitor) -> HttpResponse:
        """The page for everybody, with its holes filled for this visitor."""
        key = key_of(request.scheme, request.get_host(), request.path, query_seen(request, view))
        page = found(key)
        if page is not None:
            return PublicPage(answered(request, page, visitor))
        content_version()  # the state that is drawn
        began = timezone.now()
        with scopes_shown() as shown:
            response, holes = self._drawn(request)
        page = _page(request, response, holes)
        if response.status_code != 200 or response.cookies or response.streaming:
            if holes and not response.streaming:
                _give(response, page.filled(page.fills(visitor)))
            return _private(response)
        page.compress()
        scopes = shown if says_what_it_shows(view) else {ANYTHING}
        page.ends = next_moment_of(scopes, began)
        numbers = numbers_to_keep(scopes)
        page.shown = numbers or {}
        return PublicPage(answered(request, page, visitor), (key, page) if numbers else None)

    def _drawn(self, request) -> tuple[HttpResponse, list]:
        """The view's answer as for nobody, with marks in place of holes; and what belongs there."""
        asked = of_nobody(request)
        with leaving_holes() as holes:
            response = self.get_response(asked)
        request.resolver_match = asked.resolver_match
        return response, holes

    def _only_theirs(self, request) -> HttpResponse:
        """A page that is drawn for one visitor, as all pages are that are not public."""
        response = self.get_response(request)
        if response.status_code == 200:
            _take_campaign_along(request, response)
            _count(request, _counts(request, response))
        return _private(response)


def answered(request, page: Kept, visitor: Visitor) -> Answer:
    made = answer(
        page,
        visitor,
        accepts=request.headers.get("Accept-Encoding", ""),
        known=request.headers.get("If-None-Match", ""),
    )
    _count(request, page.counts)  # by now it is known who is of the staff
    return made


def of_nobody(request):
    """The same request, as if somebody without cookies had sent it."""
    personal = ("headers", "session", "user", "auser", "_messages", "_cached_user")
    facts = {name: value for name, value in request.__dict__.items() if name not in personal}
    meta = {name: value for name, value in request.META.items() if name != "HTTP_COOKIE"}
    twin = object.__new__(type(request))
    twin.__dict__.update({**facts, "META": meta, "COOKIES": {}})
    return twin


def is_harmless(session, path: str) -> bool:
    """Whether the visitor sees public pages as everybody does, but for the holes."""
    if not HARMLESS.issuperset(session.keys()):
        return False
    if not session.get(ORDERED):
        return True
    region = Region.by_code(path.split("/")[1])
    return not holds_packs(basket_reference(session.get(BASKET)), region)


def _is_closed(path: str) -> bool:
    """Whether it is an address of a region that is not open."""
    code = path.split("/")[1]
    return any(region.code == code and not region.is_open for region in Region.all_cached())


def query_seen(request, view) -> str:
    """Of the query no more and no less than a view sees."""
    return seen_by(view, request.GET).urlencode()


def _page(request, response, holes) -> Kept:
    """Cut at its marks, after all that changes a page as a whole."""
    if response.streaming:
        return Kept([], [])
    if response.status_code == 200:
        _take_campaign_along(request, response)
    parts, order = cut(response.content)
    return Kept(
        parts,
        [holes[number] for number in order],
        campaign=request.GET.dict() if response.status_code == 200 and campaign_of(request.GET) else {},
        counts=_counts(request, response),
        headers=_lasting(response),
    )


def _lasting(response) -> Headers:
    return tuple(row for row in response.items() if row[0] not in OF_ONE_ANSWER)


def _take_campaign_along(request, response) -> None:
    if campaign_of(request.GET):
        _give(response, with_campaign(response.content.decode(), request.GET).encode())


def _give(response, body: bytes) -> None:
    response.content = body
    response["Content-Length"] = str(len(body))


def _private(response) -> HttpResponse:
    if response.status_code == 200:
        response["Vary"] = "Cookie"
        response["Cache-Control"] = "private, no-cache"
    return response


def _counts(request, response) -> tuple:
    """What to count when a reader sees the page: by name of a counter, a region's pk and what it counts there.

    A product's page counts for the article whose card led there; choosing a pack on it is no second click.
    """
    counts = response.counts if isinstance(response, CountedPage) else None
    source = read_source(request.GET.get("source", ""))
    rows: list[tuple] = []
    if counts and counts.product is None:
        rows.append(("view", counts.region, counts.article))
    elif counts and source and "variant" not in request.GET:
        rows.append(("click", counts.region, source, counts.product))
    campaign, here = campaign_of(request.GET), Region.by_code(request.path.split("/")[1])
    if campaign and here:
        rows.append(("campaign", here.pk, campaign))
    return tuple(rows)


def _count(request, counts: tuple) -> None:
    """A page that was kept counts like any other."""
    if not counts or not is_reader(request):
        return
    regions = {region.pk: region for region in Region.all_open()}
    for name, region, *what in counts:
        COUNTERS[name](regions[region], *what)
