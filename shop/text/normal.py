"""A text as its reader sees it: what is written in odd characters, entities or broken lines, in plain letters.

Everything that decides by words reads them through `as_read` first: a colour, a pin or a synonym may not depend on
how a letter was typed.
"""

import html
import re
import unicodedata
from functools import lru_cache

from confusable_homoglyphs import confusables

HYPHENS = re.compile("[\u2010\u2011\u2043\u00ad\u058a\u1806\u30a0\ufe63\uff0d]")
DASHES = re.compile("[\u2012-\u2015\u2212\u2e3a\u2e3b\ufe58\ufe31\ufe32]")
APOSTROPHES = re.compile("[\u2018\u2019\u201b\u02bc\u02b9\u00b4\u2032\uff07`]")
QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]")
MARKS = re.compile("[\u2122\u00ae\u00a9\u2120]")
BLANKS = re.compile(r"[^\S\n]+")
NOT_ASCII = re.compile("[^\x00-\x7f]")
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085\x0b\x0c]")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|t[dh]|table|blockquote)\b[^<>]{0,400}>", re.IGNORECASE
)
# R.L.S., r l s, m-a-g-n-e-s-i-u-m: three letters or more, each alone.
SPELLED = re.compile(
    r"(?<![^\W_])[^\W\d_](?:[.·•*_~-][ ]?[^\W\d_]){2,}(?![^\W_])\.?|(?<![^\W_])[^\W\d_](?:[ ][^\W\d_]){2,}(?![^\W_])"
)
BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n[ \t]*(?=[a-z])")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
ENDS = re.compile(r"[.!?:;…]['\"”’)\]]*\s*$")
ITEM = re.compile(r"^\s*(?:[-–—*•·▪◦‣✓✔]|\d{1,2}[.)])\s+")
A_WRAPPED_LINE = 55  # characters from which a line without an end goes on in the next
SIGNS = {
    "🦵": " leg ",
    "😴": " sleep ",
    "💤": " sleep ",
    "🛌": " bed ",
    "💊": " pill ",
    "🌙": " night ",
    "🛀": " bath ",
}


def as_read(text: str, *, unwrap: bool = True, accents: bool = False) -> str:
    """The text in plain letters: entities and tags resolved, NFKC, look-alikes, no format characters, one hyphen, one
    apostrophe, words that were taken apart put together, hard-wrapped lines joined. Case stays; line ends that are
    left end a sentence. Running it again changes nothing. Without `unwrap` every line stays one; with `accents`
    letters that a language writes with them keep them.
    """
    for _ in range(3):  # &amp;nbsp; was escaped twice
        resolved = html.unescape(text)
        if resolved == text:
            break
        text = resolved
    if "<" in text:
        text = TAG.sub("", BLOCK_TAG.sub("\n", text))
    if not text.isascii():
        text = _plain_letters(text, accents)
    text = LINE_ENDS.sub("\n", text)
    text = BROKEN_WORD.sub("", text)
    text = BLANKS.sub(" ", text)
    text = SPELLED.sub(_together, text)
    text = CAMEL.sub(" ", text)
    return _unwrapped(text) if unwrap and "\n" in text else text.strip()


def _plain_letters(text: str, accents: bool) -> str:
    text = MARKS.sub(" ", text)
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    text = HYPHENS.sub(lambda found: "" if found[0] == "\u00ad" else "-", text)
    text = DASHES.sub("–", text)
    text = APOSTROPHES.sub("'", text)
    text = QUOTES.sub('"', text)
    text = unicodedata.normalize("NFKC", LINE_ENDS.sub("\n", text))
    text = NOT_ASCII.sub(lambda found: _letter(found[0]), text)
    if accents or text.isascii():
        return text
    text = NOT_ASCII.sub(
        lambda found: "" if unicodedata.combining(found[0]) else found[0], unicodedata.normalize("NFD", text)
    )
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=4096)
def _letter(sign: str) -> str:
    """A sign as a Latin letter if that is what it looks like; nothing for what nobody sees."""
    kind = unicodedata.category(sign)
    if kind in {"Cf", "Cc", "Co", "Cn", "Mn", "Me"} or sign in "\u3164\u115f\u1160\uffa0\u2800":
        return "" if kind != "Cc" or sign != "\n" else sign
    if kind == "Zs":
        return " "
    if sign in PLAIN_LATIN:
        return PLAIN_LATIN[sign]
    if kind[0] != "L" or unicodedata.normalize("NFD", sign)[0].isascii():
        return sign
    for found in confusables.is_confusable(sign, preferred_aliases=["latin"]) or ():
        for like in found["homoglyphs"]:
            if like["c"].isascii() and like["c"].isalpha():
                return str(like["c"])
    return sign


PLAIN_LATIN = {
    "ı": "i",
    "ɡ": "g",
    "ɑ": "a",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ſ": "s",
    "ʟ": "l",
    "ɪ": "i",
    "ꜱ": "s",
    "ʀ": "r",
    "ᴇ": "e",
}


def _together(found: re.Match) -> str:
    return "".join(sign for sign in found[0] if sign.isalpha())


def _unwrapped(text: str) -> str:
    """Lines that go on in the next one, joined: an e-mail's or a PDF's lines end where the column did."""
    out: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        goes_on = (
            out
            and out[-1]
            and line
            and not ENDS.search(out[-1])
            and not ITEM.match(line)
            and (line[0].islower() or (len(out[-1]) >= A_WRAPPED_LINE and not ITEM.match(out[-1])))
        )
        if goes_on:
            out[-1] += f" {line}"
        elif line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")
