"""What search engines may show: an index, and a sitemap for each region with the other regions of every page."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from articles.models import Author
from articles.reading.published import current_publications
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


def entries(region) -> list[SitemapEntry]:
    """Every page of a region that may be found: only what is published or sold there now."""
    code = {"region": region.code}
    found = [
        SitemapEntry(("home",), reverse("home", kwargs=code)),
        SitemapEntry(("shop",), reverse("catalogue:list", kwargs=code)),
        SitemapEntry(("compare",), reverse("catalogue:compare", kwargs=code)),
        SitemapEntry(("articles",), reverse("articles:list", kwargs=code)),
    ]
    found += [SitemapEntry(("collection", row.pk), row.url_in(region)) for row in collections_in(region)]
    found += [
        SitemapEntry(("product", row.pk), row.url_in(region)) for row in Product.objects.on_sale_in(region)
    ]
    authors = set()
    for row in (
        current_publications(region)
        .only("starts_at", "article__slug", "version__changed_at", "version__author_id")
        .select_related(None)
        .select_related("article", "version")
    ):
        authors.add(row.version.author_id)
        changed = max(row.starts_at, min(row.version.changed_at, timezone.now()))
        found.append(SitemapEntry(("article", row.article_id), row.article.url_in(region), changed))
    found += [
        SitemapEntry(("author", row.pk), row.url_in(region)) for row in Author.objects.filter(pk__in=authors)
    ]
    found += [SitemapEntry(("help", page), reverse("help", kwargs={**code, "page": page})) for page in PAGES]
    return found


@public_page
def sitemap_index(request):
    context = {"site": settings.SITE_URL, "regions": Region.all_open()}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@public_page
def sitemap(request):
    by_region = {region: entries(region) for region in Region.all_open()}
    paths: dict[tuple, list] = {}
    for region, rows in by_region.items():
        for row in rows:
            paths.setdefault(row.name, []).append((region.hreflang, row.path))
    listed = [(row, paths[row.name]) for row in by_region[request.region]]
    context = {"site": settings.SITE_URL, "rows": listed}
    return render(request, "sitemap.xml", context, content_type="application/xml")
