"""Reads the tree in order and says what blocks stand in it."""

import re
from dataclasses import replace

from articles.text.pastes.build import Block, Marks, build, tidy
from articles.text.pastes.marks import (
    _base,
    _indent,
    _is_skipped,
    _is_words,
    _marked,
    _numbering,
    _roman,
    _rows,
    _stacked,
    _with_typed_bullets,
    _without,
    _words,
    is_emoji,
)
from articles.text.pastes.signs import (
    ACCENTS,
    BLOCKS,
    BULLET,
    EQUATION_PARTS,
    FONTS,
    FOOTNOTE,
    NUMBER,
    OFFICE_PARTS,
    ROMAN,
    SKIPPED,
    SYMBOL,
    TYPED_BULLET,
    TYPED_NUMBER,
)


class Reader:
    """Walks a tree and collects its blocks."""

    def __init__(self, *, tables, headings, quotes, in_cell=False):
        self.options = {"tables": tables, "headings": headings, "quotes": quotes}
        self.in_cell = in_cell
        self.blocks: list[Block] = []
        self.runs: list[tuple[str, Marks]] = []
        self.kind, self.quoted = "p", 0
        self.lists: list[dict] = []
        self.item: Block | None = None  # waits for its first paragraph
        self.in_item = False
        self.marker: str | None = None
        self.numbers: dict[int, tuple[int, str]] = {}
        self.level = 0  # of the item at hand
        self.keeps_lines = False  # as white-space says
        self.is_comment = False  # what Google Docs puts below the text

    def read(self, node, marks):
        for child in node.children:
            if isinstance(child, str):
                self.text(child, marks)
            else:
                self.element(child, marks)

    def text(self, words, marks):
        if marks.font:
            words = "".join(FONTS[marks.font].get(sign, sign) for sign in map(_base, words))
        else:
            words = "".join(
                SYMBOL.get(_base(sign), sign) if "\uf000" <= sign <= "\uf0ff" else sign for sign in words
            )
        words = words.replace("\r\n", "\n").replace("\r", "\n")
        self.lines(words if self.keeps_lines and words.strip() else words.replace("\n", " "), marks)

    def lines(self, words, marks):
        for place, line in enumerate(words.split("\n")):
            if place:
                self.runs.append(("\n", marks))
            self.runs.append((line, marks))

    def element(self, node, marks):
        style, outside = node.style, self.keeps_lines
        if _is_skipped(node, style):
            return
        if white := style.get("white-space-collapse") or style.get("white-space"):
            self.keeps_lines = white.startswith(("pre", "break-spaces"))
        self.shown(node, style, marks)
        self.keeps_lines = outside

    def shown(self, node, style, marks):
        name = node.name
        if name == "img":
            self.runs.append((node.attrs["alt"] if is_emoji(node.attrs.get("alt", "")) else "", marks))
            return
        if (
            name == "a"
            and self.kind.startswith("h")
            and "#" in node.attrs.get("href", "")
            and node.words.strip() in {"#", "¶", "§", "🔗"}
        ):
            return  # a heading's link to itself
        if name == "a" and node.attrs.get("href", "").startswith("#cmnt"):
            self.is_comment = self.is_comment or node.attrs["href"].startswith("#cmnt_ref")
            return
        if style.get("mso-list") == "ignore":
            self.marker = (self.marker or "") + node.words
            return
        inner = _marked(node, style, marks)
        if name == "br":
            if style.get("page-break-before") != "always" and not inner.script:
                self.runs.append(("\n", inner))
        elif name == "table":
            self.flush()
            self.table(node)
        elif name in {"ul", "ol"}:
            self.list(node, inner)
        elif name == "li":
            self.list_item(node, inner)
        elif name in BLOCKS:
            self.block(node, style, inner)
        elif name == "a" and node.attrs.get("href", "").startswith("#") and FOOTNOTE.match(node.words):
            starts = not _words(self.runs).strip()
            self.runs.append((node.words.strip(), replace(inner, script="sup", href="", title="")))
            if starts:
                self.runs.append((" ", marks))
        elif name in EQUATION_PARTS:
            self.equation(node, inner)
        elif pair := _stacked(node, style):
            for part, script in zip(pair, ("sup", "sub"), strict=True):
                self.element(part, replace(marks, script=script))
        elif name == "q":
            self.runs.append(("“", inner))
            self.read(node, inner)
            self.runs.append(("”", inner))
        else:
            self.read(node, inner)

    def equation(self, node, marks):
        """A fraction, a root, brackets, or what stands above and below."""
        kind = EQUATION_PARTS[node.name]
        parts = [part for part in node.elements() if part.name not in SKIPPED]
        if node.name.startswith("m:"):
            parts = [part for part in parts if part.name in OFFICE_PARTS]
        if kind == "fraction":
            if _words(self.runs)[-1:].isdigit():
                self.runs.append((" ", marks))  # 1 1/2
            for place, part in enumerate(parts):
                self.runs += [("/", marks)] * bool(place) + self.grouped([part], marks)
        elif kind == "root":
            self.runs += [("√", marks), *self.grouped(parts[:1] if node.name == "mroot" else parts, marks)]
        elif kind == "brackets":
            self.runs.append(("(", marks))
            for part in parts:
                self.element(part, marks)
            self.runs.append((")", marks))
        else:
            for part, script in zip(parts, ("", *kind), strict=False):
                accent = ACCENTS.get(part.words.strip()) if node.name == "mover" and script else None
                if accent:
                    self.runs.append((accent, marks))
                else:
                    self.element(part, replace(marks, script=script) if script else marks)

    def grouped(self, parts, marks) -> list:
        """The runs of a part of an equation, in brackets unless it is one number or word."""
        outside, self.runs = self.runs, []
        for part in parts:
            self.element(part, marks)
        inner, self.runs = self.runs, outside
        is_plain = re.fullmatch(r"\s*\w+\s*", _words(inner))
        return inner if is_plain else [("(", marks), *inner, (")", marks)]

    def list(self, node, marks):
        self.flush()
        start = node.attrs.get("start", "")
        ordered, kind = _numbering(node, node.name == "ol", "")
        self.lists.append({
            "ordered": ordered,
            "next": int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1,
            "type": kind,
            "indent": _indent(node),
        })  # fmt: skip
        was_in_item, level = self.in_item, self.level
        self.read(node, marks)
        self.flush()
        self.lists.pop()
        self.item, self.in_item, self.level = None, was_in_item, level

    def list_item(self, node, marks):
        self.flush()
        is_loose = not self.lists
        if is_loose:
            self.lists.append({"ordered": False, "next": 1, "type": "", "indent": None})
        current = self.lists[-1]
        indent = _indent(node) or current["indent"]
        level = node.attrs.get("data-aria-level") or node.attrs.get("aria-level") or ""
        level = int(level) if re.fullmatch(r"[1-9]", level) else indent or len(self.lists)
        ordered, kind = _numbering(node, current["ordered"], current["type"])
        number = None
        if ordered:
            value = node.attrs.get("value", "")
            number = int(value) if re.fullmatch(r"[0-9]{1,6}", value) else current["next"]
            current["next"] = number + 1
        self.item, self.in_item, self.level = (
            Block("item", level=level, number=number, style=kind),
            True,
            level,
        )
        self.read(node, marks)
        self.flush()
        self.item, self.in_item = None, False
        if is_loose:
            self.lists.pop()

    def block(self, node, style, marks):
        self.flush()
        outside = self.kind, self.quoted, self.in_item
        self.kind = self.heading(node, style) or (self.kind if node.name not in {"p", "pre"} else "p")
        self.quoted += node.name == "blockquote" or bool({"msoquote", "msointensequote"} & set(node.classes))
        listed = re.match(r"l?(\d+)\s+level(\d)", style.get("mso-list", ""))
        is_listed = bool(listed) or any(name.startswith("msolistparagraph") for name in node.classes)
        self.marker = None
        if node.name == "pre":
            self.lines(node.words.strip("\n"), marks)
        else:
            self.read(node, replace(marks, bold=True) if node.name == "dt" else marks)
        if is_listed and self.runs and not self.kind.startswith("h"):
            self.word_item(int(listed[2]) if listed else 1, bool(listed))
            if self.item is None and re.search(r"cxsp(?:middle|last)", node.attrs["class"].lower()):
                self.go_on()
        elif self.marker and self.kind.startswith("h"):
            self.runs.insert(0, (self.marker.strip(" \xa0\t") + " ", marks))
        self.flush()
        self.kind, self.quoted = outside[0], outside[1]
        if not outside[2]:
            self.item, self.in_item = None, False

    def go_on(self):
        """A further paragraph of the item before, which Word indents and does not mark."""
        if self.blocks and self.blocks[-1].kind in {"item", "more"}:
            self.in_item, self.level = True, self.blocks[-1].level

    def heading(self, node, style) -> str:
        """ "h2" or "h3" for what is a heading, whatever it is called."""
        level = ""
        if re.fullmatch(r"h[1-6]", node.name):
            level = node.name[1]
        elif node.attrs.get("role") == "heading":
            level = node.attrs.get("aria-level", "2")
        elif style.get("mso-outline-level", "").isdigit():
            level = style["mso-outline-level"]
        elif "msotitle" in node.classes or (node.name == "p" and "title" in node.classes):
            level = "1"
        elif "msosubtitle" in node.classes or (node.name == "p" and "subtitle" in node.classes):
            level = "3"
        if not level:
            return ""
        return "h2" if level in {"1", "2"} else "h3"

    def word_item(self, level, is_certain):
        """A paragraph of Word that is an item: by its marker, which Word wrote as text."""
        raw = _words(self.runs)
        marker = self.marker
        if marker is None:
            found = BULLET.match(raw.lstrip(" \xa0")) or TYPED_NUMBER.match(raw.lstrip(" \xa0"))
            if found is None and not is_certain:
                return
            marker = found[0] if found else "·"
            if found:
                self.runs = _without(self.runs, len(raw) - len(raw.lstrip(" \xa0")) + len(found[0]))
        marker = marker.strip(" \xa0\t\n\r")
        number, kind = self.number(marker, level)
        if number is None and _is_words(marker):
            self.runs.insert(0, (f"{marker} ", self.runs[0][1] if self.runs else Marks()))
        self.item, self.in_item, self.level = (
            Block("item", level=level, number=number, style=kind),
            True,
            level,
        )

    def number(self, marker, level) -> tuple[int | None, str]:
        """(the number, how it is written) of a marker such as 3. or (iv); None for a bullet."""
        for deeper in [known for known in self.numbers if known > level]:
            del self.numbers[deeper]
        found = NUMBER.fullmatch(marker)
        if not found or (len(marker) == 1 and not marker.isdigit()):
            self.numbers.pop(level, None)
            return None, ""
        counter = found[1]
        if counter.isdigit():
            number, kind = int(counter), ""
        else:
            lower, last = counter.lower(), self.numbers.get(level, (0, ""))
            letter = ord(lower) - 96 if len(lower) == 1 else None
            goes_on = last[1] in {"a", "A"} and letter == last[0] + 1
            if ROMAN.match(lower) and not goes_on:
                number, kind = _roman(lower), "i"
            elif letter:
                number, kind = letter, "a"
            else:
                self.numbers.pop(level, None)
                return None, ""
            kind = kind.upper() if counter.isupper() else kind
        self.numbers[level] = number, kind
        return number, kind

    def flush(self):
        """End a paragraph."""
        runs, self.runs = [] if self.is_comment else tidy(self.runs), []
        self.is_comment = False
        if not runs:
            return
        self.marker = None
        quoted = bool(self.quoted) and self.options["quotes"]
        if self.item is not None:
            block, self.item = self.item, None
            block.runs, block.quoted = runs, quoted
            if block.number is None and TYPED_BULLET.match(_words(runs)):
                block.runs = _without(runs, 2)
        elif self.in_item:
            block = Block("more", runs, quoted, level=self.level)
        elif self.kind.startswith("h"):
            plain = [(words, replace(marks, bold=False)) for words, marks in runs]
            if self.options["headings"] and not self.in_cell:
                block = Block(self.kind, plain)
            else:
                block = Block("p", [(words, replace(marks, bold=True)) for words, marks in runs], quoted)
        else:
            self.blocks += _with_typed_bullets(Block("p", runs, quoted))
            return
        self.blocks.append(block)

    def table(self, node):
        rows = [row for row in _rows(node) if row]
        for caption in (part for part in node.elements() if part.name == "caption"):
            self.element(caption, Marks())
        shows_tables = self.options["tables"] and not self.in_cell
        if len(rows) == 1 and len(rows[0]) == 1:
            self.read(rows[0][0][1], Marks())
            self.flush()
        elif not shows_tables:
            for row in rows:
                for place, (_, cell) in enumerate(row):
                    if place:
                        self.runs.append((" | ", Marks()))
                    self.read_flat(cell)
                self.flush()
        else:
            lines = "".join(
                f"<tr>{''.join(self.cell(name, cell) for name, cell in row)}</tr>" for row in rows
            )
            if lines:
                self.blocks.append(Block("html", html=f"<table><tbody>{lines}</tbody></table>"))

    def read_flat(self, cell):
        inner = Reader(tables=False, headings=False, quotes=False, in_cell=True)
        inner.read(cell, Marks())
        inner.flush()
        for place, block in enumerate(inner.blocks):
            if place:
                self.runs.append((" ", Marks()))
            self.runs += block.runs

    def cell(self, name, node) -> str:
        inner = Reader(**{**self.options, "tables": False, "headings": False}, in_cell=True)
        inner.read(node, _marked(node, node.style, Marks()))
        inner.flush()
        if name == "th":
            for block in inner.blocks:
                block.runs = [(words, replace(marks, bold=False)) for words, marks in block.runs]
        spans = "".join(
            f' {side}="{node.attrs[side]}"'
            for side in ("colspan", "rowspan")
            if re.fullmatch(r"[1-9]\d?", node.attrs.get(side, "")) and node.attrs[side] != "1"
        )
        return f"<{name}{spans}>{build(inner.blocks) or '<p></p>'}</{name}>"
