"""The help and law pages of each region: their words are data (shop.pages), their addresses stay."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from shop.pages.names import EVERY, HELP, PAGES
from shop.pages.reading import Page, page_of
from shop.regions.local import day_words
from shop.regions.models import Region
from shop.regions.spelling import spelled
from shop.web.public import public_page


def page_title(page: str, region) -> str:
    """What menus call it."""
    return spelled(EVERY[page], region)


def url_of(page: str, code: str) -> str:
    if page == HELP:
        return reverse("help_index", kwargs={"region": code})
    return reverse("help", kwargs={"region": code, "page": page})


def help_context(region, page: Page) -> dict:
    """What a help page of a region is filled with."""
    version = page.version
    return {
        "page": page,
        "menu": [(name, page_title(name, region), url_of(name, region.code)) for name in (HELP, *PAGES)],
        "since": day_words(version.starts_at, region) if version.starts_at else "",
    }


@public_page(scoped=True)
def help_page(request, page=HELP):
    if page not in PAGES and (page != HELP or request.path != url_of(HELP, request.region.code)):
        raise Http404("There is no such help page.")
    here = f"/{request.region.code}/"
    alternates = [
        (region.hreflang, request.path.replace(here, f"/{region.code}/", 1)) for region in Region.all_open()
    ]
    context = help_context(request.region, page_of(page, request.region))
    return render(request, "help/page.html", {**context, "alternates": alternates})
