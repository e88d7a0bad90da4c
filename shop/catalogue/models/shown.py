"""Where readers see products and packs, as scopes (shop.content.scopes)."""

from collections.abc import Iterable

from shop.catalogue.models.products import ProductTag, Variant
from shop.content.scopes import card, product, products_in, tag
from shop.regions.models import Region

EVERYWHERE = None


def region_codes() -> dict[int, str]:
    """The codes of all regions, open or not, by primary key."""
    return {region.pk: region.code for region in Region.all_cached()}


def scopes_of_products(pairs: Iterable[tuple[int | None, int | None]], *, cards: bool = True) -> set[str]:
    """Of (product pk, region pk or EVERYWHERE) what shows of it there; with `cards` also its cards, lists, and what its tags link."""
    codes, where = Region.codes_showing(), dict[int, set[str]]()
    for pk, region in pairs:
        if pk is not None:
            here = codes if region is EVERYWHERE else {region} & codes.keys()
            where.setdefault(pk, set()).update(code for one in here for code in codes[one])
    scopes = {product(code, pk) for pk, found in where.items() for code in found}
    if cards and where:
        scopes |= {card(code, pk) for pk, found in where.items() for code in found}
        scopes |= {products_in(code) for found in where.values() for code in found}
        tagged = ProductTag.objects.filter(product__in=where).values_list("product_id", "tag_id")
        scopes |= {tag(code, one) for pk, one in tagged for code in where[pk]}
    return scopes


def scopes_of_packs(pairs: Iterable[tuple[int, int]], *, cards: bool = True) -> set[str]:
    """The same of (variant pk, region pk)."""
    pairs = list(pairs)
    found = Variant.objects.filter(pk__in={pk for pk, _ in pairs}).values_list("pk", "product_id").order_by()
    products = dict(found)
    return scopes_of_products([(products.get(pk), region) for pk, region in pairs], cards=cards)
