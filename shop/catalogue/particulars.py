"""What must be told of a product before it is bought: what is missing, and what stands on its page; in Python, of loaded rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from shop.catalogue.models import Fact, Product, ProductWording, Variant
from shop.catalogue.models.particulars import Particular, particulars_of
from shop.regions.models import Region, Seller

NO_PROFILE = "a list of what must be told of this kind of product"
NO_WORDING = "a wording for this region"
REVIEW = "a look at its facts"


def _owners(product, pack, wording) -> dict[str, Any]:
    return {"product": product, "pack": pack, "wording": wording, "seller": Seller.current()}


def _value(particular: Particular, owners: dict[str, Any]) -> Any:
    owner, column = particular.place
    return getattr(owners[owner], column, None)


def missing(product: Product, pack: Variant, wording: ProductWording | None, region: Region) -> list[str]:
    """What is not told of a pack that the region's law wants, as staff read it. No query; the date of review is not looked at."""
    particulars = particulars_of(region.law).get(product.kind)
    if not particulars:
        return [NO_PROFILE]
    if wording is None:
        return [NO_WORDING]
    owners = _owners(product, pack, wording)
    return [row.asks for row in particulars if not row.holds(_value(row, owners))]


def all_told(product: Product, pack: Variant, wording: ProductWording | None, region: Region, at) -> bool:
    """Whether a pack may be sold at an aware time: `told_in` in Python, for what is loaded. No query."""
    looked_at = wording is not None and wording.review_by is not None and wording.review_by > at
    return looked_at and not missing(product, pack, wording, region)


@dataclass(frozen=True)
class Line:
    """A particular as shoppers read it."""

    fact: Fact
    label: str
    lines: list[str]


def told(product: Product, pack: Variant, wording: ProductWording | None, region: Region) -> list[Line]:
    """All that the region's law wants told of a pack, in its order, each fact once. No query."""
    owners, found = _owners(product, pack, wording), dict[Fact, Line]()
    for row in particulars_of(region.law).get(product.kind, []):
        fact, value = Fact(row.fact), _value(row, owners)
        if fact not in found and value:
            found[fact] = Line(
                fact, str(fact.label), _lines(fact, _in_its_language(row, owners, value), pack)
            )
    return list(found.values())


def _in_its_language(row: Particular, owners: dict, value: Any) -> Any:
    """As the page's language has it, where the row's words are translated; whether it is told is asked of the original."""
    owner, column = row.place
    words = owners[owner]
    return getattr(words.translated, column) if column in getattr(words, "translatable", ()) else value


def _lines(fact: Fact, value: Any, pack: Variant) -> list[str]:
    if fact == Fact.MAGNESIUM:
        return [gettext("{mg} mg per {unit}").format(mg=value, unit=pack.translated.unit_name)]
    if fact == Fact.UNITS_PER_DAY:
        return [f"{value} {pack.translated.unit_name if value == 1 else pack.translated.unit_names}"]
    return [line.strip() for line in str(value).splitlines() if line.strip()]
