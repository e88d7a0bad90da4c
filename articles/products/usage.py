"""Where a product is used: the articles that show it, how, and whether readers see them."""

from dataclasses import dataclass, field

from django.utils import timezone

from articles.models import Article, ProductCard, ProductLink, Publication, Version, VersionTag
from shop.regions.models import Region


@dataclass
class Use:
    article: Article
    title: str
    published_in: list[str] = field(default_factory=list)
    is_draft: bool = False
    ways: set[str] = field(default_factory=set)

    @property
    def state(self) -> str:
        states = [f"live in {', '.join(self.published_in)}"] if self.published_in else []
        return ", ".join(states + (["in a draft"] if self.is_draft else []))


def used_in(product) -> list[Use]:
    """The articles that link to a product and are published, scheduled or drafted, those readers see first. Six queries."""
    ways: dict[int, set[str]] = {}
    for rows, way in (
        (ProductCard.objects.filter(product=product).values_list("parent"), "a card in the text"),
        (
            ProductLink.objects.filter(product=product, kind=ProductLink.Kind.PIN).values_list("version"),
            "chosen by hand",
        ),
        (VersionTag.objects.filter(tag__products=product).values_list("version"), "a shared tag"),
    ):
        for (pk,) in rows:
            ways.setdefault(pk, set()).add(way)
    excluded = ProductLink.objects.filter(product=product, kind=ProductLink.Kind.EXCLUDE)
    for pk in excluded.values_list("version", flat=True):
        ways.get(pk, set()).difference_update({"a shared tag"})
    used = {pk for pk, found in ways.items() if found}
    now = timezone.now()
    found: dict[int, Use] = {}
    published = (
        Publication.objects.filter(version__in=used, article__binned_at=None)
        .select_related("version__article")
        .order_by("region__position", "pk")
    )
    articles = {row.article_id for row in published}
    current = {
        (row.article_id, row.region_id): row.version_id
        for row in Publication.objects.filter(article__in=articles, starts_at__lte=now).order_by(
            "starts_at", "pk"
        )
        if row.ends_at is None or row.ends_at > now
    }
    short = {region.pk: region.short_name for region in Region.all_cached()}

    def use(version) -> Use:
        return found.setdefault(version.article_id, Use(version.article, version.title))

    for row in published:
        if current.get((row.article_id, row.region_id)) == row.version_id or row.starts_at > now:
            one = use(row.version)
            one.ways |= ways[row.version_id]
            name = short[row.region_id] + ("" if row.starts_at <= now else " later")
            if name not in one.published_in:
                one.published_in.append(name)
    for version in Version.objects.filter(pk__in=used, is_draft=True, article__binned_at=None).select_related(
        "article"
    ):
        one = use(version)
        one.is_draft = True
        one.ways |= ways[version.pk]
    return sorted(found.values(), key=lambda one: (not one.published_in, one.title))
