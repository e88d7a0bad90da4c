"""A sentence as the check reads it: its words by lemma, what each is, and the clauses it falls into."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate

from shop.claims.phrases.spelling import CONTRACTIONS, SENTENCE_ENDS
from shop.claims.words import lemmas_of, meant, trie

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]|\n")
CLAUSE_BEGINS = frozenset(";:–()\n") | lemmas_of("clause_begins")


def split(text: str) -> list[str]:
    """The sentences of a text that `as_read` has put into plain letters."""
    parts, start = [], 0
    for end in SENTENCE_ENDS.finditer(text):
        parts.append(text[start : end.end()])
        start = end.end()
    parts.append(text[start:])
    return [piece for part in parts if re.search(r"\w", part) for piece in _short(part.strip())]


MAX_WORDS = (
    120  # of a sentence; what is longer is read in pieces, so that its cost grows with its length alone
)


def _short(sentence: str) -> list[str]:
    """A sentence of many words in pieces, cut at a comma where there is one."""
    words = sentence.split(" ")
    pieces = []
    while len(words) > MAX_WORDS:
        commas = [place for place, word in enumerate(words[:MAX_WORDS]) if word.endswith((",", ";", ":"))]
        cut = commas[-1] + 1 if commas else MAX_WORDS
        pieces.append(" ".join(words[:cut]))
        words = words[cut:]
    return [*pieces, " ".join(words)]


@dataclass(frozen=True)
class Span:
    """The words from `start` to before `end` that are a term of the vocabulary."""

    start: int
    end: int
    classes: frozenset[str]


@dataclass(frozen=True)
class Sentence:
    """`text` as readers see it. `names`: lemmas of what the shop and its products are called."""

    text: str
    names: frozenset[str] = field(default=frozenset())

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        text = self.text
        for pattern, long in CONTRACTIONS:
            text = pattern.sub(long, text)
        found = []
        for word in WORD.findall(text.replace("-", " ").replace("/", " , ")):
            if word[0].isalnum():
                found += [(word.lower(), one) for one in meant(word)]
            else:
                found.append((word, word))
        return found

    @cached_property
    def words(self) -> list[str]:
        """As they are written, small."""
        return [word for word, _ in self._pairs]

    @cached_property
    def lemmas(self) -> list[str]:
        return [one for _, one in self._pairs]

    @cached_property
    def _hidden(self) -> set[int]:
        """The places of words in idioms; filled by `spans`."""
        return set()

    @cached_property
    def spans(self) -> list[Span]:
        """Every term that stands in it, without what is part of a harmless idiom, in order."""
        known, lemmas, found = trie(), self.lemmas, []
        hidden = self._hidden
        for start, first in enumerate(lemmas):
            for term, classes in known.get(first, ()):
                end = start + len(term)
                if len(term) == 1 or tuple(lemmas[start:end]) == term:
                    found.append(Span(start, end, classes))
                    if "idioms" in classes:
                        hidden.update(range(start, end))
        return [
            span for span in found
            if "idioms" not in span.classes and not (hidden and hidden.issuperset(range(span.start, span.end)))
        ]  # fmt: skip

    def is_idiom(self, start: int, end: int = 0) -> bool:
        """Whether the words from `start` to before `end`, that at `start` at least, stand in a harmless idiom."""
        self.spans  # noqa: B018 - works them out
        return bool(self._hidden) and self._hidden.issuperset(range(start, max(end, start + 1)))

    @cached_property
    def by_class(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for span in self.spans:
            for name in span.classes:
                found.setdefault(name, []).append(span)
        return found

    def of(self, *names: str) -> list[Span]:
        """The spans of some classes, in order."""
        found = [span for name in names for span in self.by_class.get(name, ())]
        return sorted(found, key=lambda span: (span.start, -span.end))

    def has(self, *names: str) -> bool:
        return any(name in self.by_class for name in names)

    @cached_property
    def segment_of(self) -> list[int]:
        """By word the number of its clause: clauses end at “;”, “:”, a dash, brackets, and where “but” begins one."""
        return list(accumulate(int(one in CLAUSE_BEGINS) for one in self.lemmas))

    def before(self, place: int, most: int) -> list[str]:
        """The lemmas of the last words before a place."""
        return self.lemmas[max(0, place - most) : place]

    def lemma_at(self, place: int) -> str:
        """The lemma there; "" before the first and behind the last word."""
        return self.lemmas[place] if 0 <= place < len(self.lemmas) else ""

    def same_clause(self, a: int, b: int) -> bool:
        return self.segment_of[a] == self.segment_of[b]

    def phrase(self, start: int, end: int) -> str:
        return " ".join(self.words[max(0, start) : end])

    @property
    def is_question(self) -> bool:
        return self.text.rstrip(" \"')”’").endswith("?")


@lru_cache(maxsize=8192)
def sentence_of(text: str, names: frozenset[str]) -> Sentence:
    """A sentence that keeps what was read of it, for as long as it is asked for."""
    return Sentence(text, names)


def covered(spans: Iterable[Span]) -> set[int]:
    """The places of the words in spans."""
    return {place for span in spans for place in range(span.start, span.end)}
