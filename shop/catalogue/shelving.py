"""Keeps the shelf: what lists choose by (models/shelf.py) follows each change of a product, in the same transaction.

Prices begin and end by the clock and nothing runs at that moment. So a product's rows hold the whole time that is known
today, cut where a price begins, and lists read those that hold now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone

from shop.catalogue.cells import Cell
from shop.catalogue.models import (
    Lack,
    Particular,
    Price,
    Product,
    ProductTag,
    ProductWording,
    ShelfCount,
    ShelfRow,
    Stock,
    Variant,
)
from shop.catalogue.models.shelf import ALWAYS, FOREVER
from shop.catalogue.models.shelved import SHELVED_BY, products_changed, products_of
from shop.catalogue.offers import amounts_known
from shop.catalogue.particulars import REVIEW, missing
from shop.content.models import ContentVersion, content_changed
from shop.content.moves import scopes_between
from shop.content.scopes import SITE
from shop.regions.models import Region, Seller

AT_ONCE = 200  # products
COUNTS_AT_ONCE = 2000
_waiting: ContextVar[set[int] | None] = ContextVar("products to shelve", default=None)
_as_it_stood: ContextVar[tuple | None] = ContextVar("what is being saved and changes nothing", default=None)


@dataclass
class Facts:
    """All that decides the rows of one product. By region pk, amounts as (moment, minor units or None), the first
    of each pack and region the one that is in force.
    """

    product: Product
    now: datetime
    regions: dict[int, Region]
    packs: list[Variant] = field(default_factory=list)
    amounts: dict[tuple[int, int], list[tuple[datetime, int | None]]] = field(default_factory=dict)
    sellable: dict[tuple[int, int], int] = field(default_factory=dict)
    wordings: dict[int, ProductWording] = field(default_factory=dict)
    tags: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[ShelfRow]:
        if self.product.is_withdrawn:
            return
        for region in sorted({region for _, region in self.amounts}):
            yield from self._rows_in(region)

    def _rows_in(self, region: int) -> Iterator[ShelfRow]:
        lines = {pack: self._line(pack, region) for pack in self.packs if pack.is_active}
        begins = sorted({ALWAYS, *(moment for line in lines.values() for moment, _ in line)})
        by_pack: dict[int, list[ShelfRow]] = defaultdict(list)
        for since, until in pairwise([*begins, FOREVER]):
            amounts = {
                pack: next((amount for moment, amount in reversed(line) if moment <= since), None)
                for pack, line in lines.items()
            }
            for row in self._rows_between(region, amounts, since, until):
                before = by_pack[row.variant_id]
                if before and before[-1].until == since and said(before[-1]) == said(row):
                    before[-1].until = until
                else:
                    before.append(row)
        for rows in by_pack.values():
            yield from rows

    def _line(self, pack: Variant, region: int) -> list[tuple[datetime, int | None]]:
        """The prices of a pack until its facts must be looked at again; none while one of them is missing."""
        line = self.amounts.get((pack.pk, region), [])
        until = self._until(region)
        if not line or until is None or self._missing(region, pack):
            return []
        return [*((moment, amount) for moment, amount in line if moment < until), (until, None)]

    def _until(self, region: int) -> datetime | None:
        """Until when the facts of a region count; None where that is over."""
        wording = self.wordings.get(region)
        until = wording.review_by if wording else None
        return until if until and until > self.now else None

    def _missing(self, region: int, pack: Variant) -> list[str]:
        return missing(self.product, pack, self.wordings.get(region), self.regions[region])

    def lacks(self) -> Iterator[Lack]:
        """What it lacks to be sold where it has a price, and from when on its facts count as old."""
        for region in [] if self.product.is_withdrawn else sorted({region for _, region in self.amounts}):
            packs = [
                pack
                for pack in self.packs
                if pack.is_active and any(amount for _, amount in self.amounts.get((pack.pk, region), []))
            ]
            asks = dict.fromkeys(ask for pack in packs for ask in self._missing(region, pack))
            if asks:
                yield self._lack(region, ALWAYS, list(asks))
            elif packs:
                yield self._lack(region, self.wordings[region].review_by or ALWAYS, [REVIEW])

    def _lack(self, region: int, since: datetime, asks: list[str]) -> Lack:
        return Lack(product_id=self.product.pk, region_id=region, since=since, asks=asks)

    def _rows_between(self, region, amounts, since, until) -> Iterator[ShelfRow]:
        sold = {pack: amount for pack, amount in amounts.items() if amount is not None}
        buyable = [pack for pack in sold if self.sellable.get((pack.pk, region), 0) > 0]
        card = min(buyable or sold, key=lambda pack: sold[pack], default=None)
        for pack, amount in sold.items():
            units = self.wordings[region].units_per_day or 0
            mg = (pack.magnesium_mg or 0) * units
            yield ShelfRow(
                region_id=region,
                product_id=self.product.pk,
                variant_id=pack.pk,
                since=since,
                until=until,
                is_card=pack is card,
                sold_out=pack not in buyable,
                form=self.product.form,
                kind=self.product.kind,
                cell=Cell.of(self.product, amount, mg).key,
                tags=self.tags,
                position=self.product.position,
                pack_position=pack.position,
                amount=amount,
                least_mg=min((row.magnesium_mg for row in self.packs if row.magnesium_mg), default=0),
                no_dose=not mg,
                mg_a_day=mg,
                units_a_day=units if mg else 0,
                days=pack.pack_units // units if mg else 0,
                cost_of_100_mg=amount * 100 / (pack.pack_units * pack.magnesium_mg) if mg else 0.0,
                cost_of_a_day=amount * units / pack.pack_units if mg else 0.0,
            )


SAID = [
    column.attname for column in ShelfRow._meta.concrete_fields if column.name not in {"id", "since", "until"}
]


def said(row: ShelfRow) -> list:
    """All that a row says but for how long."""
    return [getattr(row, name) for name in SAID]


def facts_of(products: Iterable[int], now: datetime) -> list[Facts]:
    """Of those that exist, with the prices in force at a moment and all later ones; six queries."""
    regions = {region.pk: region for region in Region.all_cached()}
    sellers: dict[int, list[int]] = defaultdict(list)  # a market and its editions, by the market
    for region in regions.values():
        sellers[region.market_id].append(region.pk)
    found = {row.pk: Facts(row, now, regions) for row in Product.objects.filter(pk__in=products)}
    packs: dict[int, Facts] = {}
    for pack in Variant.objects.filter(product__in=found).order_by("position", "pk"):
        found[pack.product_id].packs.append(pack)
        packs[pack.pk] = found[pack.product_id]
    for (pack, market), line in amounts_known(packs, now).items():
        for seller in sellers[market]:
            packs[pack].amounts[pack, seller] = [(begins or ALWAYS, amount) for begins, amount in line]
    for stock in Stock.objects.filter(variant__in=packs):
        for seller in sellers[stock.region_id]:
            packs[stock.variant_id].sellable[stock.variant_id, seller] = stock.sellable
    for wording in ProductWording.objects.filter(product__in=found):
        found[wording.product_id].wordings[wording.region_id] = wording
    for product, tag in ProductTag.objects.filter(product__in=found).values_list("product", "tag"):
        found[product].tags.append(tag)
    for facts in found.values():
        facts.tags.sort()
    return list(found.values())


def lock() -> None:
    """Until the transaction ends nobody else changes the shelf, or what shoppers see. Others' stock is locked before it."""
    ContentVersion.objects.select_for_update().filter(pk=1).first()


@transaction.atomic
def shelve(products: Iterable[int]) -> int:
    """Bring the rows of these products, by pk, up to what is known now; how many rows were wrong.

    One transaction at a time: each locks the content version first, so that of two that change the same product the
    second sees what the first did.
    """
    lock()
    now, counted = timezone.now(), Counts()
    wrong = sum(_shelve(part, now, counted) for part in parts(sorted(set(products))))
    counted.write()
    return wrong


def parts(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def _shelve(pks: list[int], now: datetime, counted: "Counts") -> int:
    facts = facts_of(pks, now)
    _keep_lacks(pks, facts)
    gone, new = _differences(pks, facts)
    if gone:
        ShelfRow.objects.filter(pk__in=[row.pk for row in gone]).delete()
    ShelfRow.objects.bulk_create(new)
    for row in gone:
        counted.add(row, -1)
    for row in new:
        counted.add(row, 1)
    return max(len(gone), len(new))


def _differences(pks: list[int], facts: list[Facts]) -> tuple[list[ShelfRow], list[ShelfRow]]:
    """(stored rows of these products that are wrong, rows that are missing); nothing is written."""
    stored = {_key(row): row for row in ShelfRow.objects.filter(product__in=pks)}
    wanted = {_key(row): row for product in facts for row in product.rows()}
    same = {
        key
        for key, row in wanted.items()
        if key in stored and stored[key].until == row.until and said(stored[key]) == said(row)
    }
    return (
        [row for key, row in stored.items() if key not in same],
        [row for key, row in wanted.items() if key not in same],
    )


def _keep_lacks(pks: list[int], facts: list[Facts]) -> None:
    """Store what these products lack; rows that say the same stay as they are."""
    wanted = {
        (row.product_id, row.region_id, row.since, *row.asks): row
        for product in facts
        for row in product.lacks()
    }
    stored = {
        (row.product_id, row.region_id, row.since, *row.asks): row
        for row in Lack.objects.filter(product__in=pks)
    }
    Lack.objects.filter(pk__in=[row.pk for key, row in stored.items() if key not in wanted]).delete()
    Lack.objects.bulk_create([row for key, row in wanted.items() if key not in stored])


def _key(row: ShelfRow) -> tuple:
    return row.variant_id, row.region_id, row.since


class Counts:
    """What rows add to the kept counts: one more from their beginning, one less from their end."""

    def __init__(self):
        self.cards: Counter = Counter()
        self.packs: Counter = Counter()

    def add(self, row: ShelfRow, one: int) -> None:
        for tag in (0, *row.tags):
            for moment, number in ((row.since, one), (row.until, -one)):
                if moment != FOREVER:
                    self.packs[row.region_id, tag, row.cell, moment] += number
                    self.cards[row.region_id, tag, row.cell, moment] += number if row.is_card else 0

    @property
    def wrong(self) -> list[tuple]:
        return [key for key in self.packs if self.packs[key] or self.cards[key]]

    def write(self) -> None:
        """Add them to what is stored. The caller has locked the content version."""
        keys = sorted(self.wrong)
        for start in range(0, len(keys), COUNTS_AT_ONCE):
            self._write(keys[start : start + COUNTS_AT_ONCE])

    def _write(self, keys: list[tuple]) -> None:
        names = ("region_id", "tag", "cell", "since")
        among = {f"{name}__in": set(part) for name, part in zip(names, zip(*keys, strict=True), strict=True)}
        stored = {
            tuple(getattr(row, name) for name in names): row for row in ShelfCount.objects.filter(**among)
        }
        kept: list[ShelfCount] = []
        empty: list[ShelfCount] = []
        for key in keys:
            row = stored.get(key) or ShelfCount(**dict(zip(names, key, strict=True)), cards=0, packs=0)
            row.cards += self.cards[key]
            row.packs += self.packs[key]
            (kept if row.cards or row.packs else empty).append(row)
        # Written anew rather than by bulk_update, whose statement compares each row with every other one.
        changed = [row.pk for row in [*empty, *kept] if row.pk]
        if changed:
            ShelfCount.objects.filter(pk__in=changed).delete()
        ShelfCount.objects.bulk_create(kept)


@contextmanager
def shelving_once():
    """What is changed inside is shelved once at its end, for loaders and whole forms; lists are right from then on."""
    if _waiting.get() is not None:
        yield
        return
    waiting: set[int] = set()
    with transaction.atomic():
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        shelve(waiting)


def _on_change(sender, products, **kwargs) -> None:
    waiting = _waiting.get()
    if waiting is None:
        shelve(products)
    else:
        waiting.update(products)


def _after_delete(sender, instance, **kwargs) -> None:
    """Where the pack of a price or stock is gone already, its own deletion tells of the product."""
    names = SHELVED_BY[sender._meta.model_name].split("__")
    if names == ["pk"]:
        _on_change(sender, {instance.pk})
    elif len(names) == 1:
        _on_change(sender, {getattr(instance, f"{names[0]}_id")})
    else:
        _on_change(sender, products_of(Variant, [instance.variant_id]))


def _before_law(sender, instance, update_fields=None, **kwargs) -> None:
    """Whether saving it changes anything: a form that was saved as it stood moves no page and no product."""
    stored = sender._base_manager.filter(pk=instance.pk).first()
    same = stored is not None and not scopes_between(sender, [(stored, instance)], update_fields)
    _as_it_stood.set((sender, instance.pk) if same else None)


def _after_law(sender, instance, **kwargs) -> None:
    """What must be told has changed, or what the seller tells. Some products at once; the worker comes to the rest.

    Django tells of a row before its change has moved anything, so what is remembered of it must be forgotten first.
    """
    if "created" in kwargs and _as_it_stood.get() == (sender, instance.pk):  # it was saved, not deleted
        return
    content_changed(SITE)
    products = Product.objects.order_by("pk").values_list("pk", flat=True)
    _on_change(sender, set(products[:AT_ONCE]))


def connect() -> None:
    """Listen to every change that may move a product in lists. Deleting is told by Django, for what goes along as well."""
    products_changed.connect(_on_change, dispatch_uid="shelving")
    for law in (Particular, Seller, Region):
        pre_save.connect(_before_law, sender=law, dispatch_uid=f"shelving law unchanged {law.__name__}")
        for signal in (post_save, post_delete):
            signal.connect(_after_law, sender=law, dispatch_uid=f"shelving law {law.__name__}")
    for model in (Product, Variant, Price, Stock, ProductWording, ProductTag):
        post_delete.connect(_after_delete, sender=model, dispatch_uid=f"shelving gone {model.__name__}")


def due(at) -> QuerySet[ShelfRow]:
    """Rows that have ended: history, which nobody looks at."""
    return ShelfRow.objects.filter(until__lte=at, until__lt=FOREVER)


def settle() -> bool:
    """Forget rows that have ended, of some products at a time; the counts keep their sums. Whether any were found."""
    pks = due(timezone.now()).order_by("until").values_list("product", flat=True)[:AT_ONCE]
    return bool(shelve(pks)) if pks else False
