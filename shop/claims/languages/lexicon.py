"""The words and turns of phrase of one language, as its folder of JSON has them.

How a term is written there: plain words, small or capital; `*` stands for any letters of a word (“*krampf*”); `…` for up
to six words of the same clause, none of them “and”; `#` for a number; `(a|b)` and `(a )?` as in a regular expression; `{benefits}` for any
term of that class without `…`. Accents and umlauts are written as usual: text and terms are folded in the same way.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from shop.claims.languages import FOLDER
from shop.claims.languages.letters import fold, without_accents
from shop.claims.rules import in_language

LETTERS = re.compile(r"[^\W\d_]+")
PLAIN_TERM = re.compile(r"[\w*]+")
WITHOUT_DOTS = {"conditions"}
APOSTROPHES = re.compile("['’-]")  # not words of their own in a folded sentence
CLASS = re.compile(r"\{(\w+)\}")
GAP = r"(?:(?!(?:{joins}) )[^ .;:!?,()\n]+ ){{0,6}}"


@dataclass(frozen=True)
class Turn:
    """A turn of phrase that is red by a rule of the law, or by how it is read (“read: experience”)."""

    rule: str
    pattern: re.Pattern[str]
    always: bool  # whether no negation or doubt excuses it
    needs: tuple[str, ...]  # classes of which one must stand in an article’s sentence too


@dataclass(frozen=True)
class Lexicon:
    """What is of one language. `classes` of words: see words.json; `frames` of turns of phrase: see frames.json."""

    code: str
    words: dict
    frames: dict
    labels: dict
    register: dict

    def __hash__(self) -> int:
        return hash(self.code)

    @cached_property
    def umlauts(self) -> bool:
        return bool(self.words.get("umlauts"))

    @cached_property
    def abbreviations(self) -> frozenset[str]:
        return frozenset(self.words["abbreviations"])

    @cached_property
    def marked(self) -> re.Pattern[str]:
        """The ends of words that name both sexes: what is kept of “Patient:innen” and “patient·e·s” is in groups."""
        row = self.words["inclusive"]
        marks, ends = re.escape(row["marks"]), "|".join(map(re.escape, row["ends"]))
        group = f"({ends})" if row["kept"] else f"(?:{ends})"
        return re.compile(rf"(?<=[^\W\d_]{{2}})[{marks}]{group}[{marks})]?(s?)(?![^\W_])")

    def folded(self, word: str) -> str:
        return fold(word, self.umlauts)

    @lru_cache(maxsize=32)  # noqa: B019 - a lexicon stays as long as the process
    def all_folded(self, words: frozenset[str]) -> frozenset[str]:
        return frozenset(map(self.folded, words))

    @cached_property
    def _terms(self) -> dict[str, list[str]]:
        own = {name: row["terms"] for name, row in self.words["classes"].items()}
        return own | {name: row["terms"] for name, row in self.labels["classes"].items()}

    @cached_property
    def single(self) -> dict[str, re.Pattern[str]]:
        """By class the pattern of its terms of one word."""
        found = {}
        for name, terms in self._terms.items():
            ones = [self._regex(term) for term in terms if PLAIN_TERM.fullmatch(term)]
            if name in WITHOUT_DOTS and self.umlauts:  # “Krampfe”, typed where there is no ä
                ones += [self._regex(without_accents(term)) for term in terms if PLAIN_TERM.fullmatch(term)]
            if ones:
                found[name] = re.compile("|".join(ones))
        return found

    @cached_property
    def several(self) -> dict[str, re.Pattern[str]]:
        """By class the pattern of its terms of several words, to be searched in a folded sentence."""
        found = {}
        for name, terms in self._terms.items():
            more = [term for term in terms if not PLAIN_TERM.fullmatch(term)]
            if more:
                found[name] = self.pattern(more)
        return found

    def pattern(self, terms: Iterable[str]) -> re.Pattern[str]:
        return re.compile(f"(?<= )(?:{'|'.join(self._regex(term) for term in terms)})(?= )")

    def _regex(self, term: str) -> str:
        term = " ".join(APOSTROPHES.sub(" ", term).split())
        term = CLASS.sub(self._class, term)
        term = re.sub(r"[^\W\d]+", lambda found: self.folded(found[0]), term)
        return (
            term.replace("#", r"\d+(?: [.,] \d+)?").replace("*", r"[^\W_]*").replace(" … ", f" {self._gap}")
        )

    @cached_property
    def _gap(self) -> str:
        """Up to six words of the same clause: none of them “and”."""
        return GAP.format(joins="|".join(self.folded(word) for word in self.words["joins"]))

    def _class(self, found: re.Match[str]) -> str:
        terms = [APOSTROPHES.sub(" ", term) for term in self._terms[found[1]] if "…" not in term]
        return f"(?:{'|'.join(terms)})"

    def frame(self, name: str) -> re.Pattern[str] | None:
        return self._frames.get(name)

    @cached_property
    def _frames(self) -> dict[str, re.Pattern[str]]:
        return {
            name: self.pattern(row["terms"]) for name, row in self.frames["frames"].items() if row["terms"]
        }

    @cached_property
    def red(self) -> tuple[Turn, ...]:
        return tuple(
            Turn(
                row["rule"], self.pattern(row["terms"]), bool(row.get("always")), tuple(row.get("needs", ()))
            )
            for row in self.frames["red"]
        )

    @lru_cache(maxsize=16384)  # noqa: B019 - a lexicon stays as long as the process
    def classes_of(self, word: str) -> frozenset[str]:
        """What a folded word is; one with masked letters (“kr*mpf”) is what it could be."""
        found = frozenset(name for name, pattern in self.single.items() if pattern.fullmatch(word))
        return found or self._masked(word)

    def _masked(self, word: str) -> frozenset[str]:
        if "*" not in word or sum(sign.isalpha() for sign in word) < 3:
            return frozenset()
        mask = re.compile(
            "".join("[a-z]{1,2}" if sign in "*_" else re.escape(sign) for sign in word) + "[a-z]*"
        )
        stems = (
            self.folded(term.strip("*")) for term in self._terms["conditions"] if term.strip("*").isalpha()
        )
        near = any(mask.match(stem) or mask.match(stem + "en") or _begins(word, stem) for stem in stems)
        return frozenset({"conditions"}) if near else frozenset()

    def bare(self, text: str) -> str:
        """A sentence to compare by: its folded words."""
        return " ".join(self.folded(word) for word in LETTERS.findall(text))


def _begins(word: str, stem: str) -> bool:
    """Whether a stem begins a masked word, whatever its masked letters are."""
    if len(word) < len(stem):
        return False
    return (
        all(sign in {"*", letter} for sign, letter in zip(word, stem, strict=False))
        and "*" in word[: len(stem)]
    )


@cache
def lexicon(code: str) -> Lexicon:
    """Of a language of `known()`."""
    words, frames, labels = (
        json.loads((FOLDER / code / f"{name}.json").read_text()) for name in ("words", "frames", "labels")
    )
    return Lexicon(code, words, frames, labels, in_language(code))
