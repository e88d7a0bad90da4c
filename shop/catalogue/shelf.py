"""The shelf of a region: its products in order, filtered and counted by the database, a page at a time.

Lists, search, feeds and articles choose here by pk, and read what they show from `cards_of`.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Subquery, Sum
from django.utils import timezone

from shop.catalogue.cells import Cell
from shop.catalogue.models import ShelfCount, ShelfRow, Variant
from shop.catalogue.offers import own_packs
from shop.content.compiled import Compiled
from shop.content.memo import memoised
from shop.content.scopes import products_in, shows

OURS = ("position", "product_id")  # the shop's own order
ORDERS = {
    "": OURS,
    "price": ("amount", *OURS),
    "-price": ("-amount", *OURS),
    "dose": ("-mg_a_day", *OURS),
}
A_PAGE = 24
ANY_TAG = 0


def packs_on_shelf(region, at=None) -> QuerySet[ShelfRow]:
    """A row for each pack on sale in a region."""
    shows(products_in(region.code))
    return ShelfRow.objects.held_at(region, at)


def shelf(region, at=None) -> QuerySet[ShelfRow]:
    """A row for each product on sale in a region: that of the pack its card shows.

    For those whose own order holds packs there, the card of what is sold out to everybody else may show another pack.
    """
    rows = packs_on_shelf(region, at)
    before, now = own_cards(region, at)
    if not now:
        return rows.filter(is_card=True)
    return rows.filter(
        Q(is_card=True) & ~Q(pk__in=[row.pk for row in before]) | Q(pk__in=[row.pk for row in now])
    )


def cards_for_most(region: int, now) -> QuerySet[ShelfRow]:
    """The shelf of a region (its pk) for those whose own order holds no packs there; for queries that are compiled."""
    return ShelfRow.objects.filter(region=region, since__lte=now, until__gt=now, is_card=True)


@Compiled
def _of_products(region: int, now, products: list[int]):
    return cards_for_most(region, now).filter(product__in=products)


def shelved(products: Iterable[int], region) -> list[ShelfRow]:
    """The rows of these products on the shelf of a region."""
    shows(products_in(region.code))
    if own_packs(region):
        return list(shelf(region).filter(product__in=products))
    return _of_products(region.pk, timezone.now(), products)


class Shelved(NamedTuple):
    """What filters and sorts of a list that is already found ask about a row."""

    product_id: int
    cell: str
    amount: int
    mg_a_day: int


@Compiled
def _facts_of_products(region: int, now, products: list[int]):
    return cards_for_most(region, now).filter(product__in=products).values_list(*Shelved._fields)


def shelved_facts(products: Iterable[int], region) -> list[Shelved]:
    """The same for those who show many of them and need no more than that."""
    shows(products_in(region.code))
    if own_packs(region):
        found = list(shelf(region).filter(product__in=products).values_list(*Shelved._fields))
    else:
        found = _facts_of_products(region.pk, timezone.now(), products)
    return [Shelved(*row) for row in found]


def own_cards(region, at=None) -> tuple[list[ShelfRow], list[ShelfRow]]:
    """(rows that are no cards for whose request this is, those that stand for the same products instead)."""
    own = own_packs(region)
    if not own:
        return [], []
    products = Variant.objects.filter(pk__in=own).values("product")
    by_product: dict[int, list[ShelfRow]] = {}
    for row in packs_on_shelf(region, at).filter(product__in=products):
        by_product.setdefault(row.product_id, []).append(row)
    before, now = [], []
    for rows in by_product.values():
        first = min(
            rows,
            key=lambda row: (
                row.sold_out and row.variant_id not in own,
                row.amount,
                row.pack_position,
                row.variant_id,
            ),
        )
        if not first.is_card:
            before += [row for row in rows if row.is_card]
            now.append(first)
    return before, now


def can_be_bought(region) -> Q:
    """Of rows: not sold out, for whose request this is."""
    own = own_packs(region)
    return Q(sold_out=False) | Q(variant__in=own) if own else Q(sold_out=False)


def counts(region) -> Counter[Cell]:
    """How many products of each cell are on sale in a region."""
    found = Counter({cell: cards for cell, (cards, _) in _counted(region).items() if cards})
    return _with_own(found, region)


def counts_by_tag(region, tags: Iterable[int]) -> dict[int, Counter[Cell]]:
    """The same of the products that have a related-product tag, by its pk; one query."""
    found: dict[int, Counter[Cell]] = {tag: Counter() for tag in tags}
    shows(products_in(region.code))
    for tag, cell, products in _sums_of_tags(region.pk, timezone.now(), list(found)):
        found[tag][Cell.read(cell)] = products
    return {tag: _with_own(of_tag, region, tag) for tag, of_tag in found.items()}


def _with_own(found: Counter[Cell], region, tag: int = ANY_TAG) -> Counter[Cell]:
    before, now = own_cards(region)
    for rows, number in ((before, -1), (now, 1)):
        for row in rows:
            if tag == ANY_TAG or tag in row.tags:
                found[Cell.read(row.cell)] += number
    return +found


def packs_count(region) -> int:
    """How many packs are on sale in a region."""
    return sum(packs for _, packs in _counted(region).values())


@Compiled
def _sums_of_tags(region: int, now, tags: list[int]):
    rows = ShelfCount.objects.filter(region=region, since__lte=now, tag__in=tags)
    return rows.values_list("tag", "cell").annotate(products=Sum("cards"))


@Compiled
def _sums(region: int, now):
    rows = ShelfCount.objects.filter(region=region, since__lte=now, tag=ANY_TAG).values_list("cell")
    return rows.annotate(products=Sum("cards"), all_packs=Sum("packs"))


def _counted(region) -> dict[Cell, tuple[int, int]]:
    """{cell: (products, packs)} of now, memoised."""

    def load():
        shows(products_in(region.code))
        sums = _sums(region.pk, timezone.now())
        return {Cell.read(cell): (cards, packs) for cell, cards, packs in sums}

    return memoised(f"shelf counts {region.code}", load, scheduled=True)


def in_cells(rows: QuerySet[ShelfRow], cells: Iterable[Cell]) -> QuerySet[ShelfRow]:
    return rows.filter(cell__in=[cell.key for cell in cells])


def first_of_each(lists: Iterable[QuerySet[ShelfRow]]) -> QuerySet[ShelfRow]:
    """The first row of each of these ordered lists, in the shop's order; one query."""
    firsts = [Subquery(rows.values("pk")[:1]) for rows in lists]
    return ShelfRow.objects.filter(pk__in=firsts).order_by(*OURS)


class CountedPaginator(Paginator):
    """Pages of rows whose number is known; nothing is counted again."""

    def __init__(self, rows, count: int, per_page: int = A_PAGE):
        super().__init__(rows, per_page)
        self.count = count
