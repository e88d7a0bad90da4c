"""Wordings and prices of products carried over to another region: looked at first, and over nothing that is there already
but what was ticked.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from shop.catalogue.grid import MOST_CHANGES, PRICE, Cell, Change, Refusal, asked_changes, values_of
from shop.catalogue.grid import save as save_cells
from shop.catalogue.models import Product, ProductWording
from shop.catalogue.shelving import shelving_once
from shop.catalogue.stated import refuse_to_sell
from shop.claims.statements import as_listed, problems
from shop.money import exponent, round_half_up, to_decimal
from shop.regions.models import Region
from shop.text.fields import MAX_MONEY

MOST = 40  # products in one look
WORDS = ["name", "summary", "description", "legal_name", "directions", "warnings", "units_per_day"]


@dataclass(frozen=True)
class Way:
    """From where to where, and what one unit of money becomes. `ending`: the last digits of each price, such as 95."""

    source: Region
    target: Region
    with_words: bool = True
    factor: Decimal | None = None
    ending: str = ""

    def price(self, amount: int) -> int:
        """The nearest price with that ending; of two as near, the higher."""
        worth = to_decimal(amount, self.source.currency) * (self.factor or 0)
        value = round_half_up(worth.scaleb(exponent(self.target.currency)))
        if not self.ending:
            return value
        step, end = 10 ** len(self.ending), int(self.ending)
        low = (value - end) // step * step + end
        prices = [price for price in (low, low + step) if price >= 1]
        return min(prices, key=lambda price: (abs(price - value), -price))


@dataclass
class Item:
    """One thing that would be carried. `key`: for a box on the page; "" where it can't be, and `why` says so."""

    label: str
    was: str  # what is there already, else ""
    now: str
    key: str = ""
    why: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Carried:
    product: Product
    items: list[Item]


def products_for(way: Way, chosen: Iterable[int], after: int = 0) -> tuple[list[Product], int]:
    """(those to look at, how many follow them): of the chosen; if none is, those that the target still lacks."""
    chosen = list(chosen)
    kept: QuerySet[Product] = Product.objects.filter(binned_at=None, pk__gt=after).order_by("pk")
    rows = kept.filter(pk__in=chosen) if chosen else _lacking(kept, way)
    count = rows.count()
    words = ProductWording.objects.filter(region__in=[way.source, way.target])
    found = rows.prefetch_related("variants", Prefetch("wordings", words, "words_of_both"))[:MOST]
    return list(found), max(count - MOST, 0)


def _lacking(rows: QuerySet[Product], way: Way) -> QuerySet[Product]:
    of = ProductWording.objects.filter(product=OuterRef("pk"))
    rows = rows.filter(Exists(of.filter(region=way.source)))
    return rows.filter(~Exists(of.filter(region=way.target))) if way.with_words else rows


def looked_at(products: list[Product], way: Way) -> list[Carried]:
    """What would be carried of each product; those of which nothing would are left out."""
    packs = {pack.pk: pack for product in products for pack in product.variants.all()}
    amounts = values_of(packs) if way.factor else {}
    found = []
    for product in products:
        items = _words(product, way) if way.with_words else []
        if way.factor:
            items += _prices(product, way, amounts)
        if items:
            found.append(Carried(product, items))
    return found


def _of_both(product: Product, way: Way) -> tuple[ProductWording | None, ProductWording | None]:
    rows = {row.region_id: row for row in product.words_of_both}  # type: ignore[attr-defined]
    return rows.get(way.source.pk), rows.get(way.target.pk)


def _words(product: Product, way: Way) -> list[Item]:
    source, there = _of_both(product, way)
    if source is None:
        return []
    made, left_out = _made(product, source, there, way)
    item = Item("Wording", "", source.legal_name)
    if there is not None:
        if all(getattr(made, name) == getattr(there, name) for name in [*WORDS, "statements"]):
            return []
        item.was = there.legal_name
    item.notes = [f"Left out, since it may not be stated there: “{line}”" for line in left_out]
    try:
        _refuse(made)
    except ValidationError as error:
        item.why = " ".join(error.messages)
    else:
        item.key = f"words:{product.pk}:{_print_of(source)}:{_print_of(there)}"
    return [item]


def _made(product, source: ProductWording, there: ProductWording | None, way: Way):
    """(the wording that the target would have, not saved; statements of the source that it may not make).

    Nobody has compared it with a label yet: its facts are good until now, so that nothing is sold by it.
    """
    made = ProductWording(product=product, region=way.target, review_by=timezone.now())
    if there is not None:
        made.pk, made._state.adding = there.pk, False
    for name in WORDS:
        setattr(made, name, getattr(source, name))
    law, language = way.target.claims_law, way.target.language
    lines = as_listed(source.statement_list, law, language)
    kind, mg = product.judged_as or "", made.mg_a_day()
    may = [line for line in lines if not problems([line], law, kind, mg, language)]
    made.statements = "\n".join(may)
    return made, [line for line in lines if line not in may]


def _refuse(made: ProductWording) -> None:
    """Raise ValidationError for claims of the target's law, and for more magnesium a day than it knows as safe."""
    made.full_clean()
    above_level(made.product, made.region, made.units_per_day)


def above_level(product: Product, region: Region, units_per_day: int | None) -> None:
    """Raise ValidationError where the pack with the most magnesium passes the region's upper level."""
    amounts = [pack.magnesium_mg or 0 for pack in product.variants.all()] if product.pk else []
    mg = max(amounts, default=0) * (units_per_day or 0)
    if mg > region.legal.upper_level_mg:
        raise ValidationError(
            f"{mg} mg a day is above {region.the_name}’s level of {region.legal.upper_level_mg} mg "
            f"({region.legal.upper_level_source})."
        )


def _print_of(row: ProductWording | None) -> str:
    """Tells whether a wording is still what was looked at."""
    if row is None:
        return "none"
    values = [str(getattr(row, name)) for name in [*WORDS, "statements"]]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


def _prices(product: Product, way: Way, amounts) -> list[Item]:
    items, why = [], None
    for pack in product.variants.all():
        amount = amounts[Cell(pack.pk, way.source, PRICE)]
        cell = Cell(pack.pk, way.target, PRICE)
        was = amounts[cell]
        if amount is None or (now := way.price(amount)) == was:
            continue
        item = Item(f"{pack.sku}, {pack.label}", cell.words(was) if was else "", cell.words(now))
        item.notes = [f"From {way.source.money(amount)}"]
        change = Change(cell, pack.sku, was, now)
        if not 1 <= now <= MAX_MONEY:
            item.why = "That is no price that can be asked. Look at the factor."
        elif was is None:
            why = _not_sold(product, way.target) if why is None else why
            item.why = why
        if change.is_far:
            item.notes.append("More than half away from what it costs there now")
        item.key = "" if item.why else change.key
        items.append(item)
    return items


def _not_sold(product: Product, region: Region) -> str:
    try:
        refuse_to_sell(product, [region])
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def save(way: Way, taken: Iterable[str], *, who: str) -> tuple[int, int, list[Refusal]]:
    """What was ticked (`Item.key`), if it is still what was shown: (wordings, prices, what was not saved)."""
    taken = set(taken)
    words, refused = 0, []
    of_words = sorted(int(found[1]) for key in taken if (found := re.match(r"words:([0-9]{1,17}):", key)))
    with shelving_once():
        for pk in of_words[:MOST]:
            try:
                words += _save_words(pk, way, taken)
            except ValidationError as error:
                refused.append(Refusal(f"Wording of product {pk}", " ".join(error.messages)))
    asked = sorted(key for key in taken if key.startswith(f"{PRICE}:"))
    if len(of_words) > MOST or len(asked) > MOST_CHANGES:
        refused.append(Refusal("The rest", f"At most {MOST} wordings and {MOST_CHANGES} prices at a time."))
    changes = [change for change in asked_changes(asked) if change.cell.region == way.target and change.now]
    prices, not_now = save_cells(changes, who=who)
    return words, prices, refused + not_now


@transaction.atomic
def _save_words(pk: int, way: Way, taken: set[str]) -> int:
    """The product is locked first, so that two who do it at once are answered one after the other."""
    product = Product.objects.select_for_update(no_key=True).filter(pk=pk, binned_at=None).first()
    if product is None:
        raise ValidationError("It is gone.")
    rows = {row.region_id: row for row in product.wordings.filter(region__in=[way.source, way.target])}
    source, there = rows.get(way.source.pk), rows.get(way.target.pk)
    if source is None or f"words:{pk}:{_print_of(source)}:{_print_of(there)}" not in taken:
        raise ValidationError(
            "Somebody changed its wording meanwhile. Nothing was overwritten; look again, and save what you still mean."
        )
    made, _ = _made(product, source, there, way)
    _refuse(made)
    made.save()
    return 1
