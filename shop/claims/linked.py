"""What the products beside a text are, as far as its claims depend on them."""

from collections.abc import Iterable

from django.apps import apps

from shop.claims.check import KINDS
from shop.regions.models import Region


class NoSuchPack(LookupError):
    """The pack numbers of which there is none."""


def linked(skus: Iterable[str], region: Region) -> tuple[tuple[str, ...], float | None]:
    """The kinds of the products with these packs, and the smallest daily amount of magnesium among them, in mg.

    Without a pack: every kind, and no amount known. Raises NoSuchPack.
    """
    wanted = set(skus)
    if not wanted:
        return KINDS, None
    askable = [sku for sku in wanted if "\0" not in sku]  # PostgreSQL takes no NUL
    rows = apps.get_model("catalogue", "Variant").objects.filter(sku__in=askable).select_related("product")
    packs = list(rows)
    missing = wanted - {pack.sku for pack in packs}
    if missing:
        raise NoSuchPack(", ".join(sorted(missing)))
    amounts = []
    for pack in packs:
        wording = pack.product.wording_in(region)
        if pack.magnesium_mg and wording and wording.units_per_day:
            amounts.append(pack.magnesium_mg * wording.units_per_day)
    return tuple(sorted({pack.product.judged_as for pack in packs})), min(amounts, default=0)
