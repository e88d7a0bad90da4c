from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from shop.catalogue.cards import cards_on_sale, collections_in
from shop.catalogue.compare import SORTS, rows
from shop.catalogue.facts import daily_facts
from shop.catalogue.filters import NAMES, ProductFilters
from shop.catalogue.offers import Availability, Offer, free_again, memoised_unless_own
from shop.catalogue.product_page import _shop, product_page
from shop.regions.delivery import arrival
from shop.regions.models import Region
from shop.web.public import Counted, public_page, render_counted
from shop.web.structured import breadcrumbs


@public_page
def collection(request, slug):
    found = next((pair for pair in collections_in(request.region) if pair[0].slug == slug), None)
    if found is None:
        raise Http404("There is no such collection here.")
    filled = [
        region for region in Region.all_open() if any(row.slug == slug for row, _ in collections_in(region))
    ]
    crumbs = [_shop(request.region), (found[0].name, request.path)]
    context = {
        "collection": found[0],
        "cards": found[1],
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs)],
        "alternates": [(region.hreflang, found[0].url_in(region)) for region in filled],
    }
    return render(request, "catalogue/collection.html", context)


@public_page(query=(*NAMES, "sort"))
def product_list(request):
    cards = cards_on_sale(request.region)
    filters = ProductFilters(request.GET, request.path, request.region)
    context = {
        "cards": filters.apply(cards),
        "filters": filters,
        "groups": filters.groups(cards),
        "total": len(cards),
        "collections": collections_in(request.region),
        "alternates": [
            (region.hreflang, reverse("catalogue:list", kwargs={"region": region.code}))
            for region in Region.all_open()
        ],
    }
    return render(request, "catalogue/product_list.html", context)


@public_page(query=("sort",))
def compare(request):
    sort = request.GET.get("sort", "")
    crumbs = [_shop(request.region), ("Compare", request.path)]
    context = {
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs)],
        "rows": rows(cards_on_sale(request.region), request.region, sort),
        "sorts": SORTS,
        "sort": sort if sort in SORTS else "",
        "alternates": [
            (region.hreflang, reverse("catalogue:compare", kwargs={"region": region.code}))
            for region in Region.all_open()
        ],
    }
    return render(request, "catalogue/compare.html", context)


@public_page(query=("variant",))
def product_detail(request, slug):
    region = request.region
    page = memoised_unless_own(f"product {region.code} {slug}", lambda: product_page(slug, region), region)
    offer = _chosen(request, page["offers"])
    product = page["product"]
    pictures = [
        row.picture
        for row in product.pictures.all()
        if row.variant_id is None or row.variant_id == offer.variant.pk
    ]
    facts = daily_facts(offer.variant, page["wording"], region)
    sold_out = offer.availability == Availability.SOLD_OUT
    free_at = free_again(offer) if sold_out else None
    context = {
        **page,
        "offer": offer,
        "facts": facts,
        "pictures": pictures,
        "free_at": free_at,
        "arrival": arrival(region),
    }
    counts = Counted(region.pk, product=product.pk)
    return render_counted(request, "catalogue/product_detail.html", context, counts)


def _chosen(request, found) -> Offer:
    """The offer named by ?variant=, else the first that can be bought, else the first that is sold."""
    sku = request.GET.get("variant", "")
    ranks = {Availability.IN_STOCK: 1, Availability.SOLD_OUT: 2}
    return min(found, key=lambda row: 0 if row.variant.sku == sku else ranks.get(row.availability, 3))
