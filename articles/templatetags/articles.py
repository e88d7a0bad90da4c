from django import template

from articles.products.usage import SHOWN, used_in
from articles.reading.about import COUNTED, about
from articles.reading.published import newest_beside_products
from shop.catalogue.models import Product
from shop.claims.statements import on_its_own

register = template.Library()
register.filter(on_its_own)


@register.inclusion_tag("articles/about_product.html")
def articles_about(product, region):
    """The newest published articles linked to a product by hand or by tag.

    Under the careful policy a product page names no condition: articles whose title or summary does are only
    counted, and stand behind a plain link to the list of them all (claims policy).
    """
    found = about(product, region)
    return {
        "versions": found.named,
        "more": min(found.count, COUNTED) - len(found.named),
        "is_over": found.count > COUNTED,
        "region": region,
        "product": product,
    }


@register.inclusion_tag("articles/newest.html")
def newest_articles(region, count=3):
    return {"versions": newest_beside_products(region, count), "region": region}


@register.filter
def review_state(version, region) -> str:
    return version.review_state_in(region.locale)


@register.inclusion_tag("admin/articles/uses.html")
def where_used(products):
    """The newest articles that show a product, or each of several, for the admin."""
    products = [products] if isinstance(products, Product) else list(products)
    return {
        "uses": [(product, used_in(product)) for product in products],
        "several": len(products) > 1,
        "shown": SHOWN,
    }
