"""Characters that have no place in a text, and what is put instead.

XML 1.0 and HTML forbid control characters and non-characters (as text and as references to them), UTF-8 has no lone
surrogates, PostgreSQL stores no NUL; directional overrides hide what a line says, and PDF and fonts show the rest as
boxes. They come by pasting from Word, PDF and spreadsheets, and from whoever tries.
Sources: XML 1.0, production Char; Unicode 23.7 and 23.8 (non-characters, specials); the HTML standard's table for
references to U+0080 to U+009F, which are Windows-1252 read wrongly.
"""

import re

SEPARATORS = "\v\f\x1c\x1d\x1e\x1f\u2028\u2029"  # each ends a line or a field somewhere
CONTROLS = "".join(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r") + "\x7f"
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
SPECIALS = "\ufeff\ufff9\ufffa\ufffb\ufffc"
NON_CHARACTERS = "".join(map(chr, [*range(0xFDD0, 0xFDF0), *(plane * 0x10000 + end for plane in range(17) for end in (0xFFFE, 0xFFFF))]))  # fmt: skip

_INSTEAD = {
    **dict.fromkeys(map(ord, CONTROLS + OVERRIDES + SPECIALS + NON_CHARACTERS), ""),
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)},
    **dict.fromkeys(map(ord, SEPARATORS), " "),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_WRONG = re.compile(f"[{re.escape(''.join(map(chr, _INSTEAD)))}\ud800-\udfff]")
_BREAKS = re.compile(r"[\t\r\n]+")


def clean_text(text: str) -> str:
    """`text` without such characters: separators become blanks, Windows-1252 what it means, the rest goes.

    Halves of a surrogate pair are joined; a lone one becomes U+FFFD. What is clean comes back as the same object.
    """
    if not _WRONG.search(text):
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.translate(_INSTEAD)


def clean_html(html: str) -> str:
    """As `clean_text`, for markup that was sanitised already: all that goes leaves a blank, so that `java`, a control
    character and `script:` don't become an address.
    """
    if not _WRONG.search(html):
        return html
    return clean_text(_WRONG.sub(lambda found: clean_text(found[0]) or " ", html))


def clean_line(text: str) -> str:
    """As `clean_text`, with tabs and line breaks made blanks too."""
    return _BREAKS.sub(" ", clean_text(text))


def clean_data(data):
    """JSON-like data with every text in it cleaned, names too."""
    if isinstance(data, str):
        return clean_text(data)
    if isinstance(data, dict):
        return {clean_data(name): clean_data(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(clean_data(value) for value in data)
    return data


def is_clean(text: str) -> bool:
    return _WRONG.search(text) is None
