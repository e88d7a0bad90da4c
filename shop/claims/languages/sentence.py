"""A sentence of another language as the check reads it: folded words, what each is, and the parts it falls into."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from shop.claims.languages.letters import WORD
from shop.claims.languages.lexicon import Lexicon

ENDS_PART = frozenset(";\n")
LEFT_OUT = frozenset("'-\"“”„«»*_/|†")


@dataclass(frozen=True)
class Span:
    """The words from `start` to before `end`, and the class that they are of."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Sentence:
    """`text` as readers see it. `names`: folded words of what the shop and its products are called."""

    text: str
    lexicon: Lexicon
    names: frozenset[str]

    @cached_property
    def _found(self) -> list[tuple[str, int, int]]:
        """(folded, where it begins, where it ends) of each word and mark."""
        fold = self.lexicon.folded
        return [
            (fold(found[0]), found.start(), found.end())
            for found in WORD.finditer(self.text)
            if found[0] not in LEFT_OUT
        ]

    @cached_property
    def words(self) -> list[str]:
        return [word for word, _, _ in self._found]

    @cached_property
    def folded(self) -> str:
        return f" {' '.join(self.words)} "

    @cached_property
    def _starts(self) -> dict[int, int]:
        """By where a word begins in `folded`: its place."""
        starts, at = {}, 1
        for place, word in enumerate(self.words):
            starts[at] = place
            at += len(word) + 1
        starts[at] = len(self.words)
        return starts

    def phrase(self, start: int, end: int) -> str:
        """The words of the text from one place to before another, as they are written."""
        if not self._found:
            return ""
        end = min(max(end, start + 1), len(self._found))
        return self.text[self._found[start][1] : self._found[end - 1][2]]

    def places(self, match: re.Match[str]) -> tuple[int, int]:
        """The places of what a pattern found in `folded`."""
        return self._starts[match.start()], self._starts[match.end() + 1]

    @cached_property
    def spans(self) -> dict[str, list[Span]]:
        """By class: where its terms stand."""
        found: dict[str, list[Span]] = {}
        taken = self._idioms
        for place, word in enumerate(self.words):
            if place in taken:
                continue
            classes = self.lexicon.classes_of(word)
            if "idioms" in classes:
                continue
            for name in classes:
                found.setdefault(name, []).append(Span(place, place + 1, name))
            if word in self.names:
                found.setdefault("ours", []).append(Span(place, place + 1, "ours"))
        for name, pattern in self.lexicon.several.items():
            for match in pattern.finditer(self.folded):
                start, end = self.places(match)
                if name == "idioms" or not taken.issuperset(range(start, end)):
                    found.setdefault(name, []).append(Span(start, end, name))
        return {name: sorted(spans, key=lambda span: span.start) for name, spans in found.items()}

    @cached_property
    def _idioms(self) -> frozenset[int]:
        """Words that are part of a harmless phrase: they are looked up as nothing else."""
        pattern = self.lexicon.several.get("idioms")
        found = pattern.finditer(self.folded) if pattern else ()
        return frozenset(place for match in found for place in range(*self.places(match)))

    def of(self, *names: str) -> list[Span]:
        return [span for name in names for span in self.spans.get(name, ())]

    def has(self, *names: str) -> bool:
        return any(name in self.spans for name in names)

    def is_in(self, frame: str) -> re.Match[str] | None:
        pattern = self.lexicon.frame(frame)
        return pattern.search(self.folded) if pattern else None

    @cached_property
    def is_question(self) -> bool:
        return self.text.rstrip("\"') ").endswith("?")

    @cached_property
    def parts(self) -> list["Sentence"]:
        """What is said one after the other, each to be held back by its own words: after a semicolon, from “but” on."""
        cuts = [0]
        adversative = self.lexicon.single.get("adversatives")
        for place, (word, begin, end) in enumerate(self._found):
            if word in ENDS_PART and place:
                cuts.append(end)
            elif place and adversative and adversative.fullmatch(word):
                cuts.append(begin)
        if len(cuts) == 1:
            return [self]
        pieces = [self.text[a:b].strip() for a, b in zip(cuts, [*cuts[1:], len(self.text)], strict=True)]
        return [
            sentence_of(piece, self.lexicon, self.names) for piece in pieces if re.search(r"\w", piece)
        ] or [self]


@lru_cache(maxsize=8192)
def sentence_of(text: str, lexicon: Lexicon, names: frozenset[str]) -> Sentence:
    return Sentence(text, lexicon, names)
