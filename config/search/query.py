"""What somebody meant by the words they typed, and what answers it best."""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache

from django.db.models import OuterRef
from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.search.languages import Language
from config.search.lexicon import LAST, lexicon
from config.search.models import Document, Kind, Posting, StemCount
from shop.claims.conditions import names_condition
from shop.content.compiled import Compiled, has_one
from shop.content.translations import ENGLISH
from shop.text.normal import as_read
from shop.text.typed import without_invisible

MAX_QUERY_LENGTH = 100
MAX_WORDS = 8
MAX_ENDINGS = 12  # words that a beginning is completed to
EXACT, SYNONYM, COMPOUND, BEGINNING, MISTYPED, OTHER_AMOUNT = 1.0, 0.9, 0.8, 0.7, 0.6, 0.2
FEWEST_LETTERS = 5  # of a word that other words are looked for that end in it, where words are run together
WEAK = 0.6  # of the best answer: a kind without a better one is shown after the others
CROWD = 100  # documents of a kind that are weighed for one word
MOST = 60  # documents of a kind that are shown, on as many pages as it takes
SOFT = 8  # weight at which a word counts half


@dataclass
class QueryTerm:
    """One thing that was asked for: ways to find it, each the stems that must all be there, with what it is worth."""

    said: str
    ways: list = field(default_factory=list)  # of (stems, worth)
    read_as: str = ""
    completed: str = ""  # the first word that it is a beginning of
    may_be_missing: bool = False

    def add(self, stems, worth):
        if stems and not any(way[0] == tuple(stems) for way in self.ways):
            self.ways.append((tuple(stems), worth))


@dataclass
class Question:
    """A query as understood. `read_as` is it in words we know; `is_corrected` if that differs from what was typed."""

    said: str
    terms: list
    names_condition: bool = False
    keys: set = field(default_factory=set)
    pins: dict = field(default_factory=dict)  # those of the lexicon it was read with

    @property
    def read_as(self) -> str:
        return " ".join(term.read_as or term.said for term in self.terms)

    @property
    def completed(self) -> str:
        return " ".join(term.completed or term.read_as or term.said for term in self.terms)

    @property
    def is_corrected(self) -> bool:
        return any(term.read_as for term in self.terms)

    @property
    def stems(self) -> set:
        return {one for term in self.terms for stems, _ in term.ways for one in stems}


def understand(query: str, language: str = ENGLISH) -> Question:
    """Read a query: synonyms, stems, compounds, beginnings of words, typing errors. Never raises; odd input finds nothing.

    `language`: of the pages it was typed on. A condition may be named in that or in English.
    """
    known = lexicon(language)
    here = known.language
    said = without_invisible(query[:MAX_QUERY_LENGTH])
    asked = here.words_and_amounts(as_read(said, unwrap=False))
    counted = set(here.meaningful([one for one in asked if isinstance(one, str)]))
    asked = [one for one in asked if not isinstance(one, str) or one in counted][:MAX_WORDS]
    words = [one if isinstance(one, str) else one.token for one in asked]
    terms, at = [], 0
    while at < len(words):
        if not isinstance(asked[at], str):
            terms.append(_amount(here, asked[at]))
            at += 1
            continue
        term, used = _synonym(known, words, at) or (None, 0)
        if term is None:
            term, used = _word(known, words[at], is_last=at == len(words) - 1), 1
            corrected = _synonym(known, [term.read_as], 0) if term.read_as else None
            if corrected:
                corrected[0].said, corrected[0].read_as = term.said, term.read_as
                term = corrected[0]
        terms.append(term)
        at += used
    question = Question(said, terms, pins=known.pins)
    question.keys = {tuple(map(here.stem, words)), here.key(here.words_of(question.read_as))}
    others = [" ".join(phrase) for group in known.synonyms for phrase in group if _met(here, group, words)]
    question.names_condition = any(
        names_condition(text) or (language != ENGLISH and names_condition(text, language))
        for text in (said, " ".join(here.words_of(said)), question.read_as, question.completed, *others)
    )
    return question


def _amount(here: Language, amount) -> QueryTerm:
    """So much of something. Where nobody has it, the rest of what was asked for still counts."""
    term = QueryTerm(amount.said, may_be_missing=True)
    term.add((here.stem(amount.token),), EXACT)
    if amount.is_of_pieces:
        term.add((here.stem(here.unit(amount)),), OTHER_AMOUNT)
    return term


def _met(here: Language, group, words) -> bool:
    stems = [here.stem(word) for word in words]
    return any(_stands(here, phrase, stems, at) for phrase in group for at in range(len(stems)))


def _stands(here: Language, phrase, stems, at) -> bool:
    return bool(phrase) and stems[at : at + len(phrase)] == [here.stem(word) for word in phrase]


def _synonym(known, words, at):
    """(wish, words used) of the longest phrase of a synonym that stands here, or None."""
    here = known.language
    stems = [here.stem(word) for word in words]
    met = [
        (len(phrase), group)
        for group in known.synonyms
        for phrase in group
        if _stands(here, phrase, stems, at)
    ]
    if not met:
        return None
    used = max(length for length, _ in met)
    term = QueryTerm(" ".join(words[at : at + used]))
    term.add(tuple(stems[at : at + used]), EXACT)
    for length, group in met:
        if length == used:
            for phrase in group:
                term.add(here.key(phrase), SYNONYM)
    return term, used


def _word(known, word, *, is_last) -> QueryTerm:
    term, stem = QueryTerm(word), known.language.stem(word)
    if stem in known.all_stems:
        term.add((stem,), EXACT)
    if len(word) >= 3 and (is_last or not term.ways):
        _add_endings(known, term, word)
    if known.language.has_compounds:
        _add_compounds(known, term, word)
    if not term.ways:
        _add_halves(known, term, word)
    if not term.ways and len(word) >= 3:
        _add_mistyped(known, term, word)
    return term


def _add_endings(known, term, word) -> None:
    first, end = (bisect_left(known.words, edge) for edge in (word, word + LAST))
    found = sorted((other for other in known.words[first:end] if other != word), key=len)[:MAX_ENDINGS]
    if found and not term.ways:
        term.completed = found[0]
    for other in found:
        term.add((known.stems[other],), BEGINNING)


def _add_compounds(known, term, word) -> None:
    """The parts of a word that is run together, and words that are run together with it: “Kapseln” in “Magnesiumkapseln”."""
    here = known.language
    for parts in here.parts(word, lambda part: _known_part(known, part))[:MAX_ENDINGS]:
        term.add(tuple(dict.fromkeys(parts)), COMPOUND)
    if len(word) >= FEWEST_LETTERS:
        begun = here.plain(here.stem(word))[::-1]
        first, end = (bisect_left(known.backwards, edge) for edge in (begun, begun + LAST))
        for other in sorted(known.backwards[first:end], key=len)[:MAX_ENDINGS]:
            term.add((here.stored(other[::-1]),), BEGINNING)


def _known_part(known, part) -> str | None:
    """The stem that a part of a compound stands for."""
    stem = known.language.stem(part)
    if stem in known.all_stems:
        return stem
    if len(part) < FEWEST_LETTERS:
        return None
    at = bisect_left(known.words, known.language.plain(stem))
    first = known.words[at] if at < len(known.words) else ""
    return known.stems[first] if first.startswith(known.language.plain(stem)) else None


def _add_halves(known, term, word) -> None:
    """Two words written as one."""
    for cut in range(3, len(word) - 2):
        if word[:cut] in known.stems and word[cut:] in known.stems:
            term.add((known.stems[word[:cut]], known.stems[word[cut:]]), EXACT)
            term.read_as = f"{word[:cut]} {word[cut:]}"
            return


def _add_mistyped(known, term, word) -> None:
    far = 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3
    near = process.extract(word, known.words, scorer=OSA.distance, score_cutoff=far, limit=8)
    near = [row for row in near if not row[0].isdigit() and row[0][0] == word[0]] or [
        row for row in near if not row[0].isdigit()
    ]
    for other, distance, _ in near:
        if distance == near[0][1]:
            term.add((known.stems[other],), MISTYPED)
    if near:
        term.read_as = near[0][0]


# --- ranking -----------------------------------------------------------------------------------------------------


@dataclass
class Ranked:
    """Keys of documents by kind, best first, MOST of each; the kinds in the order in which to show them, and those of which
    there may be more.
    """

    keys: dict[str, list[str]]
    kinds: list[str]
    more: frozenset[str] = frozenset()


def rank(question: Question, region) -> Ranked:
    """What answers a question in a region. What is read does not grow with the documents: of a word that many have, the
    CROWD of each kind that say it most are weighed. A few queries, two more for each such word.
    """
    spread = _spread(question.stems)
    total = spread.pop("", 0)
    by_document, names, crowded = _weights(question.stems, spread, region)
    if total <= CROWD:
        spread = Counter(one for weights in by_document.values() for one in weights)
    rare = {
        one: math.log(1 + max(total - count + 0.5, 0) / (count + 0.5)) + 0.05
        for one, count in (dict.fromkeys(question.stems, 1) | spread).items()
    }
    scored: dict[str, list] = {kind: [] for kind in Kind.values}
    for pk, weights in by_document.items():
        kind, key = names[pk]
        score = _score(question, weights, rare)
        if score:
            scored[kind].append((score, key))
    more = frozenset(kind for kind, rows in scored.items() if len(rows) > MOST or (rows and kind in crowded))
    found = {kind: [key for _, key in sorted(rows, key=_order)][:MOST] for kind, rows in scored.items()}
    best = {kind: max((score for score, _ in rows), default=0.0) for kind, rows in scored.items()}
    strong = max(best.values()) * WEAK
    pinned = _pinned(question, region)
    for kind, key in pinned:
        found[kind] = [key, *(other for other in found[kind] if other != key)]
    first = {kind for kind, _ in pinned}
    kinds = sorted(
        Kind.values, key=lambda kind: (kind not in first, best[kind] < strong)
    )  # else in their own order
    return Ranked(found, kinds, more)


def _spread(stems) -> dict[str, int]:
    """In how many documents each stem stands, of those that do; of the empty one, how many documents there are."""
    return dict(_counts(["", *sorted(stems)]))


@Compiled
def _counts(stems: list[str]):
    return StemCount.objects.filter(stem__in=stems).values_list("stem", "documents")


def _weights(stems, spread, region) -> tuple[dict[int, dict[str, int]], dict[int, tuple[str, str]], set[str]]:
    """({document: {stem: weight}}, {document: (kind, key)}, the kinds of which only those were read that say a word most)."""
    common = sorted(one for one, count in spread.items() if count > CROWD)
    rare = sorted(set(stems) - set(common))
    postings, crowded = list(_said(region.pk, rare)) if rare else [], set[str]()
    if common:
        said_most, crowded = _that_say_it_most(common, region)
        postings += said_most
    by_document: dict[int, dict[str, int]] = defaultdict(dict)
    names: dict[int, tuple[str, str]] = {}
    for pk, kind, key, one, weight in postings:
        by_document[pk][one] = weight
        names[pk] = kind, key
    if common and len(stems) > 1:  # what those say of the other stems
        for pk, one, weight in _said_by(sorted(stems), sorted(names)):
            by_document[pk][one] = weight
    return by_document, names, crowded


SAID = ("document", "document__kind", "document__key", "stem", "weight")


@Compiled
def _said(region: int, stems: list[str]):
    return Posting.objects.filter(stem__in=stems, document__regions=region).values_list(*SAID)


@Compiled
def _said_by(stems: list[str], documents: list[int]):
    rows = Posting.objects.filter(stem__in=stems, document__in=documents)
    return rows.values_list("document", "stem", "weight")


def _that_say_it_most(stems, region) -> tuple[list[tuple], set[str]]:
    """(postings of each stem: CROWD of each kind, of help, which is little, all; the kinds of which there were more)."""
    found = list(_said_in_help(region.pk, stems))
    crowded = set()
    for one in stems:
        for kind in (Kind.PRODUCT, Kind.ARTICLE):
            rows = _most(CROWD)(one, kind.value, region.pk)
            found += rows
            if len(rows) == CROWD:
                crowded.add(kind.value)
    return found, crowded


@Compiled
def _said_in_help(region: int, stems: list[str]):
    helps = Document.objects.filter(kind=Kind.HELP.value, regions=region).order_by().values("pk")
    return Posting.objects.filter(stem__in=stems, document__in=helps).values_list(*SAID)


@cache
def _most(count: int) -> Compiled:
    """Of a stem the postings in so many documents of a kind and region that say it most: they stand together in an index, so
    one plan is right however many documents have it.
    """

    def build(one: str, kind: str, region: int):
        here = Document.regions.through.objects.filter(document=OuterRef("document"), region=region)
        rows = Posting.objects.filter(has_one(here), stem=one, kind=kind)
        return rows.order_by("-weight", "document").values_list(*SAID)[:count]

    return Compiled(build)


def _order(row):
    score, key = row
    return -round(score, 6), int(key) if key.isdigit() else 0, key


def _score(question, weights, rare) -> float:
    """All terms must be found but amounts; where there are more than two, all but one."""
    met, score, unmet = 0, 0.0, 0
    for term in question.terms:
        best = max(
            (
                worth * min(rare[one] * weights[one] / (weights[one] + SOFT) for one in stems)
                for stems, worth in term.ways
                if all(one in weights for one in stems)
            ),
            default=0.0,
        )
        met += best > 0
        unmet += not best and term.may_be_missing
        score += best
    missing = len(question.terms) - met
    if not met or missing - unmet > (1 if len(question.terms) > 2 else 0):
        return 0.0
    return score * (0.5**missing)


def _pinned(question, region) -> list[tuple[str, str]]:
    """(kind, key) of what staff pinned to just these words, for all regions and for this one."""
    return [
        target
        for where in (None, region.pk)
        for one in question.keys
        for target in question.pins.get((one, where), ())
    ]
