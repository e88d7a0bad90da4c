"""Words as they are compared: small, without accents, umlauts as two letters, a doubled letter once.

Both the text and the data go through `fold`, so that “Müdigkeit”, “Muedigkeit” and “MÜDIGKEITT” are the same word: a
doubled letter too many or too few hides nothing.
"""

import re
import unicodedata
from functools import lru_cache

from shop.text.normal import as_read

WORD = re.compile(r"[^\W_]+(?:[*@$€_]+[^\W_]+)*|[^\w\s]|\n")
DOUBLED = re.compile(r"([a-z])\1+")
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}
UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
LOOKS_LIKE = str.maketrans("013457@$€", "oieastase")
ODD = re.compile(r"(?<=[^\W\d_])[013457@$€]+(?=[^\W\d_])")
MIDDLE_DOTS = re.compile(r"(?<=[^\W\d_])[·•‧∙](?=[^\W\d_])")


def plain(text: str, marked: re.Pattern[str] | None = None) -> str:
    """The text as readers see it, with its accents. `marked`: ends of words that name both sexes, such as “·e·s”."""
    text = as_read(text, accents=True)
    if marked is not None:
        text = marked.sub(lambda found: "".join(part or "" for part in found.groups()), text)
    return MIDDLE_DOTS.sub("", text)


def without_accents(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))


@lru_cache(maxsize=65536)
def fold(word: str, umlauts: bool) -> str:
    """`umlauts`: whether ä, ö and ü are also written ae, oe and ue there, as in German."""
    word = word.lower()
    if not word.isascii():
        for sign, letters in (LIGATURES | UMLAUTS if umlauts else LIGATURES).items():
            word = word.replace(sign, letters)
        word = without_accents(word)
    if not word.isalpha():
        word = ODD.sub(lambda found: found[0].translate(LOOKS_LIKE), word)
    return DOUBLED.sub(r"\1", word)


SENTENCE_END = re.compile(r"(?:(?<![.!?…])[.!?…]+[\"')\]]*(?=\s)|\n)")
BEGINS = re.compile(r"[\s\"'(\[–-]{0,99}[A-ZÀ-ÖØ-Þ0-9#]")
MAX_WORDS = 120  # of a sentence; what is longer is read in pieces


def split(text: str, abbreviations: frozenset[str]) -> list[str]:
    """The sentences of a text that `plain` has made: not cut after “z. B.”, “ca.” or “am 3.”"""
    parts, start = [], 0
    for end in SENTENCE_END.finditer(text):
        if end[0] != "\n":
            words = text[start : end.start()].rsplit(None, 1)
            last = words[-1] if words else ""
            is_short = end[0].startswith(".") and (
                last.lower().lstrip("(\"'") in abbreviations or (last.isdigit() and len(last) <= 2)
            )
            if is_short or not BEGINS.match(text, end.end()):
                continue
        parts.append(text[start : end.end()])
        start = end.end()
    parts.append(text[start:])
    return [piece for part in parts if re.search(r"\w", part) for piece in _short(part.strip())]


def _short(sentence: str) -> list[str]:
    words = sentence.split(" ")
    pieces = [" ".join(words[at : at + MAX_WORDS]) for at in range(0, len(words), MAX_WORDS)]
    return [piece for piece in pieces if re.search(r"\w", piece)]
