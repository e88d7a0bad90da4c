"""Whole pages from a cache, never stale.

A public page is the same for everybody without a session, so it is cached under its address, the region the
visitor chose before (it decides one line), how they like to read, and the content version, which every change of
what shoppers see moves. Time changes pages too: an entry ends at the region's next scheduled moment.
"""

import gzip
import hashlib
import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.middleware.campaign_links import with_campaign
from config.pages.appearance import Appearance
from shop.attribution.count import count_campaign_view, count_click, count_view, is_reader
from shop.attribution.origins import campaign_of, read_source, without_strange_source
from shop.content.memo import MAX_LIFE, next_moment
from shop.content.models import begin_request, numbers_of
from shop.content.scopes import ANYTHING, SITE
from shop.regions.choice import COOKIE
from shop.regions.models import Region
from shop.web.public import Counted, CountedPage, is_public, seen_by

CACHED_HEADERS = ("Content-Type", "Content-Security-Policy", "X-Frame-Options")
log = logging.getLogger(__name__)


def _forgiving(call, *args):
    """A shared cache that is away costs speed, never a page."""
    try:
        return call(*args)
    except Exception as error:
        log.warning("The page cache does not answer: %s", error)
        return None


def _view_of(request):
    """The view that will answer, or None where the address leads nowhere."""
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def _counts_of(response: HttpResponse) -> Counted | None:
    return response.counts if isinstance(response, CountedPage) else None


class PageCacheMiddleware:
    """Answers from the cache what it can; stores what views mark as public (shop.web.public).

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
            numbers = numbers_of([SITE])
            version = numbers[ANYTHING]
            begin_request(numbers)
            if request.method not in {"GET", "HEAD"} or not is_public(view):
                return self.get_response(request)
            request.GET = without_strange_source(request.GET)
            if settings.SESSION_COOKIE_NAME in request.COOKIES:
                response = self._drawn(request)
                self._count(request, _counts_of(response))
                return self._outwards(request, response, keep=False)
            return self._cached(request, view, version)
        finally:
            begin_request(None)

    def _cached(self, request, view, version):
        key = self._key(request, view, version)
        entry = _forgiving(cache.get, key)
        if entry is None or entry["ends"] <= time.time():
            response = self._drawn(request)
            if not self._may_cache(response):
                return self._outwards(request, response, keep=False)
            entry = self._entry(response)
            _forgiving(cache.set, key, entry, MAX_LIFE.total_seconds())
        self._count(request, entry["counts"])
        return self._answer(request, entry)

    def _drawn(self, request):
        """The view's answer; a public page that was reached by a campaign takes it along."""
        response = self.get_response(request)
        if response.status_code == 200 and campaign_of(request.GET):
            response.content = with_campaign(response.content.decode(), request.GET)
        return response

    @staticmethod
    def _count(request, counts) -> None:
        """What a page says it is (CountedPage), once it is shown to a reader.

        A page from the cache counts like any other. A product's page counts for the article whose card led there; choosing a pack on it is no second click.
        """
        campaign = campaign_of(request.GET)
        if not (counts or campaign) or not is_reader(request):
            return
        regions = {region.pk: region for region in Region.all_open()}
        if counts:
            source = read_source(request.GET.get("source", ""))
            if counts.product is None:
                count_view(regions[counts.region], counts.article)
            elif source and "variant" not in request.GET:
                count_click(regions[counts.region], source, counts.product)
        here = Region.by_code(request.path.split("/")[1])
        if campaign and here:
            count_campaign_view(here, campaign)

    @staticmethod
    def _key(request, view, version) -> str:
        """Of all that may differ between two answers; of the query no more and no less than the view sees."""
        query = seen_by(view, request.GET).urlencode()
        chosen = request.COOKIES.get(COOKIE, "")[:8]
        parts = f"{version}|{request.get_host()}|{request.path}|{query}|{chosen}|{Appearance.of(request)}|{request.scheme}"
        return "page2:" + hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()

    @staticmethod
    def _may_cache(response) -> bool:
        return response.status_code == 200 and not response.cookies and not response.streaming

    @staticmethod
    def _entry(response) -> dict:
        body = response.content
        return {
            "ends": next_moment(timezone.now()),
            "body": body,
            "gzip": gzip.compress(body, 6),
            "etag": hashlib.blake2b(body, digest_size=12).hexdigest(),
            "counts": _counts_of(response),
            "headers": {name: response[name] for name in CACHED_HEADERS if name in response},
        }

    def _answer(self, request, entry):
        etag = entry["etag"]
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        tag = f'"{etag}-gz"' if zipped else f'"{etag}"'
        if tag in request.headers.get("If-None-Match", ""):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(entry["gzip"] if zipped else entry["body"])
            if zipped:
                response["Content-Encoding"] = "gzip"
            for name, value in entry["headers"].items():
                response[name] = value
        response["ETag"] = tag
        return self._outwards(request, response, keep=True)

    @staticmethod
    def _outwards(request, response, *, keep):
        """What browsers and CDNs may do with it."""
        if keep or response.status_code == 200:
            vary = "Cookie, Accept-Encoding" if keep else "Cookie"
            response["Vary"] = vary
            if not keep:
                response["Cache-Control"] = "private, no-cache"
            elif settings.CDN_SECONDS:
                response["Cache-Control"] = f"public, max-age=0, s-maxage={settings.CDN_SECONDS}"
            else:
                response["Cache-Control"] = "no-cache"
        return response
