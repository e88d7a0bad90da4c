from django import template

from articles.products.usage import linked_rows, used_in
from articles.reading.published import newest_versions, versions_of
from shop.catalogue.models import Product
from shop.claims.statements import on_its_own
from shop.content.memo import memoised
from shop.content.scopes import article, shows
from shop.regions.models import LinkPolicy

register = template.Library()
register.filter(on_its_own)
MAX_NAMED = 3


@register.inclusion_tag("articles/about_product.html")
def articles_about(product, region):
    """The newest published articles linked to a product by hand or by tag.

    Under the careful policy a product page names no condition: articles whose title or summary does are only
    counted, and stand behind a plain link to the list of them all (claims policy).
    """

    def load():
        rows = linked_rows(product, region)
        return versions_of(rows, region) if rows else []

    linked = memoised(f"articles about {product.pk} in {region.code}", load, scheduled=True)
    named = [
        row
        for row in linked
        if region.code not in row.version.title_condition_regions and row.version.shows_products_in(region)
    ]
    shows(*(article(region.code, row.article.pk) for row in named[:MAX_NAMED]))
    more = len(linked) - len(named[:MAX_NAMED])
    return {"versions": named[:MAX_NAMED], "more": more, "region": region, "product": product}


@register.inclusion_tag("articles/newest.html")
def newest_articles(region, count=3):
    separate = region.link_policy == LinkPolicy.SEPARATE  # beside products only what stands with them
    versions = list(newest_versions(region, None if separate else count, beside_products=True))
    if separate:
        versions = [row for row in versions if not row.version.stands_apart_in(region)]
    return {"versions": versions[:count], "region": region}


@register.filter
def review_state(version, region) -> str:
    return version.review_state_in(region.locale)


@register.inclusion_tag("admin/articles/uses.html")
def where_used(products):
    """The articles that show a product, or each of several, for the admin."""
    products = [products] if isinstance(products, Product) else list(products)
    return {"uses": [(product, used_in(product)) for product in products], "several": len(products) > 1}
