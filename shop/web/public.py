"""Pages that are the same for every visitor without a session, and the keys of a query that each of them knows.

A view says which keys it reads; it never sees another one. So what the page cache keeps apart and what the view can
show are the same keys, and a key that somebody forgets to declare does nothing at all, in development as well.
"""

from functools import wraps

from django.http import HttpRequest, QueryDict
from django.views.decorators.http import require_safe

CAMPAIGN_KEYS = ("utm_source", "utm_medium", "utm_campaign")
SOURCE_KEY = "source"  # the article whose card led here, signed (shop/attribution/origins.py)
HOW_THEY_CAME = (*CAMPAIGN_KEYS, SOURCE_KEY)  # any page may be reached with these


def public_page(view=None, *, query: tuple[str, ...] = ()):
    """Mark a page as the same for every visitor without a session, so that it may be cached whole.

    `query`: the keys that the view or its template reads from `request.GET`, in the order of the page's own links.
    All others are taken out before the view is called, but for HOW_THEY_CAME, and put back for what comes after it:
    an old address leads on with its whole query.
    """
    if view is None:
        return lambda given: public_page(given, query=query)

    @wraps(view)
    def marked(request, *args, **kwargs):
        asked = request.GET
        request.GET = seen_by(marked, asked)
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.GET = asked
        response.is_public_page = response.status_code == 200
        return response

    marked.query_keys = query
    return require_safe(marked)


def shows_no_content(view):
    """Mark a view that is no page: it needs no content version, so it answers when the tables can't be read."""
    view.shows_no_content = True
    return view


def is_public(view) -> bool:
    return hasattr(view, "query_keys")


def seen_by(view, asked: QueryDict) -> QueryDict:
    """The part of a query that a public view sees, one value a key, always in the same order."""
    seen = QueryDict(mutable=True)
    for name in (*view.query_keys, *HOW_THEY_CAME):
        if name in asked:
            seen[name] = asked[name]
    seen._mutable = False
    return seen


def own_address(request: HttpRequest) -> str:
    """This page's address with the keys it knows and its campaign, so that it is the same for every visitor."""
    view = request.resolver_match.func if request.resolver_match else None
    known = QueryDict(mutable=True)
    for name in (*getattr(view, "query_keys", ()), *CAMPAIGN_KEYS):
        if name in request.GET:
            known[name] = request.GET[name]
    return request.path + (f"?{known.urlencode()}" if known else "")
