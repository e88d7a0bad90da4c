"""What search engines may show: an index, and for each region sitemaps in parts, with the other regions of every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from articles.models import Author
from config.discovery.parts import article_parts, on_sale, product_parts, published, within
from config.pages.help import PAGES
from shop.catalogue.collected import collections_in
from shop.catalogue.models import Product
from shop.regions.models import Region
from shop.web.public import public_page


@dataclass
class SitemapEntry:
    """A page by its name, the same in all regions: its path here, and when its words last changed, if that is known."""

    name: tuple
    path: str
    changed: datetime | None = None


def part_numbers(region) -> list[int]:
    """The first part also holds what is neither a product nor an article, so there always is one."""
    return sorted({1, *product_parts(region), *article_parts(region)})


def entries(region) -> Iterator[SitemapEntry]:
    """Every page of a region that may be found, part by part."""
    for number in part_numbers(region):
        yield from entries_in(region, number)


def entries_in(region, number: int) -> Iterator[SitemapEntry]:
    """The pages of a part that may be found: only what is published or sold there now."""
    if number == 1:
        yield from _pages(region)
    sold = on_sale(region).filter(within("product", number)).values("product")
    # The shelf says which may be; rows that were changed by SQL are off sale before the worker has looked at it.
    for product in Product.objects.on_sale_in(region).filter(pk__in=sold).only("slug", "position"):
        yield SitemapEntry(("product", product.pk), product.url_in(region))
    rows = (
        published(region)
        .filter(within("article", number), stands_in=False)
        .select_related("article", "version")
    )
    now = timezone.now()
    for row in rows.only("starts_at", "article__slug", "article__original", "version__changed_at").order_by(
        "-first_at", "-article"
    ):
        changed = max(row.starts_at, min(row.version.changed_at, now))
        yield SitemapEntry(("article", row.article.family), row.article.url_in(region), changed)


def _pages(region) -> Iterator[SitemapEntry]:
    code = {"region": region.code}
    for name in ("home", "catalogue:list", "catalogue:compare", "articles:list"):
        yield SitemapEntry((name,), reverse(name, kwargs=code))
    for collection in collections_in(region):
        yield SitemapEntry(("collection", collection.pk), collection.url_in(region))
    own = published(region).filter(version__author=OuterRef("pk"))
    for author in Author.objects.filter(Exists(own)):
        yield SitemapEntry(("author", author.pk), author.url_in(region))
    for page in PAGES:
        yield SitemapEntry(("help", page), reverse("help", kwargs={**code, "page": page}))


@public_page
def sitemap_index(request):
    paths = [
        reverse("sitemap", kwargs={"region": region.code, **({"number": number} if number > 1 else {})})
        for region in Region.all_open()
        for number in part_numbers(region)
    ]
    context = {"site": settings.SITE_URL, "paths": paths}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@public_page
def sitemap(request, number: int = 1):
    by_region = {region: list(entries_in(region, number)) for region in Region.all_open()}
    if not by_region[request.region] or (number == 1 and "number" in request.resolver_match.kwargs):
        raise Http404("No page of this region is in such a part.")
    paths: dict[tuple, list] = {}
    for region, rows in by_region.items():
        for row in rows:
            paths.setdefault(row.name, []).append((region.hreflang, row.path))
    listed = [(row, paths[row.name]) for row in by_region[request.region]]
    context = {"site": settings.SITE_URL, "rows": listed}
    return render(request, "sitemap.xml", context, content_type="application/xml")
