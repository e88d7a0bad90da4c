"""The published articles that are about a product: linked to it by hand or by a shared tag."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from articles.models import ProductLink, Publication, VersionTag
from articles.models.where import shown_in
from articles.reading.published import PublishedVersion, current_publications, first_that
from shop.catalogue.models import ProductTag
from shop.content.memo import memoised
from shop.content.scopes import article, articles_about, shows, tag

MAX_NAMED = 3
COUNTED = 100  # articles


def published_about(product, region) -> QuerySet[Publication]:
    """Those of a region, newest first."""
    tags = list(ProductTag.objects.filter(product=product).order_by("tag").values_list("tag", flat=True))
    shows(articles_about(region.code, product.pk), *(tag(region.code, pk) for pk in tags))
    by_hand = ProductLink.objects.filter(shown_in(region.code), product=product).order_by()
    linked = by_hand.filter(kind=ProductLink.Kind.PIN).values("version")
    if tags:
        tagged = VersionTag.objects.filter(tag__in=tags).order_by().values("version")
        linked = linked.union(tagged)
    kept_out = by_hand.filter(kind=ProductLink.Kind.EXCLUDE, version=OuterRef("version"))
    return current_publications(region).filter(~Exists(kept_out), version__in=linked)


@dataclass(frozen=True)
class About:
    """The first few articles about a product that its page may name, and how many there are in all; one more than COUNTED
    stands for any number beyond that."""

    named: list[PublishedVersion]
    count: int


def about(product, region) -> About:
    """Memoised. Beside a product stands no title or summary that names a condition, and nothing that claims."""

    def load():
        rows = published_about(product, region)
        named = first_that(fits, rows, region, MAX_NAMED)
        shows(*(article(region.code, row.article.pk) for row in named))
        return About(named, rows.order_by()[: COUNTED + 1].count())

    def fits(version) -> bool:
        return region.code not in version.title_condition_regions and version.shows_products_in(region)

    return memoised(f"articles about {product.pk} in {region.code}", load, scheduled=True)
