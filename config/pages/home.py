"""The first pages: the choice of a region, each region's home, and the switch between them."""

from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.pages.switching import asked_for, needs_preview, preview_url
from shop.basket.session import basket_of
from shop.pages.names import HOME
from shop.pages.reading import Part, page_of
from shop.payments.cancel import end_orders_elsewhere
from shop.pictures.models import home_picture
from shop.regions.choice import in_region, remember
from shop.regions.models import Region, Seller
from shop.regions.spelling import spelled
from shop.web.public import public_page
from shop.web.redirects import redirect_303
from shop.web.same_origin import same_origin_or_confirm
from shop.web.structured import organisation, website


@public_page(scoped=True)
def choose_region(request):
    context = {
        "alternates": [(region.hreflang, f"/{region.code}/") for region in Region.all_open()],
        "structured": [organisation(Seller.current())],
    }
    return render(request, "choose_region.html", context)


@dataclass(frozen=True)
class Group:
    """Parts of one kind that follow each other."""

    kind: str
    parts: list[Part]


@public_page(scoped=True)
def home(request):
    region = request.region
    page = page_of(HOME, region)
    groups = [Group(kind, list(parts)) for kind, parts in groupby(page.parts, lambda part: part.kind)]
    context = {
        "page": page,
        "groups": groups,
        "structured": [
            organisation(Seller.current()),
            website(reverse("search", kwargs={"region": region.code})),
        ],
        "hero": home_picture(),
        "alternates": [(other.hreflang, f"/{other.code}/") for other in Region.all_open()],
    }
    return render(request, "home.html", context)


@same_origin_or_confirm(gettext_lazy("Change the region?"))
def switch_region(request):
    """Remember the region and show the same page there. The basket comes along, at that region's prices; what that
    changes is shown first (config/pages/switching.py), and done once the shopper has `seen` it.

    What was ordered from it elsewhere and not paid ends: nobody is to pay for it in the old currency meanwhile.
    """
    region = Region.by_code(request.POST.get("region", ""))
    if region is None:
        messages.error(request, _("We don’t know this region. Choose one of these."))
        return redirect_303("/")
    path = asked_for(request, request.POST.get("next", ""), region)
    basket = basket_of(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if "seen" not in request.POST and needs_preview(basket, region):
        return redirect_303(preview_url(region, path))
    if basket is not None:
        for words in end_orders_elsewhere(basket, region):
            messages.warning(request, spelled(words, region))
        with transaction.atomic():
            changes = basket.switch(region)
        if changes:
            messages.info(
                request,
                " ".join([_("Your basket is in {currency} now.").format(currency=region.currency), *changes]),
            )
    return remember(redirect_303(in_region(path, region)), region)
