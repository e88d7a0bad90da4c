"""Addresses that are no longer right lead to those that are: in one hop, for good, with their query."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve, reverse

from articles.models import Article, Author, Topic
from shop.catalogue.models import Collection, Product
from shop.regions.models import Region

# By the name of a page, whose slug stands in its address.
OWNERS = {
    "catalogue:product": Product,
    "collection": Collection,
    "articles:article": Article,
    "articles:author": Author,
}
# By the name of a page, the keys of its query that hold a slug.
FILTERS = {
    "articles:list": {"topic": Topic, "product": Product},
    "articles:feed": {"topic": Topic},
}


class AddressMiddleware:
    """Looks at what would be answered with 404, and nothing else: pages that are found cost nothing more.

    An address is right in small letters, with its slash, and with the slug of now (shop/content/addresses.py).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404:
            return led_on(request) or response
        return response

    def process_exception(self, request, exception):
        """Before the page that says "not found" is drawn."""
        return led_on(request) if isinstance(exception, Http404) else None


def led_on(request) -> HttpResponsePermanentRedirect | None:
    if request.method not in {"GET", "HEAD"}:
        return None
    found = right_address(request.path, request.GET)
    if found is None:
        return None
    address, old_slugs = found
    for old in filter(None, old_slugs):
        old.count_hit()
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "no-cache"  # a new page may take the old address
    return response


def right_address(path: str, query) -> tuple[str, list] | None:
    """(where a path with its query leads, the old slugs that led there), or None where there is nothing better."""
    for match in _pages(path):
        found = _present(match, query)
        if found is not None and (found[0] != path or found[2]):
            address, query, passed = found
            return address + (f"?{query.urlencode()}" if query else ""), passed
    return None


def _present(match, query) -> tuple | None:
    """(the path of a page, its query, the old slugs that led there), with the slugs of now; None if there is none."""
    kwargs, query, passed = dict(match.kwargs), query.copy(), []
    owner = OWNERS.get(match.view_name)
    if owner is not None:
        row, old = owner.found_by_readers(kwargs["slug"])
        if row is None:
            return None
        kwargs["slug"] = row.slug
        passed += [old] if old else []
    for key, model in FILTERS.get(match.view_name, {}).items():
        row, old = model.found_by_readers(query[key]) if query.get(key) else (None, None)
        if row is not None and row.slug != query[key]:
            query[key] = row.slug
            passed.append(old)
    return reverse(match.view_name, kwargs=kwargs), query, passed


def _pages(path: str):
    """The pages of a region that a path may mean: as it is written and in small letters, with or without its slash."""
    code, _, rest = path.removeprefix("/").partition("/")
    region = Region.by_code(code.lower())
    ends = "" if path.endswith(("/", ".xml", ".csv", ".jpg")) else "/"
    for tail in dict.fromkeys([rest, rest.lower()]) if region else ():
        try:
            match = resolve(f"/{region.code}/{tail}{ends if tail else ''}")
        except Resolver404:
            continue
        is_spelled_right = match.view_name in OWNERS or tail == rest.lower()
        if "region" in match.kwargs and match.view_name and (is_spelled_right or not _has_capitals(match)):
            yield match


def _has_capitals(match) -> bool:
    return any(value != value.lower() for value in match.kwargs.values())
