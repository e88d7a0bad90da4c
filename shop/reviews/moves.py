"""What a change of a published review shows in: its product's pages in its region (shop.content.moves)."""

from shop.content.moves import Moves
from shop.content.scopes import product
from shop.regions.models import Region


def _published(rows, changed) -> set[str]:
    codes = Region.codes_showing()
    return {product(code, row.product_id) for row in rows for code in codes.get(row.region_id, ())}


MOVES = {"PublishedReview": Moves(_published, unseen=frozenset({"review_id", "rules"}))}
