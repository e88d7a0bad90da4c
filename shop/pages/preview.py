from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shop.pages.models import PageVersion
from shop.pages.reading import drawn_page
from shop.regions.request import set_region


def preview(request: HttpRequest, version: PageVersion) -> HttpResponse:
    """A version in the readers' own template. It shows what data is now."""
    set_region(request, version.region)
    page = drawn_page(version, list(version.blocks.select_related("picture")), version.region)
    response = render(request, "pages/preview.html", {"page": page, "is_preview": True})
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response
