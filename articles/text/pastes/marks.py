"""What one node says: its marks, its list, its numbering, whether it is shown."""

import re
import unicodedata
from dataclasses import replace

from articles.text.pastes.build import Block, Marks, tidy
from articles.text.pastes.real_links import real_address
from articles.text.pastes.signs import (
    BLOCKS,
    DELETED,
    FONTS,
    LIST_STYLES,
    MOVED,
    ROMAN_VALUES,
    SCRIPTS,
    SKIPPED,
    SMALL_SCRIPTS,
    SMALLER,
    TYPED_BULLET,
    UP,
    WEIGHT,
)


def _rows(table):
    """(name, cell) of each row, without those of tables inside."""
    for part in table.elements():
        if _is_skipped(part, part.style):
            continue
        if part.name == "tr":
            cells = (cell for cell in part.elements() if cell.name in {"td", "th"})
            yield [(cell.name, cell) for cell in cells if not _is_skipped(cell, cell.style)]
        elif part.name in {"tbody", "thead", "tfoot"}:
            for row in _rows(part):
                yield [("th" if part.name == "thead" else name, cell) for name, cell in row]


def _base(sign: str) -> str:
    return chr(ord(sign) - 0xF000) if "\uf000" <= sign <= "\uf0ff" else sign


def _roman(lower: str) -> int:
    values = [ROMAN_VALUES[sign] for sign in lower]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _words(runs) -> str:
    return "".join(words for words, _ in runs)


def _without(runs, count) -> list:
    """Runs without their first letters."""
    rest = []
    for words, marks in runs:
        cut = min(count, len(words))
        count -= cut
        if words[cut:]:
            rest.append((words[cut:], marks))
    return rest


def _with_typed_bullets(block) -> list[Block]:
    """A paragraph whose lines begin with bullets, as one block for each line."""
    lines: list[list] = [[]]
    for words, marks in block.runs:
        first, *others = words.split("\n")
        lines[-1].append((first, marks))
        lines += [[(other, marks)] for other in others]
    lines = [line for line in map(tidy, lines) if line]
    if not any(TYPED_BULLET.match(_words(line)) for line in lines):
        return [block]
    blocks: list[Block] = []
    for line in lines:
        if TYPED_BULLET.match(_words(line)):
            level = 2 if _words(line)[0] == "◦" and blocks and blocks[-1].kind == "item" else 1
            blocks.append(Block("item", _without(line, 2), block.quoted, level=level))
        else:
            blocks.append(Block("p", line, block.quoted))
    return blocks


def _is_words(marker) -> bool:
    """Whether a marker says something ("Step 1:") and is no letter of a font of signs."""
    return any(sign.isalnum() for sign in marker) and (len(marker) > 1 or marker > "\u024f")


def is_emoji(alt: str) -> bool:
    """Whether a picture stands for signs that could be written."""
    kinds = [unicodedata.category(sign) for sign in alt]
    return (
        len(alt) <= 16
        and ("So" in kinds or "\u20e3" in alt)
        and all(
            kind[0] in "SM" or kind in {"Cf", "Nd"} or sign in "#*"
            for sign, kind in zip(alt, kinds, strict=True)
        )
    )


def _stacked(node, style) -> list:
    """The two parts of what chemists write above each other, as in the formula of a sulphate."""
    if node.name != "span" or style.get("display") != "inline-block" or not _script(style):
        return []
    parts = [part for part in node.elements() if part.name != "br"]
    is_all = node.words.strip() == "".join(part.words for part in parts).strip()
    return parts if len(parts) == 2 and is_all else []


def _indent(node) -> int | None:
    """The level, from 1, that an editor without nested lists writes on its items; a list has it as well."""
    given = node.attrs.get("data-indent") or node.attrs.get("data-stringify-indent") or ""
    for name in node.classes:
        if name.startswith("ql-indent-"):
            given = name.removeprefix("ql-indent-")
    return int(given) + 1 if re.fullmatch(r"[0-8]", given) else None


def _numbering(node, ordered, kind) -> tuple[bool, str]:
    """Whether items are numbered, and how, as a list or an item says it itself."""
    if node.attrs.get("data-list") in {"bullet", "ordered"}:
        ordered = node.attrs["data-list"] == "ordered"
    if node.attrs.get("type", "") in {"a", "A", "i", "I"}:
        kind = node.attrs["type"]
    style = node.style.get("list-style-type", "")
    if style in LIST_STYLES:
        ordered, kind = True, LIST_STYLES[style] or kind
    elif style in {"disc", "circle", "square"}:
        ordered = False
    return ordered, kind if ordered else ""


def _is_skipped(node, style) -> bool:
    is_double = (
        node.attrs.get("aria-hidden") == "true" and node.parent is not None and node.parent.has_equation
    )
    return (
        node.name in SKIPPED
        or ((style.get("display") == "none" or is_double) and not node.has_equation)
        or "hidden" in node.attrs
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or style.get("mso-element", "").startswith("comment")
        or (node.name == "del" and ("cite" in node.attrs or "datetime" in node.attrs))
        or any(DELETED.match(name) for name in node.classes)
    )


def _marked(node, style, marks) -> Marks:
    """The marks of what stands in an element: what it is called, then what its style says."""
    name, classes = node.name, node.classes
    changes: dict = {}
    if name in {"b", "strong"} and not node.attrs.get("id", "").startswith("docs-internal-guid"):
        changes["bold"] = True
    if name in {"i", "em", "cite", "var", "dfn"}:
        changes["italic"] = True
    if name in {"s", "strike", "del"}:
        changes["strike"] = True
    if name in {"sup", "sub"}:
        changes["script"] = name
    elif UP & set(classes):
        changes["script"] = "sup"
    elif "subscript" in classes:
        changes["script"] = "sub"
    if name == "a" and "href" in node.attrs:
        changes["href"] = real_address(node.attrs["href"])
        changes["title"] = node.attrs.get("title", "") if changes["href"] else ""
    weight = style.get("font-weight", "")
    if WEIGHT.match(weight):
        changes["bold"] = True
    elif weight in {"normal", "lighter"} or re.fullmatch(r"[1-5]00", weight):
        changes["bold"] = False
    slant = style.get("font-style", "")
    if slant:
        changes["italic"] = slant.startswith(("italic", "oblique"))
    line = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    if "line-through" in line:
        changes["strike"] = True
    if name not in BLOCKS and name not in {"td", "th", "tr", "table", "li", "ul", "ol"}:
        script = _script(style)
        if script is not None:
            changes["script"] = script
    family = (
        style.get("font-family") or style.get("mso-symbol-font-family") or node.attrs.get("face", "").lower()
    )
    if style.get("mso-char-type") == "symbol" and style.get("mso-symbol-font-family"):
        family = style["mso-symbol-font-family"]
    if family:
        first = family.split(",")[0].strip(" '\"")
        changes["font"] = first if first in FONTS else ""
    return replace(marks, **changes) if changes else marks


def _script(style) -> str | None:
    """ "sup", "sub", or None where the style says nothing: the baseline is that of what stands around."""
    align, raised = style.get("vertical-align", ""), style.get("mso-text-raise", "")
    for position in (align, style.get("font-variant-position", "")):
        if position in SCRIPTS:
            return SCRIPTS[position]
    if SMALLER.match(style.get("font-size", "")) and align in SMALL_SCRIPTS:
        return SMALL_SCRIPTS[align]
    shift = re.match(r"(-?)[0-9.]*[1-9]", align) or re.match(r"(-?)[0-9.]*[1-9]", raised)
    if shift:
        return "sub" if shift[1] else "sup"
    if style.get("position") == "relative":
        for side, upward in (("top", "-"), ("bottom", "")):
            moved = MOVED.match(style.get(side, ""))
            if moved:
                return "sup" if moved[1] == upward else "sub"
    return None
