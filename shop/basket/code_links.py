"""A code in a link, `?code=SPRING10`: kept for whoever follows it, and told in words; the page itself stays everybody's.

It is answered with a redirect to the same page without the code, so that no kept page is ever drawn or found with it.
"""

from typing import Any

from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from shop.basket.session import CODE, basket_of
from shop.codes.discount import CodeRefused, usable
from shop.content.throttle import address_of, too_often
from shop.regions.models import Region
from shop.text.typed import typed_code
from shop.web.public import CODE_KEY
from shop.web.redirects import redirect_303

MOST = 60  # an hour and network: each writes a session


def has_code(request: HttpRequest) -> bool:
    """Whether somebody, not a browser that fetches ahead, follows a link with a code."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return (
        request.method == "GET" and bool(request.GET.get(CODE_KEY, "").strip()) and "prefetch" not in purpose
    )


def keep_code(request: HttpRequest, region: Region) -> HttpResponse:
    """Keep the code of this link for the visitor, and lead on to the page without it."""
    handler: Any = lambda request: _kept(request, region)  # noqa: E731 - typed as what Django's middleware takes
    for middleware in (MessageMiddleware, SessionMiddleware):
        handler = middleware(handler)
    response: HttpResponse = handler(request)
    return response


def _kept(request: HttpRequest, region: Region) -> HttpResponse:
    query = request.GET.copy()
    typed = typed_code(query.pop(CODE_KEY)[-1])[:30]
    response = redirect_303(request.path + (f"?{query.urlencode()}" if query else ""))
    add_never_cache_headers(response)
    if too_often("code links", address_of(request), most=MOST, seconds=3600):
        return response
    try:
        code, terms = usable(typed, region)
    except CodeRefused as error:
        messages.warning(request, _("{why} Nothing is taken off.").format(why=error))
        return response
    basket = basket_of(request)
    if basket is None:
        request.session[CODE] = code.code
    else:
        basket.use_code(code.code)
    takes = f"{code.percent} %" if code.percent else region.money(terms.amount or 0)
    words = (
        _("Your code {code} is kept: it takes {amount} off in the basket, from {least} of goods on.")
        if terms.minimum
        else _("Your code {code} is kept: it takes {amount} off in the basket.")
    )
    least = region.money(terms.minimum)
    messages.success(request, words.format(code=code.code, amount=takes, least=least))
    return response
