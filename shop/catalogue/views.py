from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from shop.catalogue.cards import cards_of
from shop.catalogue.collected import collected, collections_in, open_collection
from shop.catalogue.compare import MOST, ORDERS, SORTS, chosen_packs, compared
from shop.catalogue.costs import costs
from shop.catalogue.facts import daily_facts
from shop.catalogue.filters import NAMES, ProductFilters
from shop.catalogue.offers import Availability, Offer, free_again, memoised_unless_own
from shop.catalogue.particulars import told
from shop.catalogue.product_page import _shop, product_page
from shop.catalogue.shelf import CountedPaginator, counts, packs_count, packs_on_shelf, shelf
from shop.regions.delivery import arrival
from shop.regions.models import Region
from shop.web.public import Counted, public_page, render_counted
from shop.web.reversing import address
from shop.web.structured import breadcrumbs


@public_page(query=("page",), scoped=True)
def collection(request, slug):
    region = request.region
    found = open_collection(slug)
    inside = collected([found], region)[0]
    if not inside.count:
        raise Http404("There is no such collection here.")
    page = CountedPaginator(inside, inside.count).get_page(request.GET.get("page"))
    crumbs = [_shop(region), (found.translated.name, request.path)]
    context = {
        "collection": found,
        "cards": cards_of(page.object_list, region),
        "page": page,
        **_paged(request, page, request.path),
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs)],
        "alternates": [
            (other.hreflang, found.url_in(other))
            for other in Region.all_open()
            if other == region or collected([found], other)[0].count
        ],
    }
    return render(request, "catalogue/collection.html", context)


def _paged(request, page, base: str) -> dict:
    """What the links between pages need. `base`: the first page. Only the plain list is found page by page."""
    later = f"?page={page.number}" if page.number > 1 and base == request.path else ""
    return {"base": base, "joint": "&" if "?" in base else "?", "canonical": request.path + later}


@public_page(query=(*NAMES, "sort", "page"), scoped=True)
def product_list(request):
    region = request.region
    filters = ProductFilters(request.GET, request.path, region)
    counted = counts(region)
    rows, count = filters.choose(shelf(region), counted)
    page = CountedPaginator(rows.values_list("product_id", flat=True), count).get_page(
        request.GET.get("page")
    )
    context = {
        "cards": cards_of(page.object_list, region),
        "page": page,
        **_paged(request, page, filters.url),
        "filters": filters,
        "groups": filters.groups(counted),
        "total": counted.total(),
        "collections": collections_in(region),
        "alternates": [
            (other.hreflang, address("catalogue:list", region=other.code)) for other in Region.all_open()
        ],
    }
    return render(request, "catalogue/product_list.html", context)


@public_page(query=("sort", "page"), several=("pack",), scoped=True)
def compare(request):
    """`?pack=` once for each pack that was ticked; without one all packs, in pages."""
    region = request.region
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else ""
    chosen = chosen_packs(request.GET.getlist("pack"), region, sort)
    kept = "&".join(f"pack={sku}" for sku in chosen.skus)
    crumbs = [_shop(region), (_("Compare"), request.path)]
    context = {
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs)],
        "sorts": [
            (label, request.path + (f"?{query}" if query else ""), value == sort)
            for value, label in SORTS.items()
            for query in ["&".join(filter(None, [kept, value and f"sort={value}"]))]
        ],
        "sort": sort,
        "chosen": chosen,
        "most": MOST,
        "alternates": [
            (other.hreflang, address("catalogue:compare", region=other.code)) for other in Region.all_open()
        ],
    }
    if chosen.skus:
        context["rows"] = compared(chosen.rows, region)
    else:
        packs = packs_on_shelf(region).order_by(*ORDERS[sort])
        page = CountedPaginator(packs, packs_count(region)).get_page(request.GET.get("page"))
        context |= {"rows": compared(page.object_list, region), "page": page}
        context |= _paged(request, page, request.path + (f"?sort={sort}" if sort else ""))
    return render(request, "catalogue/compare.html", context)


@public_page(query=("variant",), scoped=True)
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
        "costs": costs(offer, facts),
        "pictures": pictures,
        "free_at": free_at,
        "label": told(product, offer.variant, page["wording"], region),
        "arrival": arrival(region),
    }
    counts = Counted(region.pk, product=product.pk)
    return render_counted(request, "catalogue/product_detail.html", context, counts)


def _chosen(request, found) -> Offer:
    """The offer named by ?variant=, else the first that can be bought, else the first that is sold."""
    sku = request.GET.get("variant", "")
    ranks = {Availability.IN_STOCK: 1, Availability.SOLD_OUT: 2}
    return min(found, key=lambda row: 0 if row.variant.sku == sku else ranks.get(row.availability, 3))
