"""What a change of a page's words shows in: that page, once it is published."""

from shop.content.moves import Moves, nothing
from shop.pages.names import scope_of
from shop.regions.models import Region


def _version(rows, changed) -> set[str]:
    codes = {region.pk: region.code for region in Region.all_cached()}
    return {
        scope_of(codes[row.region_id], row.page) for row in rows if row.starts_at and row.region_id in codes
    }


MOVES = {
    "PageVersion": Moves(_version, unseen=frozenset({"change", "published_at", "published_by", "made_at"})),
    "PageBlock": Moves(nothing),  # blocks change in drafts alone, which no page shows
}
