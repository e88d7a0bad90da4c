from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection, transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils._os import safe_join
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from shop.basket.session import basket_of
from shop.catalogue.views import cards_on_sale
from shop.checkout.views import came_late
from shop.content.kept import kept
from shop.pictures.models import Picture
from shop.regions.models import Region, Seller
from shop.regions.public import public_page
from shop.regions.same_origin import is_own_origin, same_origin_or_confirm
from shop.regions.structured import organisation, website
from shop.regions.views import COOKIE, in_region, redirect_303, remember, safe_next

NOT_SHOPPERS = ("/admin/", "/sandbox/")


@public_page
def choose_region(request):
    context = {
        "chosen": Region.by_code(request.COOKIES.get(COOKIE, "")),
        "alternates": [(region.hreflang, f"/{region.code}/") for region in Region.all_open()],
        "structured": [organisation(Seller.current())],
    }
    return render(request, "choose_region.html", context)


@public_page
def home(request):
    region = request.region
    forms: dict[str, dict] = {}
    for card in cards_on_sale(region):
        forms.setdefault(card.product.form, {"card": card, "label": card.product.get_form_display()})
    context = {
        "forms": forms.values(),
        "structured": [
            organisation(Seller.current()),
            website(reverse("search", kwargs={"region": region.code})),
        ],
        "hero": kept("hero", lambda: Picture.objects.filter(title__startswith="Home page").first()),
        "alternates": [(other.hreflang, f"/{other.code}/") for other in Region.all_open()],
    }
    return render(request, "home.html", context)


@same_origin_or_confirm("Change the region?")
def switch_region(request):
    """Remember the region and show the same page there. The basket comes along, at that region's prices."""
    region = Region.by_code(request.POST.get("region", ""))
    if region is None:
        messages.error(request, "We don’t know this region. Choose one of these.")
        return redirect_303("/")
    path = safe_next(request, request.POST.get("next", ""), f"/{region.code}/")
    basket = basket_of(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if basket is not None:
        with transaction.atomic():
            changes = basket.switch(region)
        if changes:
            messages.info(request, " ".join([f"Your basket is in {region.currency} now.", *changes]))
    return remember(redirect_303(in_region(path, region)), region)


@require_safe
def healthz(request):
    """200 when the database answers and its tables are there, else 503, in one word each."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM regions_region")
            regions = cursor.fetchone()[0]
    except Exception:
        return JsonResponse({"database": "does not answer"}, status=503)
    return JsonResponse({"database": "ok", "regions": regions})


@require_safe
def robots(request):
    if settings.STAGING:
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
    lines = ["User-agent: *"]
    lines += [
        f"Disallow: {path}"
        for region in Region.all_open()
        for path in (f"/{region.code}/basket/", f"/{region.code}/checkout/", f"/{region.code}/search/")
    ]
    lines += [
        "Disallow: /orders/",
        "Disallow: /alerts/",
        "Disallow: /letters/",
        "Disallow: /preview/",
        "Disallow: /admin/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request):
    return HttpResponsePermanentRedirect(static("brand/favicon.svg"))


@require_safe
def media(request, path):
    """Uploaded pictures, whose names never repeat, so they may be kept for ever. A CDN or nginx may do this."""
    try:
        full = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError):
        raise Http404("There is no such picture.")
    types = {".webp": "image/webp", ".avif": "image/avif"}
    if full.suffix not in types or not full.is_file():
        raise Http404("There is no such picture.")
    modified = int(full.stat().st_mtime)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and since >= modified:
        return HttpResponse(status=304)
    response = FileResponse(full.open("rb"), content_type=types[full.suffix])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Last-Modified"] = http_date(modified)
    return response


# --- errors, in the site's voice -----------------------------------------------------------------------------


def _error(request, template, status, **context):
    """With the region of the address, so that the page keeps its header and ways on."""
    if getattr(request, "region", None) is None:
        request.region = _region_of_path(request)
    return render(request, template, context, status=status)


def _region_of_path(request) -> Region | None:
    return Region.by_code(request.path.split("/")[1]) if request.path.count("/") > 1 else None


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
    request.region = _region_of_path(request)
    if not is_own_origin(request) or request.path.startswith(NOT_SHOPPERS):
        return _error(request, "403_csrf.html", 403)
    if request.region and request.path == reverse(
        "checkout:checkout", kwargs={"region": request.region.code}
    ):
        return came_late(request)
    basket_of(request)  # brought back by the form's ticket
    back = _page_it_came_from(request)
    if not back or not request.COOKIES:
        return _error(request, "403_csrf.html", 403)
    messages.error(
        request,
        "This page was open for too long, so nothing was changed. Here it is again: please press once more.",
    )
    return redirect_303(back)


def _page_it_came_from(request) -> str:
    """Its path, "" if the browser does not say; our pages send their whole address to our own site alone."""
    parts = urlsplit(request.headers.get("Referer", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return safe_next(request, path, "") if parts.netloc == request.get_host() else ""
