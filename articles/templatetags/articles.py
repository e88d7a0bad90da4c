from django import template
from django.db.models import Exists, OuterRef, Subquery

from articles.models import ProductLink, Version, VersionTag
from articles.views import live_versions, newest_versions
from shop.content.kept import kept

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
    named = [version for version in linked if region.code not in version.title_condition_regions]
    return {"versions": named[:MOST], "more": len(linked) - len(named[:MOST]), "region": region}


def _linked(product, region) -> list[Version]:
    links = ProductLink.objects.filter(version=OuterRef("pk"), product=product)
    tagged = VersionTag.objects.filter(version=OuterRef("pk"), tag__products=product)
    among = Version.objects.annotate(link=Subquery(links.values("kind")[:1]), is_tagged=Exists(tagged))
    return [
        version
        for version in live_versions(region, among=among)
        if version.link == ProductLink.Kind.PIN or (version.is_tagged and version.link is None)
    ]


@register.inclusion_tag("articles/newest.html")
def newest_articles(region, count=3):
    return {"versions": newest_versions(region)[:count], "region": region}
