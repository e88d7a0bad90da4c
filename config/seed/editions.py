"""The editions of regions that ship: a row of shop.json, the words of words/<language>.json, and what is their market's."""

from typing import Any

from config.seed.files import words_in
from shop.regions.editions import SHARED
from shop.regions.models import LawPack, Region


def facts_of(row: dict[str, Any], have: dict[str, Region]) -> dict[str, Any] | None:
    """Of a region that ships. Of an edition: its market's, and its words; None without the market, or the law in its language."""
    if "edition_of" not in row:
        return row
    market = have.get(row["edition_of"])
    if market is None or not LawPack.objects.filter(code=row["law"]).exists():
        return None
    shared = {name: getattr(market, name) for name in SHARED}
    return {**shared, **words_in(row["language"])["region"], **row, "edition_of": market}
