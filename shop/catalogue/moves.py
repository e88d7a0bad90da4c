"""What a change of a product, a pack, a price, a picture, a tag or a collection shows in (shop.content.moves)."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.catalogue.models.particulars import told_of
from shop.catalogue.models.shown import EVERYWHERE, region_codes, scopes_of_packs, scopes_of_products
from shop.content.moves import Moves, nothing
from shop.content.scopes import NAMES, products_in, tag


@dataclass(frozen=True)
class OfProduct:
    """Of rows whose column `name` is a product: what it shows in, in the row's region if it has one.

    `page_only`: columns that stand on the product's own page and on no card, save where one comes to tell or no longer tells
    what a law wants told (`owner`: whose columns they are, see `Fact`): then it is sold or not sold any more.
    """

    name: str = "product_id"
    page_only: frozenset[str] = frozenset()
    owner: str = ""

    def __call__(self, rows, changed) -> set[str]:
        pairs = [(getattr(row, self.name), getattr(row, "region_id", EVERYWHERE)) for row in rows]
        cards = not changed <= self.page_only or self._tells_otherwise(rows, changed)
        return scopes_of_products(pairs, cards=cards)

    def _tells_otherwise(self, rows, changed) -> bool:
        told: dict[int, set[tuple[bool, ...]]] = {}
        for row in rows if self.owner else ():
            told.setdefault(row.pk, set()).add(told_of(row, self.owner, changed))
        return any(len(states) > 1 for states in told.values())


def _price(rows, changed) -> set[str]:
    return scopes_of_packs((row.variant_id, row.region_id) for row in rows)


def _tag(name: str) -> Callable:
    return lambda rows, changed: {
        tag(code, getattr(row, name)) for row in rows for code in region_codes().values()
    }


def _product_tag(rows, changed) -> set[str]:
    """Its tag by name, since a product that lost it has it no longer."""
    return OfProduct()(rows, changed) | _tag("tag_id")(rows, changed)


_OF_PRODUCT = OfProduct(
    "pk",
    page_only=frozenset(
        {"description", "ingredients", "us_ingredients", "allergens", "storage", "tax_class"}
    ),
    owner="product",
)


def _product(rows, changed) -> set[str]:
    """The names of the first so many are read in their order (shop.claims.names)."""
    return _OF_PRODUCT(rows, changed) | ({NAMES} if changed & {"name", "position"} else set())


def _lists(rows, changed) -> set[str]:
    return {products_in(code) for code in region_codes().values()}


MOVES = {
    "RelatedProductTag": Moves(_tag("pk")),
    "Product": Moves(_product),
    "ProductTag": Moves(_product_tag),
    "ProductWording": Moves(
        OfProduct(
            page_only=frozenset({"description", "legal_name", "directions", "warnings", "statements"}),
            owner="wording",
        )
    ),
    "Variant": Moves(OfProduct(page_only=frozenset({"hs_code", "barcode", "ship_weight_g"}), owner="pack")),
    "ProductPicture": Moves(OfProduct()),
    "Price": Moves(_price),
    "PriceLog": Moves(_price),
    "Collection": Moves(_lists),
    "CollectionProduct": Moves(_lists),
    # Old addresses lead on; what leads on is never kept.
    "OldProduct": Moves(nothing),
    "OldCollection": Moves(nothing),
}
