"""Rich text from elsewhere (Word, Excel, Google Docs, LibreOffice, Pages, the web) in the words of our own editor.

What carries meaning survives: headings, lists, tables, links, bold and slanted, what stands above or below the line,
what is struck out. What was deleted under tracked changes, comments and looks do not. `static/js/paste.js` does the
same, step by step, in the browser before the editor reads a paste; tests/articles/pastes holds what both must give.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import nh3

# What our editor never writes. Anything else is left as it is.
FOREIGN = re.compile(
    r"<(?:b|i|h1|h4|h5|h6|del|ins|strike|span|div|font|center|big|small|u|tt|section|article|dl|math|o:p|m:\w+|!|meta|html"
    r"|body|style|script|title|pre|q|img)\b|<[^>]*\s(?:class|align|lang|dir|role|hidden|style)\s*=|=https?(?::|%3a)|"
    r"urldefense\.|:~:|href=[\"']?(?:#|file:|about:)",
    re.IGNORECASE,
)
BLOCKS = {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
          "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
          "main", "nav", "p", "pre", "section", "summary"}  # fmt: skip
SKIPPED = {"annotation", "annotation-xml", "audio", "button", "canvas", "comment", "head", "iframe", "input", "link",
           "m:ctrlpr", "m:dpr", "m:fpr", "m:radpr", "m:rpr", "m:ssubpr", "m:ssubsuppr", "m:ssuppr", "meta", "noscript",
           "object", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xml"}  # fmt: skip
EMPTY = {"br", "hr", "img", "wbr"}
KNOWN = BLOCKS | {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "li", "m:d", "m:deg", "m:den", "m:e", "m:f", "m:num", "m:omath", "m:r", "m:rad", "m:ssub", "m:ssubsup",
    "m:ssup", "m:sub", "m:sup", "m:t", "mark", "math", "mfenced", "mfrac", "mi", "mn", "mo", "mover", "mroot", "mrow", "msqrt",
    "msub", "msubsup", "msup", "mtext", "munder", "munderover", "nobr", "ol", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u",
    "ul", "var", "wbr", "del", "annotation", "annotation-xml",
}  # fmt: skip
KEPT_ATTRIBUTES = {"style", "class", "id", "href", "start", "type", "value", "rowspan", "colspan", "role", "face", "clear",
                   "aria-level", "data-aria-level", "data-indent", "data-stringify-indent", "data-list", "aria-hidden", "hidden",
                   "alt", "cite", "datetime", "title"}  # fmt: skip
normalise = nh3.Cleaner(
    tags=KNOWN,
    clean_content_tags={
        "script",
        "style",
        "title",
        "svg",
        "template",
        "noscript",
        "iframe",
        "xml",
        "comment",
        "select",
        "textarea",
        "button",
        "video",
        "audio",
        "object",
        "canvas",
    },
    attributes={"*": KEPT_ATTRIBUTES},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "file", "about"},
    allowed_classes=None,
)
# What a style sheet of the clipboard may say of a class; Cocoa (Pages, TextEdit) and Excel say it nowhere else.
SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?\.([\w-]+)", re.ASCII)
TOLD = {"bottom", "display", "font", "font-family", "font-style", "font-weight", "list-style-type", "mso-hide",
        "mso-text-raise", "position", "text-decoration", "text-decoration-line", "top", "vertical-align", "visibility"}  # fmt: skip
LOOKS = {
    "font",
    "font-style",
    "font-weight",
}  # of a heading, or of a paragraph that Word calls by a style of its own
ROLES = {"list": "ul", "listitem": "li", "table": "table", "grid": "table", "row": "tr", "rowgroup": "tbody", "cell": "td",
         "gridcell": "td", "columnheader": "th", "rowheader": "th"}  # fmt: skip
LIST_STYLES = {"decimal": "", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
               "lower-roman": "i", "upper-roman": "I"}  # fmt: skip
# Word's equations stand in a comment, beside a picture of them.
EQUATION = re.compile(r"<!--\[if gte msEquation[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
BULLET = re.compile(r"^(?:[·•▪‣◦●○■□➢✓§–-]|o(?=[ \xa0\t]{2,}))[ \xa0\t]+")
TYPED_BULLET = re.compile(r"^[•▪‣◦●■·⁃] ")  # in a paragraph or an item that is tidied
NUMBER = re.compile(r"\(?(?:[0-9]+\.)*([0-9]{1,4}|[a-z]{1,6}(?![0-9]))([.):]*)", re.IGNORECASE)
TYPED_NUMBER = re.compile(r"^\(?(?:[0-9]+\.)*(?:[0-9]{1,4}|[a-z]{1,4})[.)][ \xa0\t]{2,}", re.IGNORECASE)
FOOTNOTE = re.compile(r"^\s*(?:\[?[\divxlc]{1,5}\]?|[*†‡§¶]{1,3})\s*$", re.IGNORECASE)
ROMAN = re.compile(r"^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")
SCRIPTS = {"super": "sup", "sub": "sub"}
SMALL_SCRIPTS = {"top": "sup", "text-top": "sup", "text-bottom": "sub"}
SMALLER = re.compile(r"^(?:0?\.[0-9]+r?em|[1-9][0-9](?:\.[0-9]+)?%|smaller|xx?-small)$")
MOVED = re.compile(
    r"^(-?)(?:0?\.[1-9][0-9]*e[mx]|(?:[2-9]|1[0-2]?)(?:\.[0-9]+)?p[xt])$"
)  # a sign's way up or down, no layout
WEIGHT = re.compile(r"^(?:bold|bolder|[6-9]00)$")
EQUATION_PARTS = {
    **dict.fromkeys(["mfrac", "m:f"], "fraction"), **dict.fromkeys(["msqrt", "mroot", "m:rad"], "root"),
    **dict.fromkeys(["mfenced", "m:d"], "brackets"), **dict.fromkeys(["msub", "m:ssub", "munder"], ("sub",)),
    **dict.fromkeys(["msup", "m:ssup", "mover"], ("sup",)),
    **dict.fromkeys(["msubsup", "m:ssubsup", "munderover"], ("sub", "sup")),
}  # fmt: skip
OFFICE_PARTS = {"m:den", "m:e", "m:num", "m:sub", "m:sup"}
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
DELETED = re.compile(r"^(?:msodel|msocom\w*|msocommentreference|trackchange\w*delet\w*|mw-editsection)$")
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
    (re.compile(r"(?:^|\.)google\.[a-z.]+$"), "/scholar_url", ("url",)),
    (re.compile(r"(?:^|\.)linkedin\.com$"), "/redir/", ("url",)),
    (re.compile(r"^slack-redir\.net$"), "/link", ("url",)),
    (re.compile(r"^out\.reddit\.com$"), "/", ("url",)),
    (re.compile(r"^linkprotect\.cudasvc\.com$"), "/url", ("a",)),
]
DEFENDED = re.compile(
    r"^https://urldefense(?:\.proofpoint)?\.com/v3/__(https?:/[^*]+?)__;[^*]*$", re.IGNORECASE
)
ACCENTS = {
    "¯": "\u0304",
    "‾": "\u0304",
    "_": "\u0304",
    "^": "\u0302",
    "~": "\u0303",
    "˙": "\u0307",
}


DEEPEST = 60  # what is nested deeper loses its looks, never its words


class Node:
    def __init__(self, name="", attrs=(), parent=None):
        self.name, self.parent, self.children = name, parent, []
        self.attrs = {key: value or "" for key, value in attrs}
        self.has_equation = False

    @property
    def words(self) -> str:
        return "".join(child if isinstance(child, str) else child.words for child in self.children)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").lower().split()

    @property
    def style(self) -> dict[str, str]:
        told = declarations(self.attrs.get("style", ""))
        if "font" in told:
            words = told["font"].split()
            told.setdefault("font-weight", next((word for word in words if WEIGHT.match(word)), "normal"))
            told.setdefault("font-style", "italic" if {"italic", "oblique"} & set(words) else "normal")
        return told

    def elements(self) -> list["Node"]:
        return [child for child in self.children if isinstance(child, Node)]


def declarations(style: str) -> dict[str, str]:
    parts = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in parts}


def rules_of(html: str) -> dict[str, list]:
    """Of each class that a style sheet names: (element or "", what it says). Not what holds for some media only."""
    rules: dict[str, list] = {}
    depth = 0
    for part in re.sub(r"<!--|-->", "", "}".join(SHEET.findall(html))).split("}"):
        selectors, opened, body = part.rpartition("{")
        if not opened:
            depth = max(0, depth - 1)
            continue
        if depth == 0 and "{" not in selectors:
            said = {name: value for name, value in declarations(body).items() if name in TOLD}
            for selector in selectors.lower().rpartition(";")[2].split(",") if said else ():
                if found := SELECTOR.fullmatch(selector.strip()):
                    rules.setdefault(found[2], []).append((found[1] or "", said))
        depth += part.count("{") - 1
    return rules


def prepare(root, rules) -> None:
    """Write into the tree what it says by roles and style sheets, and where equations stand."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.elements()
        if node.name in {"div", "span"}:
            node.name = ROLES.get(node.attrs.get("role", ""), node.name)
        is_styled = node.name in BLOCKS and node.attrs.get("class", "").lower().startswith("mso")
        has_own_looks = is_styled or re.fullmatch(r"h[1-6]", node.name)
        said: dict[str, str] = {}
        for element, rule in [rule for name in node.classes for rule in rules.get(name, ())]:
            if element in {"", node.name}:
                said |= {name: value for name, value in rule.items() if not (has_own_looks and name in LOOKS)}
        if said:
            told = ";".join(f"{name}:{value}" for name, value in said.items())
            node.attrs["style"] = f"{told};{node.attrs.get('style', '')}"
        if node.name == "math":
            while node is not None and not node.has_equation:
                node.has_equation, node = True, node.parent


class _Tree(HTMLParser):
    """Of well-formed markup: `normalise` comes first."""

    def __init__(self):
        super().__init__()
        self.root = self.at = Node()
        self.depth = 0

    def handle_starttag(self, tag, attrs):
        is_empty = tag in EMPTY
        self.depth += not is_empty
        if self.depth > DEEPEST:
            return
        node = Node(tag, attrs, self.at)
        self.at.children.append(node)
        if not is_empty:
            self.at = node

    def handle_endtag(self, tag):
        if tag in EMPTY:
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
    prepare(tree.root, rules_of(html))
    reader = Reader(tables=tables, headings=headings, quotes=quotes)
    reader.read(tree.root, Marks())
    reader.flush()
    return build(reader.blocks)


def real_address(href: str) -> str:
    """Where a link leads without the redirect that counts the click; "" for one that leads nowhere outside its file."""
    href = re.sub(r"#?:~:[^#]*$", "", href.strip())
    for _ in range(3):
        try:
            parts = urlsplit(href)
        except ValueError:
            return ""
        if parts.scheme.lower() not in {"", "http", "https", "mailto"} or href.startswith("#"):
            return ""
        if defended := DEFENDED.match(href):
            href = re.sub(r"^(https?:/)(?!/)", r"\1/", defended[1])
            continue
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
        told = self.lists[-1]
        indent = _indent(node) or told["indent"]
        level = node.attrs.get("data-aria-level") or node.attrs.get("aria-level") or ""
        level = int(level) if re.fullmatch(r"[1-9]", level) else indent or len(self.lists)
        ordered, kind = _numbering(node, told["ordered"], told["type"])
        number = None
        if ordered:
            value = node.attrs.get("value", "")
            number = int(value) if re.fullmatch(r"[0-9]{1,6}", value) else told["next"]
            told["next"] = number + 1
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
                self.numbers.pop(level, None)
                return None, ""
            kind = kind.upper() if told.isupper() else kind
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
    kept = []
    for words, marks in runs:
        cut = min(count, len(words))
        count -= cut
        if words[cut:]:
            kept.append((words[cut:], marks))
    return kept


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
    blocks = []
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
    for told in (align, style.get("font-variant-position", "")):
        if told in SCRIPTS:
            return SCRIPTS[told]
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
        if block.quoted:
            end = place
            while end < len(blocks) and blocks[end].quoted:
                end += 1
            inner = build([replace(one, quoted=False) for one in blocks[place:end]])
            out.append(f"<blockquote>{inner}</blockquote>")
            place = end
        elif block.kind in {"item", "more"}:
            end = place
            while end < len(blocks) and blocks[end].kind in {"item", "more"} and not blocks[end].quoted:
                end += 1
            out.append(build_lists(blocks[place:end]))
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
        if item.kind == "more" and item.level >= first.level:
            points[-1] += f"<p>{inline(item.runs)}</p>"
            place += 1
        elif item.level > first.level:
            made, place = build_list(items, place)
            points[-1] += made
        elif (
            item.kind == "more"
            or item.level < first.level
            or item.number != expected
            or item.style != first.style
        ):
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
