"""The words that the check knows (words.json, grammar.json), by lemma: what a word in a text is.

A term of several words is one entry. Forms are brought to their lemma by simplemma; what no dictionary knows is read
as the key word it is one letter or two away from, or as key words written as one.
"""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import simplemma
from rapidfuzz import process
from rapidfuzz.distance import OSA

HERE = Path(__file__).parent
ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "ness", "y", "ly")
FEWEST_LETTERS_ONE, FEWEST_LETTERS_TWO = 5, 8


@cache
def grammar() -> dict[str, Any]:
    """grammar.json, read once."""
    found: dict[str, Any] = json.loads((HERE / "grammar.json").read_text())
    return found


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """The terms of each class, as they stand in the files."""
    words = json.loads((HERE / "words.json").read_text())["classes"]
    others = grammar()["classes"]
    return {
        name: tuple(term for rows in (words, others) for term in rows.get(name, {"terms": ()})["terms"])
        for name in {**words, **others}
    }


@cache
def lemmas_of(name: str) -> frozenset[str]:
    """A plain set of grammar.json, asked of single words."""
    return frozenset(grammar()["sets"][name]["lemmas"])


@cache
def own_lemmas() -> dict[str, str]:
    """Lemmas that the check knows better than simplemma, by word."""
    found: dict[str, str] = grammar()["lemmas"]["of"]
    return found


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """The base form of a word in small letters, “’s” dropped."""
    word = word.lower()
    if word.endswith("'s"):
        word = word[:-2]
    elif word.endswith("s'"):
        word = word[:-1]
    if word in own_lemmas():
        return own_lemmas()[word]
    return str(simplemma.lemmatize(word, lang="en")).lower()


@lru_cache(maxsize=65536)
def is_english(word: str) -> bool:
    return bool(simplemma.is_known(word, lang="en"))


def pieces(term: str) -> tuple[str, ...]:
    return tuple(lemma(word) for word in re.findall(r"[^\W_]+(?:'[^\W_]+)?", term.lower().replace("’", "'")))


@cache
def trie() -> dict[str, list[tuple[tuple[str, ...], frozenset[str]]]]:
    """By the first lemma of a term: (all its lemmas, the classes it is in), the longest first."""
    classes: dict[tuple[str, ...], set[str]] = {}
    for name, terms in vocabulary().items():
        for term in terms:
            found = pieces(term)
            if len(found) > 1 or re.search(
                r"[a-z]{2}", term
            ):  # “i” and “g” are too little to stand for anything
                classes.setdefault(found, set()).add(name)
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for found, names in classes.items():
        by_first.setdefault(found[0], []).append((found, frozenset(names)))
    for rows in by_first.values():
        rows.sort(key=lambda row: -len(row[0]))
    return by_first


KEY_CLASSES = (
    "plain_ailments",
    "ailments",
    "symptoms",
    "benefit_verbs",
    "strong_verbs",
    "benefit_nouns",
    "ours_words",
    "leg_states",
    "leg_parts",
)


@cache
def key_words() -> dict[str, str]:
    """Words that a misspelling may stand for, with their regular forms, by spelling: the lemma."""
    found: dict[str, str] = {}
    for name in KEY_CLASSES:
        for term in vocabulary()[name]:
            for word in re.findall(r"[a-z]{4,}", term.lower()):
                for ending in ENDINGS:
                    form = (
                        word[:-1] + ending
                        if ending in {"ed", "ing", "er"} and word.endswith("e")
                        else word + ending
                    )
                    if is_english(form) or ending == "":
                        found.setdefault(form, lemma(form))
    return found


LEET = str.maketrans("0134579$@!", "oleastg" + "sai")


@lru_cache(maxsize=65536)
def meant(word: str) -> tuple[str, ...]:
    """The lemmas of a word as it was meant: one, or several where words were written as one."""
    low = word.lower()
    plain = low.removesuffix("'s")
    if len(plain) < FEWEST_LETTERS_ONE or plain in key_words() or is_english(plain) or plain.isdigit():
        return (lemma(low),)
    if (letters := plain.rstrip("0123456789")) != plain and len(letters) >= 7 and letters.isalpha():
        return meant(letters)  # a code such as STILLLEGS10
    if not plain.isalpha():
        plain = plain.translate(LEET)
        if not plain.isalpha() or plain not in key_words():
            return (lemma(low),)
        return (lemma(plain),)
    if 7 <= len(plain) <= 40 and (split := _written_as_one(plain)):
        return split
    far = 2 if len(plain) >= FEWEST_LETTERS_TWO else 1
    near = process.extractOne(plain, key_words().keys(), scorer=OSA.distance, score_cutoff=far)
    if (near and near[0][0] == plain[0]) or (near and far == 2):
        return (key_words()[near[0]],)
    return (lemma(low),)


@cache
def _parts() -> frozenset[str]:
    """Words that hashtags, codes and names written as one are put together from."""
    named = {
        word
        for name in (*KEY_CLASSES, "times", "states", "functions", "praise")
        for term in vocabulary()[name]
        for word in [term]
        if len(word) >= 4
    }
    return frozenset(
        lemmas_of("parts_of_codes")
        | named
        | {f"{word}s" for word in named}
        | {f"{word}ing" for word in named}
        | {f"{word}ed" for word in named}
    )


@lru_cache(maxsize=4096)
def _written_as_one(word: str) -> tuple[str, ...]:
    """“nomoretwitching” as its words, the fewest; nothing where a rest would be left over, or all of them are small."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        rows = [
            (*found, word[start:end])
            for start, found in enumerate(best)
            if found is not None and word[start:end] in _parts()
        ]
        best.append(min(rows, key=len, default=None))
    parts = best[-1] or ()
    is_row = len(parts) > 1 and max(len(part) for part in parts) >= 5
    return tuple(lemma(part) for part in parts) if is_row else ()
