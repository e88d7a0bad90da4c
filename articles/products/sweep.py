"""Link health by the worker: the articles that a change may concern, a few at a time; all of them once a day."""

import time
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from articles.models import LinkTrouble, ProductCard, ProductLink, Publication, VersionTag
from articles.products.health import look_at_links
from shop.catalogue.offers import repriced
from shop.content.models import count_what_was_not, moved_since
from shop.content.scopes import SITE, row_of

A_LOOK = 50  # articles
ALL_EVERY = 24 * 3600  # seconds


class LookAtLinks:
    """The worker's sweep: true while there is more to look at.

    What changed is told by the scopes that moved since the last look (shop.content.scopes), and by what began or
    ended by the clock meanwhile. After a start, and after a change of the site as a whole, every article is looked at.
    """

    __name__ = "look_at_links"

    def __init__(self):
        self.count: int | None = None
        self.looked_at = timezone.now()
        self.next_all = 0.0
        self.waiting: list[int] = []

    def __call__(self) -> bool:
        self._find()
        now, self.waiting = self.waiting[:A_LOOK], self.waiting[A_LOOK:]
        changed = look_at_links(articles=now) if now else 0
        return bool(changed or self.waiting)

    def _find(self) -> None:
        """Add what may have changed since the last time."""
        before, since, clock = self.count, self.looked_at, time.monotonic()
        self.looked_at = timezone.now()
        count_what_was_not()
        self.count, moved = moved_since(before or 0)
        if before is None or SITE in moved or clock >= self.next_all:
            self.next_all = clock + ALL_EVERY
            found = _all_articles()
        else:
            found = articles_of(moved) | _begun_or_ended(since, self.looked_at)
        self.waiting += sorted(found - set(self.waiting))


def _all_articles() -> set[int]:
    """Those that were ever published, and those known to be in trouble."""
    published = Publication.objects.order_by().values_list("article", flat=True).distinct()
    return set(published) | set(LinkTrouble.objects.filter(ended_at=None).values_list("article", flat=True))


def articles_of(moved: Iterable[str]) -> set[int]:
    """The articles that these scopes are about: their own pages, their products and their tags."""
    rows: dict[str, set[int]] = {"article": set(), "product": set(), "tag": set()}
    for kind, pk in filter(None, map(row_of, moved)):
        if kind in rows:
            rows[kind].add(pk)
    tagged = VersionTag.objects.filter(tag__in=rows["tag"]).order_by()
    found = rows["article"] | _naming(rows["product"])
    return found | set(tagged.values_list("version__article", flat=True).distinct())


def _naming(products: set[int]) -> set[int]:
    """The articles that name these products by hand, in any version of theirs."""
    if not products:
        return set()
    linked = ProductLink.objects.filter(product__in=products).order_by()
    in_text = ProductCard.objects.filter(product__in=products).order_by()
    return set(linked.values_list("version__article", flat=True).distinct()) | set(
        in_text.values_list("parent__article", flat=True).distinct()
    )


def _begun_or_ended(since, until) -> set[int]:
    """The articles that something scheduled concerns, from a moment to another."""
    times = (since, until)
    publications = Publication.objects.filter(Q(starts_at__range=times) | Q(ends_at__range=times)).order_by()
    products = repriced(since, until)
    tagged = VersionTag.objects.filter(tag__producttag__product__in=products) if products else None
    by_tag = (
        set(tagged.values_list("version__article", flat=True).distinct()) if tagged is not None else set()
    )
    return set(publications.values_list("article", flat=True)) | _naming(products) | by_tag
