"""Every place in every region, as a table and as JSON."""

import json
from collections.abc import Iterator

from config.audit import places, purchase  # noqa: F401 - each registers its places
from config.audit.read import PLACES, Statement, Walk, _plain
from shop.catalogue.offers import Offer
from shop.regions.models import Region
from shop.web.language import speaking


def walk_all(regions=None, only: str = "") -> Iterator[tuple[str, Region, Statement]]:
    """(place, region, what was said) of every place, or of the one named `only`, in every region, of every variant.

    Changes nothing.
    """
    for region in regions or Region.all_open():
        walk = Walk.through(region)
        for one in [one for one in PLACES if only in {"", one.name}]:
            with speaking(region):
                found = list(one.walk(walk))
            for said in found:
                yield one.name, region, said


def as_table(rows) -> tuple[list[str], list[dict]]:
    """(lines of a table: region, SKU, offer, one mark a place; faults as dicts)."""
    names = [one.name for one in PLACES]
    cells: dict[tuple[str, str], dict[str, bool]] = {}
    offered: dict[tuple[str, str], Offer] = {}
    faults = []
    for name, region, said in rows:
        key = (region.code, said.offer.variant.sku)
        offered[key] = said.offer
        found = said.faults
        cells.setdefault(key, {})[name] = cells.get(key, {}).get(name, True) and not found
        faults += [{"region": region.code, "sku": key[1], "surface": name, "fault": fault} for fault in found]
    lines = [f"{'region':8}{'SKU':14}{'price':>12}  {'stock':10}" + "  ".join(names)]
    for key in sorted(cells):
        offer = offered[key]
        marks = "  ".join(
            {True: "ok", False: "WRONG", None: "–"}[cells[key].get(name)].ljust(len(name)) for name in names
        )
        lines.append(f"{key[0]:8}{key[1]:14}{_plain(offer.price):>12}  {offer.availability:10}{marks}")
    return lines, faults


def as_json(faults) -> str:
    return json.dumps({"faults": faults}, ensure_ascii=False)
