"""What a change of an automatic discount shows in: the product pages of its region."""

from shop.content.moves import Moves
from shop.content.scopes import discounts_in
from shop.regions.models import Region


def _region(rows, changed) -> set[str]:
    codes = Region.codes_showing()
    return {discounts_in(code) for row in rows for code in codes.get(row.region_id, ())}


MOVES = {"AutomaticDiscount": Moves(_region, unseen=frozenset({"used"}))}
