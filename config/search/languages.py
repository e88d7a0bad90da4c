"""How the words of a language are read by the search: folded, stemmed, taken apart, without those that say nothing.

Stems and words of another language than English begin with it and a colon in the tables of the index, so that one index holds all
languages and none finds what another one says. A language that is not named here is stemmed where Snowball knows it.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import snowballstemmer
from babel import Locale, UnknownLocaleError

from config.search.words import MAX_WORD_LENGTH, SILENT, Amount, words_and_amounts, words_of
from shop.content.translations import ENGLISH

AS_TWO_LETTERS = re.compile(
    r"(?<![aeiouyq])([aou])e"
)  # “Muedigkeit” is “Müdigkeit”; “neue” and “Quelle” stay
ELIDED = re.compile(r"^(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'")
LINKS = ("", "s", "es", "n", "en", "er", "e", "ens")  # between the parts of a compound
FEWEST = 3  # letters of a part of a compound
MOST_PARTS = 4

SAYS_NOTHING = {
    "de": """aber alle als also am an auch auf aus bei beim bin bis bist da damit dann das dass dein dem den denn der des die
        dies diese diesem diesen dieser dieses doch du durch ein eine einem einen einer eines er es euch fur hab habe haben hat
        hatte ich ihr ihre im in ist ja kann kein keine konnen man mein meine mich mir mit muss nach nicht noch nur ob oder
        ohne sein sich sie sind so soll uber um und uns unser vom von vor war warum was wegen welche welcher welches wenn wer
        wie wieso wir wird wo zu zum zur""",
    "fr": """a ai as au aux avec avez avons ce ces cet cette chez comme comment dans de des du elle elles en est et etre eu
        fait faut il ils j je la le les leur leurs lui ma mais me mes moi mon ne nos notre nous on ont ou par pas peut plus
        pour pourquoi qu quand que quel quelle quelles quels qui quoi sa sans se ses si son sont sur ta te tes toi ton tu un
        une va vos votre vous y""",
}


class Language:
    """`stem` gives what stands in the index; the rest is as readers write it, folded."""

    def __init__(self, code: str):
        self.code = code
        self.begin = "" if code == ENGLISH else f"{code}:"
        self.silent = SILENT if code == ENGLISH else frozenset(SAYS_NOTHING.get(code, "").split())
        self.has_compounds = code in COMPOUNDING
        self._stemmer = _stemmer(code)
        self.stem = lru_cache(maxsize=50_000)(self._stem)

    def _stem(self, word: str) -> str:
        plain = word.removeprefix(self.begin) if self.begin else word
        stemmed = self._stemmer.stemWord(plain) if self._stemmer else plain
        return f"{self.begin}{stemmed}"[:MAX_WORD_LENGTH]

    def stored(self, word: str) -> str:
        """A word as the table of words holds it."""
        return f"{self.begin}{word}"[:MAX_WORD_LENGTH]

    def holds(self, stored: str) -> bool:
        return stored.startswith(self.begin) if self.begin else ":" not in stored

    def plain(self, stored: str) -> str:
        return stored.removeprefix(self.begin)

    def words_of(self, text: str) -> list[str]:
        return [self.folded(word) for word in words_of(text)]

    def words_and_amounts(self, text: str) -> list[str | Amount]:
        return [self.folded(one) if isinstance(one, str) else one for one in words_and_amounts(text)]

    def folded(self, word: str) -> str:
        """A word that is folded already, in the one spelling of this language."""
        if self.code == "de":
            return AS_TWO_LETTERS.sub(r"\1", word)
        if self.code == "fr":
            return ELIDED.sub("", word) or word
        return word

    def meaningful(self, words: list[str]) -> list[str]:
        """Without the silent words, unless there are no others."""
        return [word for word in words if word not in self.silent] or words

    def key(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.stem(word) for word in self.meaningful(list(words)))

    def unit(self, amount: Amount) -> str:
        """How the unit of an amount is called in texts of this language."""
        return amount.unit if self.code == ENGLISH else self.folded(amount.written)

    def parts(self, word: str, known) -> list[list[str]]:
        """The ways to read a word as a compound of known words, the fewest parts first: each part as `known` gives it, or None."""
        if not self.has_compounds:
            return []
        found = sorted(_parted(word, known, MOST_PARTS), key=len)
        return [parts for parts in found if len(parts) > 1]


COMPOUNDING = frozenset({"de", "nl", "da", "sv", "nb", "no", "fi"})


def _parted(word: str, known, most: int) -> list[list[str]]:
    found = []
    if whole := known(word):
        found.append([whole])
    if most > 1:
        for cut in range(FEWEST, len(word) - FEWEST + 1):
            first = _without_link(word[:cut], known)
            if first:
                found += [[first, *rest] for rest in _parted(word[cut:], known, most - 1)]
    return found


def _without_link(part: str, known) -> str | None:
    for link in LINKS:
        if (
            part.endswith(link)
            and len(part) - len(link) >= FEWEST
            and (found := known(part.removesuffix(link)))
        ):
            return found
    return None


def _stemmer(code: str):
    try:
        name = (Locale.parse(code, sep="-").get_language_name("en") or "").lower()
    except (ValueError, UnknownLocaleError):
        return None
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None


@cache
def language(code: str) -> Language:
    return Language(code)
