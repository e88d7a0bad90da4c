"""The help and law pages of each region: short, true, and in one template each."""

from django.http import Http404
from django.shortcuts import render

from shop.regions.delivery import arrival
from shop.regions.models import Region, SalesTaxRate
from shop.regions.spelling import spelled
from shop.regions.zones import not_delivered, own_rates
from shop.web.public import public_page

PAGES = {
    "delivery": "Delivery",
    "returns": "Returns and cancelling",
    "terms": "Terms of sale",
    "privacy": "Privacy",
    "contact": "Contact and imprint",
    "accessibility": "Accessibility",
}


def page_title(page: str, region) -> str:
    return spelled(PAGES[page], region)


def help_context(region, page) -> dict:
    """What the help pages of a region are filled with."""
    countries = list(region.countries.all())
    return {
        "title": page_title(page, region),
        "page": page,
        "pages": [(name, page_title(name, region)) for name in PAGES],
        "arrival": arrival(region),
        "countries": countries,
        "not_delivered": not_delivered([row.code for row in countries]),
        "own_rates": own_rates([row.code for row in countries]),
        "taxed_states": sorted(set(SalesTaxRate.objects.values_list("state", flat=True))),
        "shell": "base.html",
    }


@public_page(scoped=True)
def help_page(request, page):
    if page not in PAGES:
        raise Http404("There is no such help page.")
    here = f"/{request.region.code}/"
    alternates = [
        (region.hreflang, request.path.replace(here, f"/{region.code}/", 1)) for region in Region.all_open()
    ]
    context = {**help_context(request.region, page), "alternates": alternates}
    return render(request, f"help/{page}.html", context)
