from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from shop.catalogue.compare import SORTS, rows
from shop.catalogue.facts import daily_facts
from shop.catalogue.filters import ProductFilters
from shop.catalogue.models import (
    Collection,
    Price,
    Product,
    ProductPicture,
    Variant,
    tags_by_product,
    with_wording,
)
from shop.catalogue.offers import Availability, Offer, free_again, kept_unless_own, loaded_offers
from shop.catalogue.structured import product_data
from shop.catalogue.substitutes import nearest
from shop.regions.delivery import arrival
from shop.regions.models import Region, Seller
from shop.regions.public import public_page
from shop.regions.structured import breadcrumbs


def for_cards(products, region, at=None):
    """A queryset with all that product cards need, in three queries however many products there are."""
    return with_wording(products, region).prefetch_related(
        Prefetch("variants", Variant.objects.offered_in(region, at)),
        Prefetch("pictures", ProductPicture.objects.select_related("picture")),
    )


class ProductCard:
    """What a card of a product shows in a region: the cheapest offer that can be bought, else the first sold."""

    def __init__(self, product, region):
        self.product = product
        self.region = region
        self.offers = [offer for offer in loaded_offers(product, region) if offer.amount is not None]
        buyable = [offer for offer in self.offers if offer.can_buy]
        self.offer = min(buyable or self.offers, key=lambda offer: offer.amount, default=None)
        self.name = product.name_in(region)
        self.summary = product.summary_in(region)
        self.url = product.url_in(region)
        self.wording = product.wording_in(region)
        self.facts = self.offer and daily_facts(self.offer.variant, self.wording, region)
        self.is_sold_out = bool(self.offers) and not buyable
        self.is_withdrawn = product.is_withdrawn

    @property
    def picture(self):
        for row in self.product.pictures.all():
            if row.variant_id is None or self.offer is None or row.variant_id == self.offer.variant.pk:
                return row.picture
        return None

    @property
    def has_choice(self) -> bool:
        return len(self.offers) > 1


def product_cards(products, region, at=None) -> list[ProductCard]:
    """Cards for a queryset of products."""
    return [ProductCard(product, region) for product in for_cards(products, region, at)]


def cards_on_sale(region, at=None) -> tuple[ProductCard, ...]:
    """Cards of all that is sold in a region, in the shop's order; with the prices of another moment if `at`."""

    def load():
        return tuple(card for card in product_cards(Product.objects.visible(), region, at) if card.offers)

    if at is not None:
        return load()
    return kept_unless_own(f"cards on sale in {region.code}", load, region)


def collections_in(region) -> tuple:
    """(collection, its cards) of every open collection with something in it in a region, in staff's order."""

    def load():
        cards, tags = cards_on_sale(region), tags_by_product()
        rows = Collection.objects.filter(is_open=True).select_related("picture").prefetch_related("by_hand")
        found = [(row, row.cards_among(cards, tags)) for row in rows]
        return tuple((row, inside) for row, inside in found if inside)

    return kept_unless_own(f"collections in {region.code}", load, region)


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


@public_page
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


@public_page
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


def _shop(region) -> tuple[str, str]:
    return "Shop", reverse("catalogue:list", kwargs={"region": region.code})


@public_page
def product_detail(request, slug):
    region = request.region
    page = kept_unless_own(f"product {region.code} {slug}", lambda: product_page(slug, region), region)
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
    response = render(request, "catalogue/product_detail.html", context)
    response.counts = (region.pk, None, product.pk)
    return response


def product_page(slug, region) -> dict:
    """What a product's page shows in a region whichever pack is chosen. Raises Http404."""
    product = get_object_or_404(for_cards(Product.objects.all(), region), slug=slug)
    found = loaded_offers(product, region)
    if not found:
        raise Http404("This product has no packs.")
    wording = product.wording_in(region)
    page = {
        "product": product,
        "name": product.name_in(region),
        "summary": product.summary_in(region),
        "description": (wording and wording.description) or product.description,
        "wording": wording,
        "offers": found,
        "alternates": _alternates(product),
    }
    shop = _shop(region)
    page["crumbs"] = [
        shop,
        (product.get_form_display(), f"{shop[1]}?form={product.form}"),
        (page["name"], product.url_in(region)),
    ]
    page["social"] = {
        "kind": "product",
        "key": slug,
        "title": page["name"],
        "summary": page["summary"],
        "above": product.get_form_display(),
        "picture": next((row.picture for row in product.pictures.all()), None),
        "form": product.form,
    }
    page["structured"] = [product_data(page, region, Seller.current()), breadcrumbs(page["crumbs"])]
    if all(row.amount is None for row in found):
        page["nearest"] = nearest(product, cards_on_sale(region))
    return page


def _chosen(request, found) -> Offer:
    """The offer named by ?variant=, else the first that can be bought, else the first that is sold."""
    sku = request.GET.get("variant", "")
    ranks = {Availability.IN_STOCK: 1, Availability.SOLD_OUT: 2}
    return min(found, key=lambda row: 0 if row.variant.sku == sku else ranks.get(row.availability, 3))


def _alternates(product) -> list[tuple[str, str]]:
    """(hreflang, path) of the regions where the product is sold."""
    if product.is_withdrawn:
        return []
    latest = {}
    rows = Price.objects.filter(
        variant__product=product, variant__is_active=True, valid_from__lte=timezone.now()
    ).order_by("valid_from")
    for variant, region, amount in rows.values_list("variant", "region", "amount"):
        latest[variant, region] = amount
    sold = {region for (_, region), amount in latest.items() if amount is not None}
    return [(region.hreflang, product.url_in(region)) for region in Region.all_open() if region.pk in sold]
