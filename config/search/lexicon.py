"""What queries are read with: the words of the index, synonyms and pins, kept until one of them moves."""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from config.search.languages import Language, language
from config.search.models import IndexState, Pin, Synonym, Word
from shop.content.compiled import Compiled
from shop.content.translations import ENGLISH

LAST = chr(0x10FFFF)  # stands behind every sign of a word


@dataclass(frozen=True)
class Lexicon:
    """What queries in a language are read with, the same for all its regions; read anew when the index or a rule moves."""

    language: Language
    stems: dict  # by word
    words: tuple  # in order, so that those with one beginning stand together
    all_stems: frozenset
    synonyms: tuple  # of groups of phrases, each a tuple of words
    pins: dict  # targets by (stems, region's pk or None)
    backwards: tuple = ()  # stems from their ends, in order, where words are run together


def lexicon(code: str = ENGLISH) -> Lexicon:
    return _lexicon(next((value for (value,) in _state(1)), 0), code)


@Compiled
def _state(pk: int):
    return IndexState.objects.filter(pk=pk).values_list("value")


@lru_cache(maxsize=8)
def _lexicon(_state, code: str) -> Lexicon:
    here = language(code)
    rows = (
        Word.objects.filter(text__range=(here.begin, here.begin + LAST)) if here.begin else Word.objects.all()
    )
    stems = {here.plain(text): one for text, one in rows.values_list("text", "stem") if here.holds(text)}
    pins = defaultdict(list)
    for pin in Pin.objects.all():
        pins[here.key(here.words_of(pin.words)), pin.region_id].append(pin.target)
    groups = tuple(
        tuple(tuple(here.meaningful(here.words_of(phrase))) for phrase in row.phrases)
        for row in Synonym.objects.filter(language=code)
    )
    every = frozenset(stems.values())
    backwards = sorted(here.plain(one)[::-1] for one in every) if here.has_compounds else ()
    return Lexicon(here, stems, tuple(sorted(stems)), every, groups, dict(pins), tuple(backwards))
