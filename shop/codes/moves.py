"""What a change of an automatic discount shows in: the product pages of its region."""

from shop.catalogue.models.shown import region_codes
from shop.content.moves import Moves
from shop.content.scopes import discounts_in


def _region(rows, changed) -> set[str]:
    codes = region_codes()
    return {discounts_in(codes[row.region_id]) for row in rows if row.region_id in codes}


MOVES = {"AutomaticDiscount": Moves(_region, unseen=frozenset({"used"}))}
