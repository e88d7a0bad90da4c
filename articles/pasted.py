"""Rich text from elsewhere (Word, Google Docs, LibreOffice, Pages, the web) in the words of our own editor.

What carries meaning survives: headings, lists, tables, links, bold and slanted, what stands above or below the line,
what is struck out. What was deleted under tracked changes, comments and looks do not. `static/js/paste.js` does the
same, step by step, in the browser before the editor reads a paste; tests/articles/pastes holds what both must give.
"""

import re
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nh3

# What our editor never writes. Anything else is left as it is.
FOREIGN = re.compile(
    r"<(?:b|i|h1|h4|h5|h6|del|ins|strike|span|div|font|center|big|small|u|tt|section|article|dl|math|o:p|m:\w+|!|meta|html"
    r"|body|style|script|title|pre|q)\b|<[^>]*\s(?:class|align|lang|dir)\s*=|<[^>]*\sstyle\s*=|(?:google|bing)\.[a-z.]+/url\?|"
    r"safelinks\.protection|/l\.php\?|href=[\"']?(?:#|file:|about:)",
    re.IGNORECASE,
)
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
          "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
          "main", "nav", "p", "pre", "section", "summary"}  # fmt: skip
SKIPPED = {"annotation", "annotation-xml", "audio", "button", "canvas", "del", "head", "iframe", "img", "input", "link",
           "m:ctrlpr", "m:fpr", "m:rpr", "m:ssubpr", "m:ssuppr", "meta", "noscript", "object", "script", "select", "style",
           "svg", "template", "textarea", "title", "video", "xml"}  # fmt: skip
KNOWN = BLOCKS | {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "li", "m:den", "m:e", "m:f", "m:num", "m:omath", "m:r", "m:ssub", "m:ssup", "m:sub", "m:sup", "m:t",
    "mark", "math", "mfrac", "mi", "mn", "mo", "mrow", "msub", "msup", "mtext", "nobr", "ol", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "ul", "var", "wbr", "del", "annotation", "annotation-xml",
}  # fmt: skip
KEPT_ATTRIBUTES = {"style", "class", "id", "href", "start", "type", "value", "rowspan", "colspan", "role", "face", "clear",
                   "aria-level", "data-aria-level", "title"}  # fmt: skip
normalise = nh3.Cleaner(
    tags=KNOWN,
    clean_content_tags={"script", "style", "title", "svg", "template", "noscript", "iframe", "xml"},
    attributes={"*": KEPT_ATTRIBUTES},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "file", "about"},
    allowed_classes=None,
)
# Word's equations stand in a comment, beside a picture of them.
EQUATION = re.compile(r"<!--\[if gte msEquation[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
BULLET = re.compile(r"^(?:[·•▪‣◦●○■□➢✓§–-]|o(?=[ \xa0\t]{2,}))[ \xa0\t]+")
NUMBER = re.compile(r"^\(?(?:\d+\.)*(\d{1,4}|[a-z]{1,6})[.)]", re.IGNORECASE)
TYPED_NUMBER = re.compile(r"^\(?(?:\d+\.)*(?:\d{1,4}|[a-z]{1,4})[.)][ \xa0\t]{2,}", re.IGNORECASE)
FOOTNOTE = re.compile(r"^\s*(?:\[?[\divxlc]{1,5}\]?|[*†‡§¶]{1,3})\s*$", re.IGNORECASE)
ROMAN = re.compile(r"^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
DELETED = re.compile(r"^(?:msodel|msocom\w*|msocommentreference|trackchange\w*delet\w*)$")
UP = {"superscript", "msofootnotereference", "msoendnotereference"}
# The letters of two fonts whose characters mean something else than their codes.
SYMBOL = dict(zip(
    "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw-@£³±´¸¹»·®¥ÖåÑÎ¶",
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλµνξοπρστυφχψω−≅≤≥±×÷≠≈•→∞√∑∇∈∂",
    strict=True,
))  # fmt: skip
WINGDINGS = dict(zip("àßáâüûþ§·n", "→←↑↓✓✗✓▪•■", strict=True))
FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS}
REDIRECTS = [
    (re.compile(r"(?:^|\.)google\.[a-z.]+$"), "/url", ("q", "url")),
    (re.compile(r"\.safelinks\.protection\.outlook\.com$"), "/", ("url",)),
    (re.compile(r"^lm?\.(?:facebook|instagram)\.com$"), "/", ("u",)),
    (re.compile(r"(?:^|\.)youtube\.com$"), "/redirect", ("q",)),
    (re.compile(r"(?:^|\.)duckduckgo\.com$"), "/l/", ("uddg",)),
]


DEEPEST = 60  # what is nested deeper loses its looks, never its words


class Node:
    def __init__(self, name="", attrs=(), parent=None):
        self.name, self.parent, self.children = name, parent, []
        self.attrs = {key: value or "" for key, value in attrs}

    @property
    def words(self) -> str:
        return "".join(child if isinstance(child, str) else child.words for child in self.children)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").lower().split()

    @property
    def style(self) -> dict[str, str]:
        parts = (part.partition(":") for part in self.attrs.get("style", "").lower().split(";"))
        return {name.strip(): value.replace("!important", "").strip() for name, _, value in parts}

    def elements(self) -> list["Node"]:
        return [child for child in self.children if isinstance(child, Node)]


class _Tree(HTMLParser):
    """Of well-formed markup: `normalise` comes first."""

    def __init__(self):
        super().__init__()
        self.root = self.at = Node()
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        is_empty = tag in {"br", "hr", "wbr"}
        self.depth += not is_empty
        if self.depth > DEEPEST:
            return
        node = Node(tag, attrs, self.at)
        self.at.children.append(node)
        if not is_empty:
            self.at = node

    def handle_endtag(self, tag):
        if tag in {"br", "hr", "wbr"}:
            return
        if self.depth <= DEEPEST and self.at.parent is not None:
            self.at = self.at.parent
        self.depth -= 1

    def handle_data(self, data):
        self.at.children.append(data)


@dataclass(frozen=True)
class Marks:
    """How a piece of text stands."""

    bold: bool = False
    italic: bool = False
    strike: bool = False
    script: str = ""  # "sup" or "sub"
    href: str = ""
    title: str = ""  # of the link
    font: str = ""  # "symbol" or "wingdings": its letters mean something else


@dataclass
class Block:
    """A paragraph, heading, item of a list or table, in the order of the text."""

    kind: str  # "p", "h2", "h3", "item", "more" (a further paragraph of the item before) or "html"
    runs: list = field(default_factory=list)
    quoted: bool = False
    level: int = 0
    number: int | None = None  # of an item in an ordered list
    style: str = ""  # of the numbers: "a", "A", "i", "I" or none
    html: str = ""


def from_elsewhere(html: str, *, tables=True, headings=True, quotes=True) -> str:
    """Our editor's markup for markup from anywhere; what our editor wrote comes back unchanged."""
    if not FOREIGN.search(html):
        return html
    tree = _Tree()
    tree.feed(normalise.clean(EQUATION.sub(r"\1", html)))
    tree.close()
    reader = Reader(tables=tables, headings=headings, quotes=quotes)
    reader.read(tree.root, Marks())
    reader.flush()
    return build(reader.blocks)


def real_address(href: str) -> str:
    """Where a link leads without the redirect that counts the click; "" for one that leads nowhere outside its file."""
    href = href.strip()
    for _ in range(3):
        try:
            parts = urlsplit(href)
        except ValueError:
            return ""
        if parts.scheme.lower() not in {"", "http", "https", "mailto"} or href.startswith("#"):
            return ""
        for host, path, keys in REDIRECTS:
            if host.search(parts.netloc.lower()) and parts.path.startswith(path):
                given = parse_qs(parts.query)
                target = next((given[key][0] for key in keys if key in given), "")
                if target.startswith(("http://", "https://")):
                    href = target
                    break
        else:
            return href
    return href


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
        self.runs.append((words.replace("\n", " ").replace("\r", " "), marks))

    def element(self, node, marks):
        name, style = node.name, node.style
        if _is_skipped(node, style):
            return
        if style.get("mso-list") == "ignore":
            self.marker = (self.marker or "") + node.words
            return
        inner = _marked(node, style, marks)
        if name == "br":
            if style.get("page-break-before") != "always":
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
            starts = not "".join(words for words, _ in self.runs).strip()
            self.runs.append((node.words.strip(), replace(inner, script="sup", href="", title="")))
            if starts:
                self.runs.append((" ", marks))
        elif name in {"mfrac", "m:f"}:
            self.fraction(node, inner)
        elif name in {"msup", "msub", "m:ssup", "m:ssub"}:
            *base, top = [part for part in node.elements() if part.name not in SKIPPED] or [Node()]
            for part in base:
                self.element(part, inner)
            self.element(top, replace(inner, script=name[-3:]))
        elif name == "q":
            self.runs.append(("“", inner))
            self.read(node, inner)
            self.runs.append(("”", inner))
        else:
            self.read(node, inner)

    def fraction(self, node, marks):
        parts = [part for part in node.elements() if part.name not in SKIPPED]
        for place, part in enumerate(parts):
            words = part.words.strip()
            if place:
                self.runs.append(("/", marks))
            self.runs.append((words if re.fullmatch(r"\w+", words) else f"({words})", marks))

    def list(self, node, marks):
        self.flush()
        start = node.attrs.get("start", "")
        self.lists.append({
            "ordered": node.name == "ol",
            "next": int(start) if re.fullmatch(r"\d{1,6}", start) else 1,
            "type": node.attrs.get("type", "") if node.attrs.get("type", "") in {"a", "A", "i", "I"} else "",
        })  # fmt: skip
        was_in_item = self.in_item
        self.read(node, marks)
        self.flush()
        self.lists.pop()
        self.item, self.in_item = None, was_in_item

    def list_item(self, node, marks):
        self.flush()
        told = self.lists[-1] if self.lists else {"ordered": False, "next": 1, "type": ""}
        level = node.attrs.get("data-aria-level") or node.attrs.get("aria-level") or ""
        level = int(level) if re.fullmatch(r"[1-9]", level) else max(len(self.lists), 1)
        number = None
        if told["ordered"]:
            value = node.attrs.get("value", "")
            number = int(value) if re.fullmatch(r"\d{1,6}", value) else told["next"]
            told["next"] = number + 1
        self.item, self.in_item = Block("item", level=level, number=number, style=told["type"]), True
        self.read(node, marks)
        self.flush()
        self.item, self.in_item = None, False

    def block(self, node, style, marks):
        self.flush()
        outside = self.kind, self.quoted, self.in_item
        self.kind = self.heading(node, style) or (self.kind if node.name not in {"p", "pre"} else "p")
        self.quoted += node.name == "blockquote" or bool({"msoquote", "msointensequote"} & set(node.classes))
        listed = re.match(r"l?(\d+)\s+level(\d)", style.get("mso-list", ""))
        is_listed = bool(listed) or any(name.startswith("msolistparagraph") for name in node.classes)
        self.marker = None
        if node.name == "pre":
            self.preformatted(node, marks)
        else:
            self.read(node, replace(marks, bold=True) if node.name == "dt" else marks)
        if is_listed and self.runs and not self.kind.startswith("h"):
            self.word_item(int(listed[2]) if listed else 1, bool(listed))
        elif self.marker and self.kind.startswith("h"):
            self.runs.insert(0, (self.marker.strip(" \xa0\t") + " ", marks))
        self.flush()
        self.kind, self.quoted = outside[0], outside[1]
        if not outside[2]:
            self.item, self.in_item = None, False

    def preformatted(self, node, marks):
        for place, line in enumerate(node.words.strip("\n").split("\n")):
            if place:
                self.runs.append(("\n", marks))
            self.runs.append((line, marks))

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
        raw = "".join(words for words, _ in self.runs)
        marker = self.marker
        if marker is None:
            found = BULLET.match(raw.lstrip(" \xa0")) or TYPED_NUMBER.match(raw.lstrip(" \xa0"))
            if found is None and not is_certain:
                return
            marker = found[0] if found else "·"
            if found:
                self.cut(len(raw) - len(raw.lstrip(" \xa0")) + len(found[0]))
        number, kind = self.number(marker.strip(" \xa0\t\n\r"), level)
        self.item, self.in_item = Block("item", level=level, number=number, style=kind), True

    def cut(self, count):
        while count and self.runs:
            words, marks = self.runs.pop(0)
            if len(words) > count:
                self.runs.insert(0, (words[count:], marks))
            count -= min(count, len(words))

    def number(self, marker, level) -> tuple[int | None, str]:
        """(the number, how it is written) of a marker such as 3. or (iv); None for a bullet."""
        for deeper in [known for known in self.numbers if known > level]:
            del self.numbers[deeper]
        found = NUMBER.match(marker)
        if not found:
            self.numbers.pop(level, None)
            return None, ""
        told = found[1]
        if told.isdigit():
            number, kind = int(told), ""
        else:
            lower, last = told.lower(), self.numbers.get(level, (0, ""))
            letter = ord(lower) - 96 if len(lower) == 1 else None
            goes_on = last[1] in {"a", "A"} and letter == last[0] + 1
            if ROMAN.match(lower) and not goes_on:
                number, kind = _roman(lower), "i"
            elif letter:
                number, kind = letter, "a"
            else:
                return None, ""
            kind = kind.upper() if told.isupper() else kind
        self.numbers[level] = number, kind
        return number, kind

    def flush(self):
        """End a paragraph."""
        runs, self.runs = tidy(self.runs), []
        if not runs:
            return
        self.marker = None
        quoted = bool(self.quoted) and self.options["quotes"]
        if self.item is not None:
            block, self.item = self.item, None
            block.runs = runs
        elif self.in_item:
            block = Block("more", runs)
        elif self.kind.startswith("h"):
            plain = [(words, replace(marks, bold=False)) for words, marks in runs]
            if self.options["headings"] and not self.in_cell:
                block = Block(self.kind, plain)
            else:
                block = Block("p", [(words, replace(marks, bold=True)) for words, marks in runs], quoted)
        else:
            block = Block("p", runs, quoted)
        self.blocks.append(block)

    def table(self, node):
        rows = [row for row in _rows(node) if row]
        for caption in (part for part in node.elements() if part.name == "caption"):
            self.element(caption, Marks())
        shows_tables = self.options["tables"] and not self.in_cell
        if len(rows) == 1 and len(rows[0]) == 1 and not shows_tables:
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
        inner.read(node, Marks())
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


def _rows(table):
    """(name, cell) of each row, without those of tables inside."""
    for part in table.elements():
        if part.name == "tr":
            yield [(cell.name, cell) for cell in part.elements() if cell.name in {"td", "th"}]
        elif part.name in {"tbody", "thead", "tfoot"}:
            for row in _rows(part):
                yield [("th" if part.name == "thead" else name, cell) for name, cell in row]


def _base(sign: str) -> str:
    return chr(ord(sign) - 0xF000) if "\uf000" <= sign <= "\uf0ff" else sign


def _roman(lower: str) -> int:
    values = [ROMAN_VALUES[sign] for sign in lower]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _is_skipped(node, style) -> bool:
    return (
        node.name in SKIPPED
        or style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
        or style.get("mso-element", "").startswith("comment")
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
    if name in {"s", "strike"}:
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
    if weight in {"bold", "bolder"} or re.fullmatch(r"[6-9]00", weight):
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
    """ "sup", "sub", "" for on the line again, or None where the style says nothing."""
    align, raised = style.get("vertical-align", ""), style.get("mso-text-raise", "")
    if align in {"super", "sub"}:
        return {"super": "sup", "sub": "sub"}[align]
    if align == "baseline":
        return ""
    shift = re.match(r"(-?)[\d.]*[1-9]", align) or re.match(r"(-?)[\d.]*[1-9]", raised)
    return None if shift is None else ("sub" if shift[1] else "sup")


def tidy(runs) -> list:
    """Runs with single blanks, none at either end, and those that stand alike in one."""
    found: list[tuple[str, Marks]] = []
    text = "".join(words for words, _ in runs)
    place = 0
    blank = True  # a blank would be doubled or stand at the start
    for words, marks in runs:
        kept = []
        for sign in words:
            before, after = text[place - 1 : place], text[place + 1 : place + 2]
            place += 1
            if sign in "\u00ad\u200b\ufeff":
                continue
            if sign == "\xa0" and not (before.isdigit() and re.match(r"[\w%°µ]", after)):
                sign = " "
            if sign in " \t":
                if not blank:
                    kept.append(" ")
                blank = True
            else:
                kept.append(sign)
                blank = sign == "\n"
        if kept:
            found.append(("".join(kept), replace(marks, font="")))
    while found and not found[-1][0].rstrip(" \n"):
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(" \n"), found[-1][1])
    while found and not found[0][0].lstrip(" \n"):
        found.pop(0)
    if found:
        found[0] = (found[0][0].lstrip(" \n"), found[0][1])
    joined: list[tuple[str, Marks]] = []
    for words, marks in found:
        if joined and joined[-1][1] == marks:
            joined[-1] = (joined[-1][0] + words, marks)
        else:
            joined.append((words, marks))
    return joined


def inline(runs) -> str:
    out = []
    for words, marks in runs:
        html = "<br>".join(escape(part, quote=False) for part in re.split(r" ?\n ?", words))
        if not words.strip(" "):
            out.append(html)  # a blank has no looks
            continue
        for name, wanted in ((marks.script, bool(marks.script)), ("s", marks.strike), ("em", marks.italic), ("strong", marks.bold)):  # fmt: skip
            if wanted:
                html = f"<{name}>{html}</{name}>"
        if marks.href:
            title = f' title="{escape(marks.title)}"' if marks.title else ""
            html = f'<a href="{escape(marks.href)}"{title}>{html}</a>'
        out.append(html)
    return "".join(out)


def build(blocks) -> str:
    """The markup of blocks; items that follow each other become lists."""
    out, place = [], 0
    while place < len(blocks):
        block = blocks[place]
        if block.kind in {"item", "more"}:
            end = place
            while end < len(blocks) and blocks[end].kind in {"item", "more"}:
                end += 1
            out.append(build_lists(blocks[place:end]))
            place = end
        elif block.quoted:
            end = place
            while end < len(blocks) and blocks[end].quoted and blocks[end].kind == "p":
                end += 1
            out.append(
                f"<blockquote>{''.join(f'<p>{inline(row.runs)}</p>' for row in blocks[place:end])}</blockquote>"
            )
            place = end
        else:
            out.append(block.html or f"<{block.kind}>{inline(block.runs)}</{block.kind}>")
            place += 1
    return "".join(out)


def build_lists(items) -> str:
    out, place = "", 0
    while place < len(items):
        if items[place].kind == "more":
            out += f"<p>{inline(items[place].runs)}</p>"
            place += 1
        else:
            made, place = build_list(items, place)
            out += made
    return out


def build_list(items, place) -> tuple[str, int]:
    """(one list that begins at `place` with all that stands deeper in it, where it ends)."""
    first, points = items[place], []
    expected = first.number
    while place < len(items):
        item = items[place]
        if item.kind == "more":
            points[-1] += f"<p>{inline(item.runs)}</p>"
            place += 1
        elif item.level > first.level:
            made, place = build_list(items, place)
            points[-1] += made
        elif item.level < first.level or item.number != expected or item.style != first.style:
            break
        else:
            points.append(f"<p>{inline(item.runs)}</p>")
            expected = None if expected is None else expected + 1
            place += 1
    body = "".join(f"<li>{point}</li>" for point in points)
    if first.number is None:
        return f"<ul>{body}</ul>", place
    start = f' start="{first.number}"' if first.number != 1 else ""
    kind = f' type="{first.style}"' if first.style else ""
    return f"<ol{start}{kind}>{body}</ol>", place
