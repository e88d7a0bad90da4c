"""The letters of invoices: names and addresses in any script are drawn, and what no font has is named in brackets.

The fonts in fonts/ are subsets of Noto (SIL Open Font License, text beside them), and covered.txt lists the code
points that they hold together, as ranges in hexadecimal. A test compares the two with what is drawn.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
IN_THE_TYPESETTERS_OWN = "≤≥≠≈←↑→↓✓★☆"  # of Libertinus Serif, which comes with it
JOINERS = "\u200c\u200d"  # they shape letters of some scripts
JOINED_SIGNS = re.compile(
    "(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)  # people made of several emoji


@cache
def covered() -> frozenset[int]:
    found = {ord(sign) for sign in IN_THE_TYPESETTERS_OWN}
    for part in (FONTS / "covered.txt").read_text().split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def drawable(text: str) -> str:
    """The text with every letter that can be drawn as it is, and the name of each that can't: “[tamil letter ka]”."""
    text = JOINED_SIGNS.sub("", unicodedata.normalize("NFC", text))
    return "".join(map(_drawn, text))


def _drawn(letter: str) -> str:
    if letter.isspace():
        return " "
    unseen = unicodedata.category(letter) in {"Cc", "Cf"} or "\ufe00" <= letter <= "\ufe0f"
    if unseen and letter not in JOINERS:
        return ""  # what turns the direction of a text, too
    if ord(letter) in covered():
        return letter
    plain = unicodedata.normalize("NFKC", letter)  # 𝓐, which some type for its looks, is an A
    if all(ord(sign) in covered() for sign in plain):
        return plain
    return f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"


def all_drawable(data):
    """The same of every text in a document's data."""
    if isinstance(data, dict):
        return {name: all_drawable(value) for name, value in data.items()}
    if isinstance(data, list):
        return [all_drawable(value) for value in data]
    return drawable(data) if isinstance(data, str) else data
