"""What every site answers besides pages: robots.txt, the icon, uploaded pictures."""

import logging
import re
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
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
        for path in (
            f"/{region.code}/account/",
            f"/{region.code}/basket/",
            f"/{region.code}/checkout/",
            f"/{region.code}/search/",
        )
    ]
    lines += [
        "Disallow: /orders/",
        "Disallow: /account/",
        "Disallow: /alerts/",
        "Disallow: /reminders/",
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


log = logging.getLogger(__name__)
IN_THE_BUCKET = re.compile(r"(?:pictures|renditions)/[\w-]+\.(?:webp|avif|jpg)", re.ASCII)
TYPES = {".webp": "image/webp", ".avif": "image/avif", ".jpg": "image/jpeg"}


@shows_no_content
@require_safe
def media(request, path):
    """Uploaded pictures, whose names never repeat, so they may be kept for ever. A CDN or nginx may do this."""
    kind = TYPES.get(PurePosixPath(path).suffix)
    response = _media_answer(request, path, kind) if kind else None
    if response is None:
        raise Http404("There is no such picture.")
    response["Cache-Control"] = (
        "public, max-age=31536000, immutable" if response.status_code < 500 else "no-store"
    )
    return response


def _media_answer(request, path: str, kind: str) -> HttpResponseBase | None:
    """None where there is no such file."""
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if settings.MEDIA_BUCKET:
        return _from_the_bucket(path, kind, is_known=since is not None)
    try:
        full = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError):
        return None
    if not full.is_file():
        return None
    modified = int(full.stat().st_mtime)
    if since is not None and since >= modified:
        return HttpResponse(status=304)
    return FileResponse(full.open("rb"), content_type=kind, headers={"Last-Modified": http_date(modified)})


def _from_the_bucket(path: str, kind: str, *, is_known: bool) -> HttpResponseBase | None:
    """Whoever has the file has it for good: its name is of no other."""
    if not IN_THE_BUCKET.fullmatch(path):
        return None
    if is_known:
        return HttpResponse(status=304)
    try:
        with default_storage.open(path) as file:
            body = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("The bucket gives no picture: %s", error)
        return HttpResponse(status=503)
    return HttpResponse(body, content_type=kind, headers={"Last-Modified": http_date()})
