"""Looks whether the shelf is right, since lists believe it: by a command, and a few products at a time by the worker."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Product, ShelfCount, ShelfRow
from shop.catalogue.shelving import Counts, facts_of, lock, parts, said, shelve
from shop.content.models import content_changed, one_state

A_LOOK = 50  # products that the worker looks at in a minute
log = logging.getLogger(__name__)


def shelve_all() -> int:
    """Every product, also those that are gone, and the counts from the rows; how many rows and counts were wrong.

    Saving waits for some products at a time; where nothing stands on the shelf yet, for all at once.
    """
    if not ShelfRow.objects.exists() and not ShelfCount.objects.exists():
        return shelve(Product.objects.order_by().values_list("pk", flat=True))
    wrong = 0
    for pks in parts(_all_products()):
        wrong += shelve(pks)
    return wrong + recount()


def _all_products() -> list[int]:
    shelved = ShelfRow.objects.order_by().values_list("product", flat=True).distinct()
    return sorted(set(Product.objects.order_by().values_list("pk", flat=True)) | set(shelved))


def recount() -> int:
    """Count the rows anew; how many stored counts were wrong. Saving waits for it only if any is."""
    if not miscounted().wrong:
        return 0
    with transaction.atomic():
        lock()
        counted = miscounted()
        counted.write()
    return len(counted.wrong)


def miscounted() -> Counts:
    """What must be added to the stored counts to make them those of the rows."""
    counted = Counts()
    for row in ShelfRow.objects.only("region", "tags", "cell", "since", "until", "is_card").iterator():
        counted.add(row, 1)
    for row in ShelfCount.objects.iterator():
        key = row.region_id, row.tag, row.cell, row.since
        counted.cards[key] -= row.cards
        counted.packs[key] -= row.packs
    return counted


def drift(products: Iterable[int] | None = None) -> list[int]:
    """The pks of products, default all, whose rows don't say what they should; nothing is written or locked."""
    now, wrong = timezone.now(), set()
    for pks in parts(_all_products() if products is None else sorted(products)):
        with one_state():
            stored = _by_product(ShelfRow.objects.filter(product__in=pks), now)
            wanted = _by_product((row for facts in facts_of(pks, now) for row in facts.rows()), now)
        wrong |= {pk for pk in pks if stored[pk] != wanted[pk]}
    return sorted(wrong)


def _by_product(rows: Iterable[ShelfRow], now: datetime) -> dict[int, list]:
    """What rows say from now on, to be compared."""
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        if row.until > now:
            found[row.product_id].append([max(row.since, now), row.until, *said(row)])
    return defaultdict(list, {pk: sorted(lines, key=repr) for pk, lines in found.items()})


class LookAtShelf:
    """A few products at a time, and after the last of them the counts; what is wrong is mended and logged.

    Rows are wrong only if something changed products past their models: by SQL, or by a version of this project that
    knew no shelf and ran beside this one while it was deployed.
    """

    __name__ = "look_at_shelf"

    def __init__(self):
        self.after = 0

    def __call__(self) -> bool:
        rows = Product.objects.filter(pk__gt=self.after).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:A_LOOK])
        self.after = pks[-1] if len(pks) == A_LOOK else 0
        wrong = drift(pks)
        found = shelve(wrong) if wrong else 0
        if not self.after:
            found += recount()
        if found:
            log.warning("%s rows of lists were wrong and are mended; products %s", found, wrong)
            content_changed()
        return False
