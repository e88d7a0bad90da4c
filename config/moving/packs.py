"""Packs of products from elsewhere: what their words, weights and prices say, in the columns of a pack here."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError

from config.moving.drafts import Folder, shortened
from config.moving.goods import Goods, Size
from shop.catalogue.models import Variant
from shop.catalogue.models.kinds import FormOfMagnesium, ProductKind, magnesium_forms
from shop.claims.refuse import refuse_claims
from shop.content.texts import texts_of
from shop.money import to_minor
from shop.regions.models import Region

PIECES = re.compile(r"\b([0-9]{1,4}) ?(?:x ?)?(?:vegan |vegetarian |vegetable |veggie |veg )?(capsule|cap|tablet|tab|softgel|gummie|gummy|sachet|serving|scoop)s?\b", re.IGNORECASE)  # fmt: skip
MEASURE = re.compile(
    r"\b([0-9]{1,5}(?:[.,][0-9]{1,3})?) ?(ml|cl|l|litre|liter|fl ?oz|kg|g|gram|lb|oz)s?\b", re.IGNORECASE
)
ONE = {"cap": "capsule", "tab": "tablet", "gummie": "gummy"}
ML = {"ml": 1, "cl": 10, "l": 1000, "litre": 1000, "liter": 1000, "floz": 29.5735}
GRAM = {"kg": 1000, "g": 1, "gram": 1, "lb": 453.592, "oz": 28.3495}
PACK_WORDS = {"CAP": "capsule", "TAB": "tablet", "PWD": "powder|scoop", "SPR": "spray|oil", "CRY": "crystal|flake|salt", "LIQ": "liquid|drops",
              "GUM": "gumm", "SAC": "sachet|stick"}  # fmt: skip
PRICE = re.compile(
    r"[A-Z$£€]{0,3} ?([1-9][0-9]{0,2}(?:[., ][0-9]{3})+|[0-9]{1,9})(?:[.,]([0-9]{1,2}))? ?[A-Z€]{0,3}"
)
HOLDS = {"SPR": "bottle", "LIQ": "bottle", "CRY": "pouch"}  # packs whose unit is the pack itself


@dataclass
class Pack:
    variant: Variant
    amounts: dict[int, int]  # by region pk, in minor units of its currency


class Destination:
    """What is here already, and where things go: read once for a whole file."""

    def __init__(self, home: Region, folder: Folder, form: str = ""):
        """`home`: where a price without a market counts. `form`: of products whose words name none."""
        self.home, self.folder, self.form = home, folder, form
        self.regions = Region.markets()
        self.skus = set(Variant.objects.order_by().values_list("sku", flat=True).iterator(2000))
        self.next: dict[str, int] = {}

    @cached_property
    def kinds(self) -> dict[str, set[int]]:
        """By form the kinds that it may be sold as."""
        return {code: set(row.kinds.values_list("pk", flat=True)) for code, row in magnesium_forms().items()}

    @cached_property
    def markets(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        for region in self.regions:
            for name in (region.code, region.name, region.short_name, region.the_name, region.currency):
                found.setdefault(name.casefold(), region)
        return found

    def free_sku(self, stem: str, wanted: int | None) -> str:
        """The stem with the number of pieces if that is free, else with the next that is."""
        number = wanted if wanted and 10 <= wanted <= 9999 else self.next.get(stem, 10)
        while f"{stem}-{number}" in self.skus:
            number = self.next[stem] = max(self.next.get(stem, 10), 10) + 1
        return f"{stem}-{number}" if number <= 9999 else ""


def pack_of(
    size: Size, goods: Goods, place: int, form: FormOfMagnesium, kind: ProductKind, destination: Destination
) -> tuple[Pack | None, str]:
    """(a pack that is not saved yet, what is to be said of it); (None, why it is left out)."""
    words = f"{size.label} · {goods.title}"
    pieces, measured = PIECES.search(words), MEASURE.search(words)
    code = _code(form, f"{words} · {goods.words}")
    units = int(size.units) if re.fullmatch(r"[0-9]{1,4}", size.units) else int(pieces[1]) if pieces else None
    unit = HOLDS.get(code, "")
    if unit and units is None:
        units = 1
    if not units:
        return None, "how many pieces it holds is not told. Add a column “Pack units” with the number."
    amount, grams, ml = _measure(measured)
    weight = size.grams or grams or ml
    if weight is None:
        return None, "its weight is not told. Fill the column “Variant Grams”."
    stem = f"{form.sku_code}-{code}"
    sku = size.sku.upper()
    if sku in destination.skus or not _is_ours(sku, form):
        sku = destination.free_sku(stem, units if pieces else int(grams or ml or 0) or None)
    if not sku:
        return None, f"no SKU that begins with {stem} is free."
    piece = pieces[2].lower() if pieces else ""
    unit = (
        unit
        or ONE.get(piece, piece)
        or {"CAP": "capsule", "TAB": "tablet", "GUM": "gummy", "SAC": "sachet"}.get(code, "scoop")
    )
    label = size.label or (pieces or measured or [goods.title])[0]
    variant = Variant(
        sku=sku, label=shortened(label, 60), pack_units=units, unit_name=unit, position=place,
        net_quantity=amount or f"{units} {unit}{'' if units == 1 else 's'}", net_weight_g=grams, net_volume_ml=ml,
        ship_weight_g=weight, magnesium_mg=_mg(size, kind),
        barcode=size.barcode if re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", size.barcode) else "",
    )  # fmt: skip
    notes = [f"its SKU {size.sku} becomes {sku}"] if size.sku and size.sku != sku else []
    if size.barcode and not variant.barcode:
        notes.append(f"its barcode {size.barcode[:20]} is none, and is left out")
    if trouble := _wrong(variant, form, kind, destination.regions):
        return None, trouble
    destination.skus.add(sku)
    prices, more = _prices(size, destination)
    said = "; ".join([*notes, *more])
    return Pack(variant, prices), f"{said}." if said else ""


def _is_ours(sku: str, form: FormOfMagnesium) -> bool:
    try:
        form.refuse_sku(sku)
    except ValidationError:
        return False
    return True


def _code(form: FormOfMagnesium, words: str) -> str:
    codes = form.sku_packs.split()
    return next((code for code in codes if re.search(PACK_WORDS[code], words, re.IGNORECASE)), codes[0])


def _measure(found: re.Match | None) -> tuple[str, int | None, int | None]:
    """(as it is written, grams, millilitres)."""
    if found is None:
        return "", None, None
    number, name = float(found[1].replace(",", ".")), found[2].lower().replace(" ", "")
    if name in ML:
        return found[0], None, max(1, round(number * ML[name]))
    return found[0], max(1, round(number * GRAM[name])), None


def _mg(size: Size, kind: ProductKind) -> int | None:
    return int(size.mg) if kind.is_swallowed and re.fullmatch(r"[1-9][0-9]{0,3}", size.mg) else None


def _wrong(variant: Variant, form: FormOfMagnesium, kind: ProductKind, regions: list[Region]) -> str:
    words = [name for name in texts_of(Variant) if getattr(variant, name)]
    try:
        form.refuse_magnesium(variant.magnesium_mg, variant.compound_mg)
        refuse_claims({name: getattr(variant, name) for name in words}, regions, kind.judged_as)
        variant.clean_fields(exclude=["product", *texts_of(Variant)])
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _prices(size: Size, destination: Destination) -> tuple[dict[int, int], list[str]]:
    prices, notes = {}, []
    for market, text in size.asked.items():
        region = destination.markets.get(market.casefold()) if market else destination.home
        if region is None:
            notes.append(f"its price for “{market[:40]}” is left out: no region is called so")
        elif text.strip():
            amount = _amount(text, region.currency)
            if amount:
                prices[region.pk] = amount
            else:
                notes.append(f"its price “{text[:20]}” is left out: write it as 14.99")
    return prices, notes


def _amount(text: str, currency: str) -> int | None:
    """Minor units of a price as spreadsheets write it: 14.99, 14,99, 1,299.00, £14.99; None where it is none."""
    found = PRICE.fullmatch(text.strip())
    if found is None:
        return None
    number = re.sub("[., ]", "", found[1]) + (f".{found[2]}" if found[2] else "")
    try:
        amount = to_minor(number, currency)
    except ValueError:
        return None
    return amount if 0 < amount < 2**31 else None
