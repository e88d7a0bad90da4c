"""Where a product is used: the articles that show it, how, and whether readers see them."""

from dataclasses import dataclass, field

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.models import Article, ProductCard, ProductLink, Publication, Version, VersionTag
from shop.catalogue.models import ProductTag
from shop.regions.models import Region

LONG = ("claims",)  # columns that nobody reads here
SHOWN = 25  # articles beside a product's form; the list of articles has all


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


def _ways(product: int) -> list[tuple[str, QuerySet]]:
    """By what versions show a product, and the pks of those versions."""
    links = ProductLink.objects.filter(product=product).order_by()
    tagged = VersionTag.objects.filter(tag__in=ProductTag.objects.filter(product=product).values("tag"))
    kept_out = links.filter(kind=ProductLink.Kind.EXCLUDE)
    return [
        ("a card in the text", ProductCard.objects.filter(product=product).order_by().values("parent")),
        ("chosen by hand", links.filter(kind=ProductLink.Kind.PIN).values("version")),
        ("a shared tag", tagged.exclude(version__in=kept_out.values("version")).values("version")),
    ]


def _in_use() -> QuerySet[Version]:
    """Published, scheduled or drafted, of articles that are not in the bin."""
    publications = Publication.objects.filter(version=OuterRef("pk"), until__gt=timezone.now())
    rows = Version.objects.filter(Q(is_draft=True) | Exists(publications))
    return rows.filter(article__binned_at=None).order_by()


def _showing(product: int) -> QuerySet[Version]:
    shown = Q(pk__in=())
    for _, versions in _ways(product):
        shown |= Q(pk__in=versions)
    return _in_use().filter(shown)


def articles_using(product: int) -> QuerySet[Article]:
    """The articles that show a product, by its pk."""
    return Article.objects.filter(pk__in=_showing(product).values("article"))


def used_in(product, most: int = SHOWN) -> list[Use]:
    """At most so many of the articles that link to a product and are published, scheduled or drafted: the newest, those
    readers see first. Three queries.
    """
    articles = list(articles_using(product.pk).order_by("-pk").values_list("pk", flat=True)[:most])
    ways = _ways(product.pk)
    rows = _in_use().filter(article__in=articles).select_related("article").defer(*LONG)
    for number, (_, linked) in enumerate(ways):
        shown = ExpressionWrapper(Q(pk__in=linked), output_field=BooleanField())
        rows = rows.annotate(**{f"way{number}": shown})
    versions: dict[int, Version] = {}
    found: dict[int, Use] = {}
    for row in rows:
        named = {way for number, (way, _) in enumerate(ways) if getattr(row, f"way{number}")}
        if named:
            use = found.setdefault(row.article_id, Use(row.article, row.title))
            use.is_draft |= row.is_draft
            use.ways |= named
            versions[row.pk] = row
    now = timezone.now()
    short = {region.pk: region.short_name for region in Region.all_cached()}
    published = Publication.objects.filter(version__in=versions, until__gt=now)
    for row in published.order_by("region__position", "pk"):
        use = found[row.article_id]
        use.title = versions[row.version_id].title
        name = short[row.region_id] + ("" if row.starts_at <= now else " later")
        if name not in use.published_in:
            use.published_in.append(name)
    return sorted(found.values(), key=lambda one: (not one.published_in, one.title))
