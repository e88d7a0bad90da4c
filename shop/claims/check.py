"""The claims check: what a text says that it must not, by law and surface. It finds problems; it clears nothing.

A text is read as its reader sees it (shop/text/normal.py), sentence by sentence, each with the heading, the question
or the sentence that governs it. What is of no recognised allowed kind waits for a person (`UNRECOGNISED`).
"""

import hashlib
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from shop.claims.authorised import allowed_removed, may_say
from shop.claims.context import (
    ORDER,
    Line,
    Neighbours,
    is_on_condition,
    neighbours_of,
    read_directions,
    read_in_place,
)
from shop.claims.floor import hits
from shop.claims.languages import ENGLISH, engine
from shop.claims.names import own_names
from shop.claims.passages import ANSWER, CELL, ITEM, SOURCE, Passage, from_plain
from shop.claims.product_surface import read_product
from shop.claims.reading import UNRECOGNISED, Reading
from shop.claims.rules import ALONE, AMBER, ARTICLE, GREEN, PRODUCT, RED, SAFETY, version
from shop.claims.sentence import Sentence, sentence_of, split
from shop.claims.wording import advice_for, words_of
from shop.text.normal import as_read

NO_FACT = "read: no-fact-on-a-product"
KINDS = ("food_supplement", "cosmetic_topical", "bath_salt")
# Where more than this share of the sentences of a text is red or waits for a person, none is read generously.
STRICT_SHARE, FEWEST_FOR_STRICT = 1 / 7, 8


@dataclass(frozen=True)
class ClaimFinding:
    """Something said: how bad, by which rule and source, the phrase and its sentence, what could be said instead."""

    severity: str
    rule: str
    phrase: str
    sentence: str
    source: str
    advice: str
    why: str = ""
    place: str = ""  # as staff call where it stands
    key: str = ""  # of the block it stands in
    digest: str = ""  # of the words, for a tick of “no claim”; only where nothing recognised them

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Explained:
    """How one sentence was read: its colour, and the rule, frame or kind that decided it."""

    passage: Passage
    sentence: str
    colour: str
    reason: str
    finding: ClaimFinding | None


def check(
    text: str,
    law: str,
    surface: str = ARTICLE,
    kinds: Iterable[str] = KINDS,
    mg_a_day: float | None = None,
    language: str = ENGLISH,
) -> list[ClaimFinding]:
    """The findings in plain text, worst first, else in the order of the text; green ones are left out.

    `surface`: article (with products), alone (article without), product, or safety (warnings and directions).
    `kinds`: of the products concerned. `mg_a_day`: elemental magnesium of the product, for authorised sentences;
    None where it is not known, which counts as enough. `language`: of the text; one without words here is not read,
    so that all of it waits for a person.
    """
    return _findings(explain(text, law, surface, kinds, mg_a_day, language))


def check_passages(
    passages: Iterable[Passage],
    law: str,
    surface: str = ARTICLE,
    kinds: Iterable[str] = KINDS,
    mg_a_day: float | None = None,
    *,
    ticked: Container[str] = (),
    language: str = ENGLISH,
) -> list[ClaimFinding]:
    """Like `check`, for a text whose parts are known; one finding a sentence at most, each says where it stands.

    `ticked`: the digests of sentences of which a person has said that they make no claim.
    """
    return _findings(
        explain_passages(passages, law, surface, kinds, mg_a_day, ticked=ticked, language=language)
    )


def _findings(rows: list[Explained]) -> list[ClaimFinding]:
    found = dict.fromkeys(row.finding for row in rows if row.finding is not None)
    return sorted(found, key=lambda finding: ORDER[finding.severity])


def worst(findings: Iterable[ClaimFinding]) -> str:
    return min(
        (finding.severity for finding in findings), key=lambda severity: ORDER[severity], default=GREEN
    )


def explain(
    text: str,
    law: str,
    surface: str = ARTICLE,
    kinds: Iterable[str] = KINDS,
    mg_a_day: float | None = None,
    language: str = ENGLISH,
) -> list[Explained]:
    """How each sentence of a plain text was read, in its order; authorised sentences are taken out before."""
    kinds = tuple(kinds)
    if language != ENGLISH:
        all_lines = as_read(text, unwrap=False, accents=True).split("\n")
        rest = engine.not_authorised(all_lines, law, kinds, mg_a_day, language)
        passages = from_plain(as_read("\n".join(rest), accents=True))
        return explain_passages(passages, law, surface, kinds, mg_a_day, language=language)
    lines = allowed_removed(as_read(text, unwrap=False), may_say(law, kinds, mg_a_day))
    return explain_passages(from_plain(as_read(lines)), law, surface, kinds, mg_a_day)


def explain_passages(
    passages: Iterable[Passage],
    law: str,
    surface: str = ARTICLE,
    kinds: Iterable[str] = KINDS,
    mg_a_day: float | None = None,
    *,
    ticked: Container[str] = (),
    language: str = ENGLISH,
) -> list[Explained]:
    """How each sentence was read, in the order of the text."""
    names = own_names()
    where = Where(law, version(), surface, tuple(kinds), names, language)
    if language != ENGLISH:
        every = list(passages)
        own = [one for one in every if one.part != SOURCE]
        studies = [
            one for one in every if one.part == SOURCE
        ]  # as their authors called them, whatever the article's language
        rows = _explained_in(own, where, mg_a_day, ticked)
        return rows + (
            explain_passages(studies, law, surface, kinds, mg_a_day, ticked=ticked) if studies else []
        )
    allowed = may_say(law, where.kinds, mg_a_day)
    lines: list[Line] = [
        (passage, text) for passage in passages for text in _sentences(passage.text, allowed)
    ]
    on_condition = surface in {ARTICLE, ALONE} and is_on_condition(lines, names)
    around = [neighbours_of(lines, number, on_condition) for number in range(len(lines))]
    judged = [_judged(text, near, where) for (_, text), near in zip(lines, around, strict=True)]
    if surface == ARTICLE and _waits(judged):
        strict = [replace(near, is_strict=True) for near in around]
        judged = [_judged(text, near, where) for (_, text), near in zip(lines, strict, strict=True)]
    return [
        _explained(passage, text, *found, ticked)
        for (passage, text), found in zip(lines, judged, strict=True)
    ]


def _explained_in(
    passages: list[Passage], where: "Where", mg_a_day: float | None, ticked: Container[str]
) -> list[Explained]:
    """The same for a text that is not English (shop/claims/languages)."""
    allowed = engine.bare_sentences(where.law, where.kinds, mg_a_day, where.language)
    lines = engine.lines_of(passages, where.language)
    around = engine.neighbours(lines, where.language, where.names)
    return [
        _explained(passage, text, *_judged_in(text, near, where, allowed), ticked)
        for (passage, text), near in zip(lines, around, strict=True)
    ]


@lru_cache(maxsize=8192)
def _judged_in(text: str, near: Neighbours, where: "Where", allowed: frozenset[str]) -> "Judged":
    reading = engine.read_as(
        text, near, where.law, where.surface, where.kinds, where.language, where.names, allowed
    )
    if reading.colour == GREEN:
        return None, reading.why
    if reading.rule.startswith(engine.OF_A_RULE):
        rule = engine.rule_of(reading, where.law)
        advice, why = words_of(rule, where.surface, where.law, where.kinds, where.language)
        found = ClaimFinding(reading.colour, rule.id, reading.phrase, text, rule.source, advice, why)
    else:
        found = _finding_of(reading, text, near, where)
    return found, found.why or found.rule


@dataclass(frozen=True)
class Where:
    """What a sentence is judged by: `rules` names those in force, so that nothing is remembered beyond them."""

    law: str
    rules: str
    surface: str
    kinds: tuple[str, ...]
    names: frozenset[str]
    language: str = ENGLISH


# An article is checked again at every pause in typing, after every save and for every law, and all articles are where
# something changes that many show: most passages and sentences are the same as before.
@lru_cache(maxsize=8192)
def _sentences(text: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of a passage as read, without authorised and fixed ones."""
    return tuple(split(as_read(allowed_removed(as_read(text, unwrap=False), allowed))))


Judged = tuple[ClaimFinding | None, str]


def _waits(judged: list[Judged]) -> bool:
    """Whether so much of a text is red or not recognised that the rest isn't read generously; ticks don't count."""
    waiting = [
        found for found, _ in judged if found and (found.severity == RED or found.rule == UNRECOGNISED)
    ]
    return len(judged) >= FEWEST_FOR_STRICT and len(waiting) > STRICT_SHARE * len(judged)


def _explained(
    passage: Passage, text: str, finding: ClaimFinding | None, reason: str, ticked: Container[str]
) -> Explained:
    if finding is None:
        return Explained(passage, text, GREEN, reason, None)
    if finding.rule == UNRECOGNISED and finding.digest in ticked:
        return Explained(passage, text, GREEN, "ticked: no claim", None)
    finding = replace(finding, place=passage.place, key=passage.key)
    return Explained(passage, text, finding.severity, reason, finding)


@lru_cache(maxsize=8192)
def _judged(text: str, around: Neighbours, where: Where) -> Judged:
    """The worst finding in a sentence, and why it has its colour."""
    sentence = sentence_of(text, where.names)
    reading = _reading(sentence, around, where)
    found = [_finding_of(reading, sentence.text, around, where)] if reading.colour != GREEN else []
    found += [
        ClaimFinding(hit.colour, hit.rule, hit.phrase, sentence.text, hit.source, hit.advice, hit.why)
        for hit in hits(sentence, around, where.law, where.surface, where.kinds, reading)
    ]
    if not found:
        return None, reading.why
    # What was read tells more than a pattern of the same colour, unless it is only that no fact was recognised.
    worst_of_all = min(found, key=lambda finding: (ORDER[finding.severity], finding.rule == NO_FACT))
    return worst_of_all, worst_of_all.why or worst_of_all.rule


def _reading(sentence: Sentence, around: Neighbours, where: Where) -> Reading:
    """What the sentence says there; amber is for articles that show products."""
    if where.surface == PRODUCT:
        return read_product(sentence, where.kinds)
    reading = read_in_place(sentence, around, where.law, where.names, of_ours=where.surface == SAFETY)
    if where.surface == SAFETY and (reading.colour != RED or sentence.has("safety_words")):
        return read_directions(sentence)
    if where.surface == ALONE and reading.colour == AMBER:
        return replace(reading, colour=GREEN)
    return reading


def _finding_of(reading: Reading, text: str, around: Neighbours, where: Where) -> ClaimFinding:
    advice, why, source = advice_for(reading.rule, where.surface, where.law, where.kinds, where.language)
    waits = reading.rule == UNRECOGNISED
    governed_by = around.heading if around.part in {ITEM, CELL, ANSWER} else ""
    return ClaimFinding(
        reading.colour,
        UNRECOGNISED if waits else f"read: {reading.rule}",
        reading.phrase,
        text,
        source,
        advice,
        why,
        digest=digest_of(text, governed_by) if waits else "",
    )


def digest_of(text: str, governed_by: str = "") -> str:
    """What a tick of “no claim” is bound to: the words of a sentence, and of the heading or question before it."""
    words = " ".join(f"{governed_by}|{text}".casefold().split())
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()
