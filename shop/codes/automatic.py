"""What is taken off by itself, and which one discount an order has.

One discount an order: of its code and all automatic ones, whichever takes most off; where two take the same, the
automatic one, so that the code can be used another time. They never add up.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.attribution.origins import spread
from shop.codes.discount import CodeRefused, Discount, discount_for, with_least_left
from shop.codes.models import AutomaticDiscount, AutomaticKind, AutomaticUse
from shop.content.compiled import Compiled
from shop.content.models import content_changed
from shop.content.scopes import discounts_in
from shop.money import round_half_up
from shop.regions.models import Region


class Bought(NamedTuple):
    """A line of a basket, in minor units."""

    product: int
    quantity: int
    unit: int

    @property
    def total(self) -> int:
        return self.quantity * self.unit


def in_force(region: Region | int, at: datetime | None = None) -> QuerySet[AutomaticDiscount]:
    now = at or timezone.now()
    rows = AutomaticDiscount.objects.filter(region=region, is_active=True, starts_at__lte=now)
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=now)).filter(Q(limit=None) | Q(used__lt=F("limit")))
    return rows.select_related("region", "product").order_by("pk")


def in_force_about(product: int, region: Region) -> list[AutomaticDiscount]:
    """Those that are about this product (its pk), among others or alone."""
    return _about(region.market_id, timezone.now(), product)


@Compiled
def _about(region: int, now, product: int):
    return in_force(region, now).filter(Q(product=None) | Q(product=product))


def best_discount(
    text: str, region: Region, lines: Sequence[Bought], *, at: datetime | None = None, email: str = ""
) -> Discount | None:
    """The one discount of these lines, if any takes something off. Raises CodeRefused for a typed code that can't be used."""
    goods = [(line.product, line.total) for line in lines]
    coded = discount_for(text, region, goods, at=at, email=email) if text and lines else None
    best = None
    for row in in_force(region, at) if lines else ():
        found = taken_off(row, lines)
        if found.total and (best is None or found.total > best.total):
            best = found
    if best is None or (coded is not None and coded.total > best.total):
        return coded
    return best if coded is None else Discount(None, best.parts, best.automatic, instead_of=coded)


def taken_off(row: AutomaticDiscount, lines: Sequence[Bought]) -> Discount:
    """What one automatic discount takes off, by line; nothing where its terms are not met.

    What it takes off is shared by all packs that it is about, by their worth: each that comes back is worth its part.
    """
    fitting = [line.total if row.product_id in {None, line.product} else 0 for line in lines]
    packs = sum(line.quantity for line, worth in zip(lines, fitting, strict=True) if worth)
    worth, goods = sum(fitting), sum(line.total for line in lines)
    off = 0
    if row.kind == AutomaticKind.PAY_FEWER:
        assert row.packs
        assert row.pays
        off = _cheapest(
            [(line.unit, line.quantity) for line, worth in zip(lines, fitting, strict=True) if worth],
            packs // row.packs * (row.packs - row.pays),
        )
    elif row.kind == AutomaticKind.SPEND:
        off = (row.amount or 0) if worth >= (row.minimum or 0) else 0
    elif packs >= (row.packs or 0):
        off = round_half_up(Decimal(worth) * (row.percent or 0) / 100)
    off = with_least_left(off, goods, region=row.region)
    return Discount(None, spread(off, fitting) if worth else [0] * len(lines), row)


def _cheapest(packs: list[tuple[int, int]], count: int) -> int:
    """What the `count` cheapest of these packs cost; `packs`: (price, how many)."""
    off = 0
    for unit, quantity in sorted(packs):
        taken = min(quantity, count)
        off, count = off + unit * taken, count - taken
    return off


def use_automatic(pk: int, reference: str) -> None:
    """Count an order towards the discount's limit, in the caller's transaction. Raises CodeRefused, and then roll back."""
    rows = AutomaticDiscount._base_manager.filter(pk=pk)
    if not rows.filter(Q(limit=None) | Q(used__lt=F("limit"))).update(used=F("used") + 1):
        raise CodeRefused(_("The offer in your basket has been used up: somebody was quicker."))
    AutomaticUse.objects.create(discount_id=pk, reference=reference)
    _tell_pages(pk)


def release_automatic(reference: str) -> bool:
    """The order ended unpaid: it counts no more, once, however often this is called."""
    row = AutomaticUse.objects.filter(reference=reference).first()
    if row is None or not AutomaticUse.objects.filter(pk=row.pk).delete()[0]:
        return False
    AutomaticDiscount._base_manager.filter(pk=row.discount_id, used__gte=1).update(used=F("used") - 1)
    _tell_pages(row.discount_id)
    return True


def _tell_pages(pk: int) -> None:
    """One with a limit may be used up now, or not any more: after the commit, since what others wait for comes last."""
    row = AutomaticDiscount.objects.select_related("region").get(pk=pk)
    if row.limit is not None and row.limit - row.used in {0, 1}:
        transaction.on_commit(
            lambda: content_changed(*map(discounts_in, Region.codes_showing()[row.region_id]))
        )
