"""What other programs write: names, classes, styles and signs, and what each of them means."""

import re

import nh3

# What our editor never writes. Anything else is left as it is.
FOREIGN = re.compile(
    r"<(?:b|i|h1|h4|h5|h6|del|ins|strike|span|div|font|center|big|small|u|tt|section|article|dl|math|o:p|m:\w+|!|meta|html"
    r"|body|style|script|title|pre|q|img)\b|<[^<>]*\s(?:class|align|lang|dir|role|hidden|style)\s*=|=https?(?::|%3a)|"
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


READ_ATTRIBUTES = {"style", "class", "id", "href", "start", "type", "value", "rowspan", "colspan", "role", "face", "clear",
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
    attributes={"*": READ_ATTRIBUTES},
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "file", "about"},
    allowed_classes=None,
)


# What a style sheet of the clipboard may say of a class; Cocoa (Pages, TextEdit) and Excel say it nowhere else.
STYLE_SHEET = re.compile(r"<style\b[^<>]*>((?:(?!<style\b).)*?)</style", re.DOTALL | re.IGNORECASE)


SELECTOR = re.compile(r"((?<![a-z0-9])[a-z][a-z0-9]*)?\.([\w-]+)", re.ASCII)


TOLD = {"bottom", "display", "font", "font-family", "font-style", "font-weight", "list-style-type", "mso-hide",
        "mso-text-raise", "position", "text-decoration", "text-decoration-line", "top", "vertical-align", "visibility"}  # fmt: skip


FONT_STYLES = {
    "font",
    "font-style",
    "font-weight",
}  # of a heading, or of a paragraph that Word calls by a style of its own


ROLES = {"list": "ul", "listitem": "li", "table": "table", "grid": "table", "row": "tr", "rowgroup": "tbody", "cell": "td",
         "gridcell": "td", "columnheader": "th", "rowheader": "th"}  # fmt: skip


LIST_STYLES = {"decimal": "", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
               "lower-roman": "i", "upper-roman": "I"}  # fmt: skip


# Word's equations stand in a comment, beside a picture of them.
EQUATION = re.compile(
    r"<!--\[if gte msEquation[^\]<]*\]>((?:(?!<!--\[if gte msEquation).)*?)<!\[endif\]-->",
    re.DOTALL | re.IGNORECASE,
)


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


MAX_DEPTH = 60  # what is nested deeper loses its marks, never its words
