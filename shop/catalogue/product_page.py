"""What a product's page shows in a region; its social card and sitemap ask here too."""

from django.http import Http404
from django.utils.translation import gettext as _

from shop.catalogue.cards import product_with_slug
from shop.catalogue.models import rating_of
from shop.catalogue.offers import loaded_offers, regions_selling
from shop.catalogue.structured import product_data
from shop.catalogue.substitutes import nearest
from shop.content.scopes import card, shows
from shop.content.scopes import product as scope_of_product
from shop.regions.models import Region, Seller
from shop.web.reversing import address
from shop.web.structured import breadcrumbs


def _shop(region) -> tuple[str, str]:
    return _("Shop"), address("catalogue:list", region=region.code)


def product_page(slug, region) -> dict:
    """What a product's page shows in a region whichever pack is chosen. Raises Http404."""
    product = product_with_slug(slug, region)
    shows(scope_of_product(region.code, product.pk))
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
        "rating": rating_of(product, region),
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
        page["nearest"] = nearest(product, region)
    return page


def _alternates(product) -> list[tuple[str, str]]:
    """(hreflang, path) of the regions where the product is sold."""
    if product.is_withdrawn:
        return []
    sold = regions_selling(product)
    shows(*(card(region.code, product.pk) for region in Region.all_open()))
    return [(region.hreflang, product.url_in(region)) for region in Region.all_open() if region.pk in sold]
