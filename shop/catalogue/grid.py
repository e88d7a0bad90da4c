"""Prices and stock of many packs at once: what was typed or pasted becomes changes, each saved only where it still holds.

A cell is a price or a count of one pack in one region. Its change carries what it was when it was shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from shop.catalogue.models import Stock, StockCause, Told, Variant
from shop.catalogue.offers import amounts_in_force
from shop.catalogue.stated import refuse_to_sell
from shop.regions.models import Region
from shop.text.fields import money_text, money_typed, moved_far
from shop.text.numbers import Unreadable, read_whole, whole_or_none
from shop.text.typed import typed_code, without_invisible

PRICE, STOCK = "price", "stock"
MOST_STOCK = 1_000_000
MOST_LINES, MOST_CHANGES = 1000, 500  # of a paste; of cells in one look
NOT_SOLD = {"not sold", "none", "-", "–", "—"}  # as a price in a paste, where an empty cell says nothing


@dataclass(frozen=True)
class Cell:
    """Of a pack (its pk) in a region. `name` is that of its field in the form."""

    pack: int
    region: Region
    kind: str

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.pack}-{self.region.code}"

    @property
    def label(self) -> str:
        return f"{self.region.short_name} {self.kind}"

    def text(self, value: int | None) -> str:
        """As it stands in a field."""
        if self.kind == PRICE:
            return money_text(value, self.region.currency)
        return "" if value is None else str(value)

    def words(self, value: int | None) -> str:
        if self.kind == PRICE:
            return "not sold" if value is None else self.region.money(value)
        return "no count yet" if value is None else f"{value:,}"

    def read(self, text: str) -> int | None:
        """Minor units, or packs. Raises ValidationError in words for staff."""
        if self.kind == PRICE:
            return money_typed(text, self.region.currency)
        if not text.strip():
            return None
        try:
            count = read_whole(text)
        except Unreadable as error:
            raise ValidationError(str(error))
        if count > MOST_STOCK:
            raise ValidationError(f"Type a count up to {MOST_STOCK:,}.")
        return count


@dataclass(frozen=True)
class Change:
    cell: Cell
    sku: str
    was: int | None
    now: int | None

    @property
    def is_far(self) -> bool:
        return self.cell.kind == PRICE and moved_far(self.was, self.now)

    @property
    def was_text(self) -> str:
        return self.cell.words(self.was)

    @property
    def now_text(self) -> str:
        return self.cell.words(self.now)

    @property
    def key(self) -> str:
        """For a hidden field of the page that asks."""
        values = ("" if value is None else str(value) for value in (self.was, self.now))
        return ":".join([self.cell.kind, str(self.cell.pack), self.cell.region.code, *values])


@dataclass(frozen=True)
class Refusal:
    """What is not changed: which row and cell, why, and what helps."""

    where: str
    why: str


def packs_found(search: str) -> QuerySet[Variant]:
    """Packs with every word in their SKU, label or product's name, in the order of their SKUs."""
    rows = Variant.objects.filter(product__binned_at=None).select_related("product").order_by("sku")
    for word in without_invisible(search).split()[:6]:
        rows = rows.filter(
            Q(sku__icontains=word) | Q(product__name__icontains=word) | Q(label__icontains=word)
        )
    return rows


def values_of(packs: Iterable[int]) -> dict[Cell, int | None]:
    """What stands in every cell of these packs now. Two queries."""
    packs = list(packs)
    amounts = amounts_in_force(packs)
    counts = {
        (pack, region): count
        for pack, region, count in Stock.objects.filter(variant__in=packs).values_list(
            "variant", "region", "on_hand"
        )
    }
    found: dict[Cell, int | None] = {}
    for pack in packs:
        for region in Region.markets():
            found[Cell(pack, region, PRICE)] = amounts.get(pack, {}).get(region.pk)
            found[Cell(pack, region, STOCK)] = counts.get((pack, region.pk))
    return found


# --- what was typed and pasted ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unsaved:
    """A cell in which something else was typed than it was, valid or not."""

    name: str
    text: str
    was: str


WAS = re.compile(r"((price|stock)-([0-9]{1,17})-([a-z-]{1,8}))-was")


def unsaved_cells(typed: Any) -> list[Unsaved]:
    names = (found[1] for name in typed if (found := WAS.fullmatch(name)))
    cells = (Unsaved(name, typed.get(name, "")[:40], typed[f"{name}-was"][:40]) for name in names)
    return [cell for cell in cells if cell.text.strip() != cell.was.strip()]


def typed_changes(typed: Any) -> tuple[list[Change], list[Refusal]]:
    """Of a form in which each cell has, beside its field, a hidden one with what it was (its name and “-was”)."""
    names = {
        found[1]: (found[2], int(found[3]), found[4]) for name in typed if (found := WAS.fullmatch(name))
    }
    skus = dict(
        Variant.objects.filter(pk__in={pack for _, pack, _ in names.values()}).values_list("pk", "sku")
    )
    changes, refused = [], []
    for name, (kind, pack, code) in names.items():
        region, text, was_text = Region.by_code(code), typed.get(name, ""), typed[f"{name}-was"]
        if region is None or pack not in skus or text.strip() == was_text.strip():
            continue
        cell = Cell(pack, region, kind)
        try:
            change = _change(cell, skus[pack], _hidden(cell, was_text), text)
        except ValidationError as error:
            refused.append(Refusal(f"{skus[pack]}, {cell.label}", " ".join(error.messages)))
        else:
            changes += [change] if change else []
    return changes, refused


def _hidden(cell: Cell, text: str) -> int | None:
    try:
        return cell.read(text)
    except ValidationError:
        raise ValidationError(
            "The form came without what the cell was. Open the page anew and type it again."
        )


def _change(cell: Cell, sku: str, was: int | None, text: str) -> Change | None:
    now = cell.read(text)
    if now == was:
        return None
    if cell.kind == STOCK and now is None:
        raise ValidationError("It is empty. Type how many there are: 0 for none.")
    return Change(cell, sku, was, now)


def pasted_changes(text: str) -> tuple[list[Change], list[Refusal]]:
    """Of lines from a spreadsheet, with tabs or semicolons: a heading that names SKU, “UK price”, “UK stock” and the like
    in any order, then a pack a line. Empty cells stay as they are.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        return [], []
    if len(lines) > MOST_LINES + 1:
        return [], [
            Refusal("The paste", f"It has {len(lines):,} lines. Paste at most {MOST_LINES:,} at a time.")
        ]
    mark = "\t" if "\t" in lines[0][1] else ";"
    columns, unknown = _columns(lines[0][1].split(mark))
    if columns is None:
        words = "The first line must name its columns: SKU, then such as “UK price” and “UK stock”, with tabs or semicolons between."
        return [], [Refusal("Line 1", words)]
    refused = [Refusal("Line 1", f"“{name}” is no column of this page and was left out.") for name in unknown]
    rows = [(number, [part.strip().strip('"') for part in line.split(mark)]) for number, line in lines[1:]]
    at = columns.pop("sku")
    skus = {typed_code(cells[at]) for _, cells in rows if at < len(cells)}
    packs = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    known, changes, seen = values_of(packs.values()), [], set()
    for number, cells in rows:
        sku = typed_code(cells[at]) if at < len(cells) else ""
        if sku not in packs or sku in seen:
            words = (
                "stands twice; its first line counts"
                if sku in seen
                else "is no pack of the shop. Look at its spelling"
            )
            refused.append(Refusal(f"Line {number}", f"“{sku or 'nothing'}” {words}."))
            continue
        seen.add(sku)
        for (region, kind), place in columns.items():
            typed = cells[place] if place < len(cells) else ""
            if not typed:
                continue
            cell = Cell(packs[sku], region, kind)
            try:
                is_none = kind == PRICE and typed.lower() in NOT_SOLD
                change = _change(cell, sku, known[cell], "" if is_none else typed)
            except ValidationError as error:
                refused.append(Refusal(f"Line {number}: {sku}, {cell.label}", " ".join(error.messages)))
            else:
                changes += [change] if change else []
    return changes, refused


def _columns(heading: list[str]) -> tuple[dict[Any, int] | None, list[str]]:
    """(where each column stands, names that say nothing); None without a column of SKUs and one to change."""
    found: dict[Any, int] = {}
    unknown = []
    for place, name in enumerate(heading):
        words = re.findall(r"[a-z]+", name.lower())
        kinds = [kind for kind in (PRICE, STOCK) if kind in words]
        regions = [
            region for region in Region.markets() if {region.code, region.short_name.lower()} & {*words}
        ]
        if words == ["sku"]:
            found.setdefault("sku", place)
        elif len(kinds) == 1 and len(regions) == 1:
            found.setdefault((regions[0], kinds[0]), place)
        elif words and words not in (["product"], ["pack"]):
            unknown.append(name.strip()[:40])
    return (found if "sku" in found and len(found) > 1 else None), unknown


# --- looking and saving -----------------------------------------------------------------------------------------------


def looked_at(changes: list[Change]) -> tuple[list[Change], list[Refusal]]:
    """Those that could be saved now, and those that could not, with the reason."""
    good, refused = [], []
    known = values_of({change.cell.pack for change in changes})
    held = {
        (pack, region): count
        for pack, region, count in Stock.objects.filter(
            variant__in={change.cell.pack for change in changes}, held__gt=0
        ).values_list("variant", "region", "held")
    }
    packs = {
        pack.pk: pack
        for pack in Variant.objects.filter(pk__in={change.cell.pack for change in changes}).select_related(
            "product"
        )
    }
    for change in changes[:MOST_CHANGES]:
        cell = change.cell
        why = _refused(change, known[cell], held.get((cell.pack, cell.region.pk), 0), packs[cell.pack])
        if why:
            refused.append(Refusal(f"{change.sku}, {cell.label}", why))
        else:
            good.append(change)
    if len(changes) > MOST_CHANGES:
        words = f"{len(changes) - MOST_CHANGES} changes more than the {MOST_CHANGES} that are saved at a time. Save these, then paste again."
        refused.append(Refusal("The rest", words))
    return good, refused


def _refused(change: Change, now: int | None, held: int, pack: Variant) -> str:
    """Why it can't be saved; "" if it can."""
    cell = change.cell
    if now != change.was:
        return (
            f"Somebody changed it meanwhile: it was {change.was_text} on your page and is {cell.words(now)}. "
            "Nothing was overwritten; look at it and type it again if it is still meant."
        )
    if cell.kind == STOCK and change.now is not None and change.now < held:
        return f"{held} packs belong to orders not sent yet; type that many or more."
    if cell.kind == PRICE and change.was is None and change.now is not None:
        try:
            refuse_to_sell(pack.product, [cell.region])
        except ValidationError as error:
            return " ".join(error.messages)
    return ""


def asked_changes(keys: Iterable[str]) -> list[Change]:
    """Those of the page that asked (`Change.key`); what is no such key is left out."""
    parts = [
        match
        for key in keys
        if (match := re.fullmatch(r"(price|stock):(\d{1,17}):([a-z-]{1,8}):(\d*):(\d*)", key))
    ]
    skus = dict(Variant.objects.filter(pk__in={int(part[2]) for part in parts}).values_list("pk", "sku"))
    found = []
    for part in parts[:MOST_CHANGES]:
        region, pack = Region.by_code(part[3]), int(part[2])
        was, now = whole_or_none(part[4], 9), whole_or_none(part[5], 9)
        is_valid = now is None or (now >= 1 if part[1] == PRICE else now <= MOST_STOCK)
        if region and pack in skus and is_valid and not (part[1] == STOCK and now is None):
            found.append(Change(Cell(pack, region, part[1]), skus[pack], was, now))
    return found


def save(changes: list[Change], *, who: str, why: str = "") -> tuple[int, list[Refusal]]:
    """Each pack's changes alone, each cell only where it still is what it was. How many were saved, and what was not."""
    by_pack: dict[int, list[Change]] = {}
    for change in changes:
        by_pack.setdefault(change.cell.pack, []).append(change)
    saved, refused = 0, []
    for pack in sorted(by_pack):
        done, not_done = _save_pack(pack, by_pack[pack], Told(StockCause.COUNTED, who, why))
        saved += done
        refused += not_done
    return saved, refused


@transaction.atomic
def _save_pack(pk: int, changes: list[Change], told: Told) -> tuple[int, list[Refusal]]:
    """Stock is locked first, as shoppers and the product's form lock it; then the pack, for its prices."""
    list(Stock.objects.select_for_update(no_key=True).filter(variant=pk).order_by("pk"))
    pack = Variant.objects.select_for_update(no_key=True, of=("self",)).select_related("product").get(pk=pk)
    good, refused = looked_at(changes)
    saved = 0
    for change in good:
        cell = change.cell
        if cell.kind == PRICE:
            pack.set_price(cell.region, change.now)
        elif not Stock.objects.recount(pk, cell.region.pk, was=change.was, became=change.now or 0, told=told):
            refused.append(
                Refusal(
                    f"{change.sku}, {cell.label}", "It was changed at this very moment. Look at it again."
                )
            )
            continue
        saved += 1
    return saved, refused
