"""The number beside the basket in the header, for pages that cost next to nothing."""

import threading
from dataclasses import dataclass, field

from django.utils import timezone

from shop.catalogue.models import Variant
from shop.content.memo import next_moment
from shop.content.models import content_version
from shop.content.short import ask

LINES = (  # of several baskets, named by their pk
    "SELECT basket_id::text, variant_id::text, quantity::text FROM basket_basketline"
    " WHERE basket_id = ANY(%s::bigint[])"
)
MAX_PACKS = 10_000  # remembered of a region


@dataclass
class Buyable:
    """Which packs can be bought in a region as long as content is what it is. `ends`: a POSIX time."""

    version: int
    ends: float
    packs: dict[int, bool] = field(default_factory=dict)


_by_region: dict[int, Buyable] = {}
_lock = threading.Lock()


def quantity_for_all(basket_pk, region) -> int:
    """As `quantity_in`, for a basket whose orders hold nothing in the region: one short query, no join."""
    rows = ask("SELECT variant_id, quantity FROM basket_basketline WHERE basket_id = %s", basket_pk)
    return quantity_of([(int(variant), int(quantity)) for variant, quantity in rows], region)


def quantity_of(lines: list[tuple[int, int]], region) -> int:
    """The same of lines that were read before: (pk of a pack, quantity)."""
    if not lines:
        return 0
    packs = _known(region, [variant for variant, _ in lines])
    return sum(quantity for variant, quantity in lines if packs[variant])


def _known(region, variants: list[int]) -> dict[int, bool]:
    version, now = content_version(), timezone.now()
    with _lock:
        known = _by_region.get(region.pk)
        if (
            known is None
            or known.version != version
            or known.ends <= now.timestamp()
            or len(known.packs) > MAX_PACKS
        ):
            known = _by_region[region.pk] = Buyable(version, next_moment(now))
    missing = [pk for pk in variants if pk not in known.packs]
    if missing:
        rows = Variant.objects.buyable_in(region).filter(pk__in=missing)
        found = set(rows.values_list("pk", flat=True))
        known.packs.update((pk, pk in found) for pk in missing)
    return known.packs


def forget_buyable() -> None:
    with _lock:
        _by_region.clear()
