"""The region that a visitor chose, kept in a cookie; which region a page is in is said by its address alone."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from shop.regions.models import Region

COOKIE = "region"


def in_region(path: str, region: Region) -> str:
    """The same page in another region: /uk/shop/?form=citrate → /us/shop/?form=citrate."""
    parts = urlsplit(path)
    try:
        old = resolve(parts.path).kwargs.get("region")
    except Resolver404:
        old = None
    if not old:
        return f"/{region.code}/" if parts.path == "/" else path
    moved = f"/{region.code}/" + parts.path.removeprefix(f"/{old}/")
    return moved + (f"?{parts.query}" if parts.query else "")


def remember(response, region: Region):
    """Store the choice, a strictly necessary cookie, for a year."""

    response.set_cookie(
        COOKIE, region.code, max_age=365 * 24 * 3600, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response
