from django import template
from django.db.models import Value

from articles.live import live_index, newest_versions, versions_of
from articles.models import ProductLink, Version, VersionTag
from articles.models.where import shows
from articles.usage import used_in
from shop.catalogue.models import Product
from shop.content.kept import kept
from shop.regions.models import LinkPolicy

register = template.Library()
MOST = 3


@register.inclusion_tag("articles/about_product.html")
def articles_about(product, region):
    """The newest live articles linked to a product by hand or by tag.

    Under the careful policy a product page names no condition: articles whose title or summary does are only
    counted, and stand behind a plain link to the list (claims policy).
    """
    linked = kept(
        f"articles about {product.pk} in {region.code}", lambda: _linked(product, region), scheduled=True
    )
    named = [
        version
        for version in linked
        if region.code not in version.title_condition_regions and version.shows_products_in(region)
    ]
    return {"versions": named[:MOST], "more": len(linked) - len(named[:MOST]), "region": region}


def _linked(product, region) -> list[Version]:
    """Of the live versions those that show this product by hand or by a shared tag; four queries at most."""
    by_hand = ProductLink.objects.filter(product=product).order_by()
    by_tag = VersionTag.objects.filter(tag__products=product).order_by()
    nothing = Value("")
    rows = by_hand.values_list("version_id", "kind", "show_in", "region_codes").union(
        by_tag.values_list("version_id", Value("tag"), nothing, nothing), all=True
    )
    links: dict[int, set] = {}
    for pk, kind, show_in, codes in rows:
        if kind == "tag" or shows(show_in, codes, region.code):
            links.setdefault(pk, set()).add(kind)
    rows = [
        row
        for row in live_index(region)
        if (kinds := links.get(row.version)) and ProductLink.Kind.EXCLUDE not in kinds
    ]
    return versions_of(rows, region) if rows else []


@register.inclusion_tag("articles/newest.html")
def newest_articles(region, count=3):
    separate = region.link_policy == LinkPolicy.SEPARATE  # beside products only what names no condition
    versions = newest_versions(region, None if separate else count)
    if separate:
        versions = [version for version in versions if not version.names_condition_in(region)]
    return {"versions": versions[:count], "region": region}


@register.filter
def amber_only(claims):
    """Of (regions, finding) pairs those that are not red."""
    return [pair for pair in claims if pair[1].severity != "red"]


@register.inclusion_tag("admin/articles/uses.html")
def where_used(products):
    """The articles that show a product, or each of several, for the admin."""
    products = [products] if isinstance(products, Product) else list(products)
    return {"uses": [(product, used_in(product)) for product in products], "several": len(products) > 1}
