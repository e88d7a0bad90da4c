"""Errors in the site's own look: what happened, whether anything was changed, where to go on."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shop.basket.session import basket_of
from shop.checkout.back import came_late
from shop.regions.models import Region
from shop.regions.request import set_region
from shop.text.addresses import parts_of
from shop.web.redirects import redirect_303, safe_next
from shop.web.same_origin import is_own_origin

NOT_SHOPPERS = ("/admin/", "/sandbox/")


def _error(request, template, status, **context):
    """With the region of the address, so that the page keeps its header and ways on."""
    _find_region(request)
    return render(request, template, context, status=status)


def _find_region(request) -> Region | None:
    """The region of the request; where it failed before that was known, that of its path."""
    found = getattr(request, "region", None)
    if found is None and request.path.count("/") > 1:
        found = Region.by_code(request.path.split("/")[1])
        if found:
            set_region(request, found)
    return found


def not_found(request, exception=None):
    return _error(request, "404.html", 404)


def forbidden(request, exception=None):
    return _error(request, "403.html", 403)


def bad_request(request, exception=None):
    """Without context processors: the host name may be the very thing that is wrong."""
    return HttpResponse(
        "<!doctype html><html lang=en><title>Bad request</title>"
        "<h1>We can’t answer this request</h1><p>The address or the form was not valid. Nothing was changed.</p>",
        status=400,
    )


def server_error(request):
    """No database and no context processors: they may be what broke."""
    return render(None, "500.html", status=500)


def csrf_failure(request, reason=""):
    """A form whose token is gone or old. From a page of ours it leads back there, with words; else it is refused."""
    region = _find_region(request)
    if not is_own_origin(request) or request.path.startswith(NOT_SHOPPERS):
        return _error(request, "403_csrf.html", 403)
    if region and request.path == reverse("checkout:checkout", kwargs={"region": region.code}):
        return came_late(request)
    basket_of(request)  # brought back by the form's ticket
    back = _page_it_came_from(request)
    if not back or not request.COOKIES:
        return _error(request, "403_csrf.html", 403)
    messages.error(
        request,
        _(
            "This page was open for too long, so nothing was changed. Here it is again: please press once more."
        ),
    )
    return redirect_303(back)


def _page_it_came_from(request) -> str:
    """Its path, "" if the browser does not say; our pages send their whole address to our own site alone."""
    parts = parts_of(request.headers.get("Referer", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return safe_next(request, path, "") if parts.netloc == request.get_host() else ""
