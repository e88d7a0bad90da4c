"""What a turn of phrase is made of; the patterns are compiled here, once, when their module is imported."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """One way to say it. `finds`: a text in which it is found, and none of the other ways of its phrase."""

    pattern: str
    finds: str
    why: str = ""


class Phrase:
    """A turn of phrase; any of its ways is enough.

    `about`: what it is taken for. `of_lemmas`: it is asked of the lemmas of a sentence, in small letters.
    `passes`: texts in which it is not found, though they are near. `begins`, `ends`: of every way.
    `parts`: lists that stand in the ways as {name}. Small letters and capitals are the same unless `by_case`.
    """

    def __init__(
        self,
        about: str,
        *ways: Way,
        passes: tuple[str, ...],
        begins: str = "",
        ends: str = "",
        parts: Mapping[str, Iterable[str]] | None = None,
        by_case: bool = False,
        of_lemmas: bool = False,
    ) -> None:
        self.about, self.ways, self.passes = about, ways, passes
        self.begins, self.ends = begins, ends
        self.parts = {name: tuple(words) for name, words in (parts or {}).items()}
        self.of_lemmas = of_lemmas
        self.flags = re.NOFLAG if by_case or of_lemmas else re.IGNORECASE
        compiled = self.compiled([way.pattern for way in ways])
        self.search, self.sub = compiled.search, compiled.sub
        self.finditer = compiled.finditer

    def compiled(self, patterns: Iterable[str]) -> re.Pattern[str]:
        """These ways as one pattern."""
        return re.compile(self.written(patterns), self.flags)

    def written(self, patterns: Iterable[str]) -> str:
        """Like `compiled`, as text: with what begins and ends it, and the lists in their places."""
        written = "|".join(patterns)
        if self.begins or self.ends:
            written = f"{self.begins}(?:{written}){self.ends}"
        for name, words in self.parts.items():
            written = written.replace("{" + name + "}", f"(?:{'|'.join(words)})")
        return written
