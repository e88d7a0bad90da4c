"""The published articles that are about a product: linked to it by hand or by a shared tag."""

from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from articles.models import ProductLink, Publication, VersionTag
from articles.models.where import codes_of, shown_in
from articles.reading.published import A_FEW, PublishedVersion, first_that, publications_of
from shop.catalogue.models import ProductTag
from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.content.scopes import article, articles_about, shows, tag

MAX_NAMED = 3
COUNTED = 100  # articles


def published_about(product, region) -> QuerySet[Publication]:
    """Those of a region, newest first."""
    return _about(codes_of(region), region.pk, timezone.now(), product.pk, _tags(product, region))


def _tags(product, region) -> list[int]:
    tags = [pk for (pk,) in _tags_of(product.pk)]
    shows(articles_about(region.code, product.pk), *(tag(region.code, pk) for pk in tags))
    return tags


@Compiled
def _tags_of(product: int):
    return ProductTag.objects.filter(product=product).order_by("tag").values_list("tag")


def _about(codes: tuple[str, ...], region: int, now, product: int, tags: list[int]) -> QuerySet[Publication]:
    by_hand = ProductLink.objects.filter(shown_in(codes), product=product).order_by()
    linked = by_hand.filter(kind=ProductLink.Kind.PIN).values("version")
    if tags:
        tagged = VersionTag.objects.filter(tag__in=tags).order_by().values("version")
        linked = linked.union(tagged)
    kept_out = by_hand.filter(kind=ProductLink.Kind.EXCLUDE, version=OuterRef("version"))
    return publications_of(region, now).filter(~Exists(kept_out), version__in=linked)


@cache
def _few(codes: tuple[str, ...], start: int) -> Compiled:
    """Of the region with these names, which stand in a pattern: A_FEW of them from a place on."""
    return Compiled(lambda *asked: _about(codes, *asked)[start : start + A_FEW])


@cache
def _some(codes: tuple[str, ...], most: int) -> Compiled:
    return Compiled(lambda *asked: _about(codes, *asked).order_by().values_list("pk")[: most + 1])


@dataclass(frozen=True)
class About:
    """The first few articles about a product that its page may name, and how many there are in all; one more than COUNTED
    stands for any number beyond that."""

    named: list[PublishedVersion]
    count: int


def about(product, region) -> About:
    """Memoised. Beside a product stands no title or summary that names a condition, and nothing that claims."""

    def load():
        asked = region.pk, timezone.now(), product.pk, _tags(product, region)
        named = first_that(fits, lambda start: _few(codes_of(region), start)(*asked), region, MAX_NAMED)
        shows(*(article(region.code, row.article.pk) for row in named))
        return About(named, len(_some(codes_of(region), COUNTED)(*asked)))

    def fits(version) -> bool:
        return region.code not in version.title_condition_regions and version.shows_products_in(region)

    return memoised(f"articles about {product.pk} in {region.code}", load, scheduled=True)
