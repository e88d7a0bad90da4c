"""What a change of a published review shows in: its product's pages in its region (shop.content.moves)."""

from shop.content.moves import Moves
from shop.content.scopes import product
from shop.regions.models import Region


def _published(rows, changed) -> set[str]:
    codes = {region.pk: region.code for region in Region.all_cached()}
    return {product(codes[row.region_id], row.product_id) for row in rows if row.region_id in codes}


MOVES = {"PublishedReview": Moves(_published, unseen=frozenset({"review_id", "rules"}))}
