"""Products as other shops export them: tables of Shopify and of WooCommerce, whatever saved them in between.

A product has several rows there; each is read by itself, so that a bad one is told with its line and stops no other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from django.utils.text import slugify

from shop.text.characters import clean_line
from shop.text.tables import Row, heading, read_rows

MOST_PACKS = 100  # of one product, as Shopify allows
COLUMNS = {
    "handle": {"handle", "url handle"},
    "title": {"title", "name"},
    "html": {"body (html)", "body html", "description"},
    "short": {"short description", "seo description"},
    "type": {"type", "product type"},
    "categories": {"categories"},
    "category": {"product category"},
    "tags": {"tags"},
    "form": {"form", "form of magnesium", "magnesium form"},
    "kind": {"kind", "kind of product"},
    "ingredients": {"ingredients"},
    "sku": {"variant sku", "sku"},
    "grams": {"variant grams", "weight value (grams)"},
    "kilograms": {"weight (kg)"},
    "pounds": {"weight (lbs)"},
    "price": {"variant price", "price", "regular price"},
    "barcode": {"variant barcode", "barcode", "gtin, upc, ean, or isbn"},
    "image": {"image src", "product image url", "images"},
    "alt": {"image alt text"},
    "gift": {"gift card"},
    # WooCommerce's own
    "id": {"id"},
    "parent": {"parent"},
    # facts that shops keep in fields of their own
    "mg": {"magnesium mg", "elemental magnesium (mg)", "elemental magnesium mg"},
    "units": {"pack units", "units"},
}  # fmt: skip
OPTION = re.compile(r"(?:option ?(\d) (name|value)|attribute (\d) (name|value\(s\)))")
MARKET = re.compile(r"price ?/ ?(.+)")
WOO_KINDS = {
    "simple",
    "variable",
    "variation",
    "grouped",
    "external",
    "subscription",
    "variable subscription",
}
METAFIELD = re.compile(r" \((?:product|variant)\.metafields\..*\)$")


@dataclass(frozen=True)
class Size:
    """A variant there. `asked`: prices as written, by market; "" is the shop's own. `grams`: None where none is said."""

    line: int
    label: str = ""
    sku: str = ""
    barcode: str = ""
    grams: int | None = None
    asked: dict[str, str] = field(default_factory=dict)
    units: str = ""
    mg: str = ""


@dataclass
class Goods:
    """A product there. `said`: its own cells. `images`: (address, words for it). `trouble`: why it can't be read at all."""

    line: int
    handle: str = ""
    title: str = ""
    html: str = ""
    short: str = ""
    said: dict[str, str] = field(default_factory=dict)
    sizes: list[Size] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    trouble: str = ""
    address: str = ""  # of its page there

    @property
    def words(self) -> str:
        """By which its form may be told, the most telling first."""
        parts = [
            self.title,
            self.said.get("type", ""),
            self.said.get("tags", ""),
            self.said.get("category", ""),
        ]
        return " · ".join(part for part in parts if part)


class Heads:
    """Which column holds what, by the headings of the first row."""

    def __init__(self, cells: Iterable[str]):
        self.places: dict[str, int] = {}
        self.options: dict[tuple[str, str], int] = {}
        self.markets: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = METAFIELD.sub("", heading(cell))
            for part, known in COLUMNS.items():
                if name in known:
                    self.places.setdefault(part, place)
            if found := OPTION.fullmatch(name):
                number, what = found[1] or found[3], (found[2] or found[4])[:5]
                self.options.setdefault((number, what), place)
            elif found := MARKET.fullmatch(name):
                self.markets.setdefault(found[1], place)

    @property
    def is_woo(self) -> bool:
        return (
            "handle" not in self.places and {"title", "type"} <= self.places.keys() and "html" in self.places
        )

    @property
    def is_shopify(self) -> bool:
        return {"handle", "title"} <= self.places.keys()

    def read(self, row: Row) -> dict[str, str]:
        return {part: row.cells[place] for part, place in self.places.items() if place < len(row.cells)}

    def label(self, row: Row) -> str:
        """The values of its options, without Shopify's “Default Title”."""
        values = []
        for (_, what), place in sorted(self.options.items()):
            cell = row.cells[place] if what == "value" and place < len(row.cells) else ""
            if cell and cell.casefold() != "default title":
                values.append(cell)
        return ", ".join(values)

    def prices(self, row: Row, own: str) -> dict[str, str]:
        found = {name: row.cells[place] for name, place in self.markets.items() if place < len(row.cells)}
        return {"": own} | {name: cell for name, cell in found.items() if cell}


def goods_in(text: str) -> Iterator[Goods]:
    """The products of a table, in its order. It never raises: what can't be read says so."""
    rows = read_rows(text)
    first = next(rows, None)
    heads = Heads(first.cells if first else ())
    if heads.is_shopify:
        yield from _of_shopify(heads, rows)
    elif heads.is_woo:
        yield from _of_woo(heads, rows)
    else:
        yield Goods(
            first.line if first else 1,
            trouble="The first line has to name the columns: “Handle” and “Title” as Shopify does, or “Type”, “Name” and "
            "“Description” as WooCommerce does in English.",
        )


def _of_shopify(heads: Heads, rows: Iterable[Row]) -> Iterator[Goods]:
    """Rows with one handle are one product, also where they do not follow each other."""
    found: dict[str, Goods] = {}
    broken: list[Goods] = []
    for row in rows:
        said = heads.read(row)
        handle = slugify(said.get("handle", "") or ("" if row.trouble else said.get("title", "")))[:80]
        if row.trouble or not handle:
            broken.append(Goods(row.line, trouble=row.trouble or "It has neither a handle nor a title."))
            continue
        goods = found.setdefault(handle, Goods(row.line, handle=handle, address=f"/products/{handle}"))
        if said.get("title"):
            if goods.title and goods.title != _line(said["title"]):
                goods.notes.append(
                    f"Line {row.line} gives the same handle another title: “{_line(said['title'])[:60]}”."
                )
            goods.title = goods.title or _line(said["title"])
            goods.html, goods.short = goods.html or said.get("html", ""), goods.short or said.get("short", "")
            goods.said = said if not goods.said else goods.said
            if said.get("gift", "").casefold() in {"true", "yes", "1"}:
                goods.trouble = "It is a gift card, which this shop does not sell."
        if said.get("image"):
            goods.images.append((said["image"], _line(said.get("alt", ""))))
        label = heads.label(row)
        if said.get("price") or said.get("sku") or label:
            _add_size(goods, _size(row.line, label, said, heads.prices(row, said.get("price", ""))))
    for goods in found.values():
        if not goods.title and not goods.trouble:
            goods.trouble = "No row of this handle has a title."
    yield from sorted([*found.values(), *broken], key=lambda goods: goods.line)


def _of_woo(heads: Heads, rows: Iterable[Row]) -> Iterator[Goods]:
    """Variations name their product by “id:12” or by its SKU, and may come before it."""
    found: list[Goods] = []
    by_key: dict[str, Goods] = {}
    variations: list[tuple[str, Row, dict[str, str]]] = []
    for row in rows:
        if row.trouble:
            found.append(Goods(row.line, trouble=row.trouble))
            continue
        said = heads.read(row)
        kinds = {part.strip().casefold() for part in said.get("type", "").split(",")}
        if "variation" in kinds:
            variations.append((said.get("parent", "").casefold(), row, said))
            continue
        title = _line(said.get("title", ""))
        goods = Goods(
            row.line,
            handle=slugify(title)[:80],
            title=title,
            address=f"/product/{slugify(title)}/",
            html=said.get("html", ""),
            short=said.get("short", ""),
            said={**said, "type": said.get("categories", "")},
            images=[(one.strip(), "") for one in said.get("image", "").split(",") if one.strip()],
        )
        if not title:
            goods.trouble = "It has no name."
        elif "grouped" in kinds or "external" in kinds:
            goods.trouble = "It only leads to other products: bring these in."
        elif not kinds & WOO_KINDS:
            goods.trouble = (
                f"Its type “{said.get('woo', '')[:40]}” is none that is known: simple or variable."
            )
        elif not any(kind.startswith("variable") for kind in kinds):
            _add_size(
                goods, _size(row.line, heads.label(row), said, heads.prices(row, said.get("price", "")))
            )
        found.append(goods)
        for key in (f"id:{said.get('id', '')}".casefold(), said.get("sku", "").casefold()):
            if key not in {"id:", ""}:
                by_key.setdefault(key, goods)
    for parent, row, said in variations:
        of = by_key.get(parent) or by_key.get(f"id:{parent}")
        if of is None:
            found.append(
                Goods(row.line, title=_line(said.get("title", "")), trouble="Its parent is not in the file.")
            )
        else:
            _add_size(of, _size(row.line, heads.label(row), said, heads.prices(row, said.get("price", ""))))
    yield from sorted(found, key=lambda goods: goods.line)


def _size(line: int, label: str, said: dict[str, str], prices: dict[str, str]) -> Size:
    return Size(
        line=line,
        label=_line(label)[:60],
        sku=said.get("sku", "").lstrip("'"),
        barcode=said.get("barcode", "").lstrip("'"),
        grams=_grams(said),
        asked=prices,
        units=said.get("units", ""),
        mg=said.get("mg", ""),
    )


def _add_size(goods: Goods, size: Size) -> None:
    if len(goods.sizes) < MOST_PACKS:
        goods.sizes.append(size)
    elif len(goods.sizes) == MOST_PACKS:
        goods.notes.append(f"Only its first {MOST_PACKS} packs are brought in.")


def _grams(said: dict[str, str]) -> int | None:
    for part, factor in (("grams", 1.0), ("kilograms", 1000.0), ("pounds", 453.592)):
        text = said.get(part, "").replace(",", ".")
        if re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,6})?", text) and float(text) > 0:
            return max(1, round(float(text) * factor))
    return None


def _line(text: str) -> str:
    return " ".join(clean_line(unescape(text)).split())
