"""What is in each collection in a region: what was put in by hand in staff's order, then by rule in the shop's."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.http import Http404

from shop.catalogue.cells import Cell
from shop.catalogue.models import Collection, CollectionProduct, ProductTag, ShelfRow
from shop.catalogue.offers import memoised_unless_own
from shop.catalogue.shelf import ANY_TAG, OURS, counts, counts_by_tag, in_cells, shelf, shelved
from shop.content.compiled import Compiled, hang
from shop.content.memo import memoised


def collections_in(region) -> tuple[Collection, ...]:
    """Every open collection with something in it in a region, in staff's order."""

    def load():
        rows = _open()
        _load_by_hand(rows)
        return tuple(one.collection for one in collected(rows, region) if one.count)

    return memoised_unless_own(f"collections in {region.code}", load, region)


def open_collection(slug: str) -> Collection:
    """Raises Http404."""
    rows = _open_at(slug)
    if not rows:
        raise Http404("There is no such collection.")
    _load_by_hand(rows)
    return rows[0]


def _load_by_hand(rows: list[Collection]) -> None:
    hang(rows, "by_hand", _put_in([row.pk for row in rows]) if rows else [])


@Compiled
def _put_in(collections: list[int]):
    return CollectionProduct.objects.filter(collection__in=collections)


@Compiled
def _open():
    return Collection.objects.filter(is_open=True).select_related("picture")


@Compiled
def _open_at(slug: str):
    return Collection.objects.filter(is_open=True, slug=slug).select_related("picture")


def how_many_in(region) -> dict[int, int]:
    """How many products each collection has in a region, open or not, by the collection's pk; memoised."""

    def load():
        rows = Collection.objects.prefetch_related("by_hand")
        return {one.collection.pk: one.count for one in collected(rows, region)}

    return memoised(f"how many in collections in {region.code}", load, scheduled=True)


def collected(collections: Iterable[Collection], region) -> list["Collected"]:
    """What is in each of these; three queries, however many there are. Each needs `by_hand` loaded."""
    collections = list(collections)
    put_in = {row.product_id for one in collections for row in one.by_hand.all()}
    here = {row.product_id: row for row in shelved(put_in, region)} if put_in else {}
    tags = {one.rule_tag_id for one in collections if one.rule_tag_id}
    by_tag = {ANY_TAG: counts(region), **(counts_by_tag(region, tags) if tags else {})}
    return [Collected(one, region, here, by_tag[one.rule_tag_id or ANY_TAG]) for one in collections]


class Collected:
    """The pks of the products in a collection in a region, read by slices. `count`: how many there are."""

    def __init__(self, collection: Collection, region, here: dict[int, ShelfRow], counted):
        self.collection, self.region = collection, region
        by_hand = [here[row.product_id] for row in collection.by_hand.all() if row.product_id in here]
        self.by_hand = [row.product_id for row in by_hand]
        self.cells = [cell for cell in counted if collection.fits(cell)]
        by_rule_too = sum(self._fits(row) for row in by_hand)
        self.count = len(by_hand) + sum(counted[cell] for cell in self.cells) - by_rule_too

    def _fits(self, row: ShelfRow) -> bool:
        tag = self.collection.rule_tag_id
        return self.collection.fits(Cell.read(row.cell)) and (not tag or tag in row.tags)

    def _by_rule(self):
        rows = in_cells(shelf(self.region), self.cells).exclude(product__in=self.by_hand)
        if self.collection.rule_tag_id:
            of = ProductTag.objects.filter(product=OuterRef("product"), tag=self.collection.rule_tag_id)
            rows = rows.filter(Exists(of))
        return rows.order_by(*OURS).values_list("product_id", flat=True)

    def __getitem__(self, part: slice) -> list[int]:
        first = len(self.by_hand)
        found = self.by_hand[part]
        if part.stop > first and self.cells:
            found += self._by_rule()[max(part.start - first, 0) : part.stop - first]
        return found
