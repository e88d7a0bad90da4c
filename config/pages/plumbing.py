"""What every site answers besides pages: robots.txt, the icon, uploaded pictures."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.utils._os import safe_join
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from shop.regions.models import Region
from shop.web.public import shows_no_content


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


@shows_no_content
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
