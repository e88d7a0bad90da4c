"""Texts as words: folded, stemmed, without those that say nothing."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
LONGEST_WORD = 40
SILENT = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
_stemmer = snowballstemmer.stemmer("english")


def fold(text: str) -> str:
    """Lower case, without accents; typographic apostrophes as plain ones."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(character for character in text if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """The words of a text in their order, folded; “Willis-Ekbom’s” gives “willis”, “ekbom”."""
    return [word.removesuffix("'s")[:LONGEST_WORD] for word in WORD.findall(fold(text))]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    return _stemmer.stemWord(word)


def telling(words: list[str]) -> list[str]:
    """Without the silent words, unless there are no others."""
    return [word for word in words if word not in SILENT] or words
