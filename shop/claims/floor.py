"""The floor under the reading: the patterns of rules.json and the Owner's, each with its source in law."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shop.claims import frames
from shop.claims.context import Neighbours
from shop.claims.passages import SOURCE
from shop.claims.phrases.labels import USED_OUTSIDE, WARNS
from shop.claims.reading import EXCUSING, Reading
from shop.claims.rules import AMBER, ARTICLE, CONDITION_RULES, GREEN, PRODUCT, SAFETY, Rule, rules
from shop.claims.sentence import Sentence, sentence_of
from shop.claims.spoken import conditions, ours_spans
from shop.claims.wording import words_of

NAMES_CONDITION = "names-condition"


@dataclass(frozen=True)
class Hit:
    """What a pattern found, and the colour that the law gives it on this surface."""

    colour: str
    rule: str
    phrase: str
    source: str
    advice: str
    why: str


# What the reading knows with more care than a pattern can.
READ_WITH_CARE = {"treat-condition", "unhedged-efficacy", "unhedged-pronoun"}
WRONG_USE = "internal-use-of-external"


def hits(
    sentence: Sentence, around: Neighbours, law: str, surface: str, kinds: tuple[str, ...], reading: Reading
) -> list[Hit]:
    """What the patterns find in a sentence that nothing excuses; a condition that they don't know, if none was found."""
    if around.part == SOURCE and reading.rule in EXCUSING:
        return []
    found = list(_by_patterns(sentence, around, law, surface, kinds, reading))
    named = [span for span in conditions(sentence) if "symptoms" not in span.classes]
    if found or not named or surface != ARTICLE or reading.colour != GREEN:
        return found
    rule = next((row for row in rules(law) if row.id in CONDITION_RULES), None)
    if rule is None or reading.rule in EXCUSING or sentence.has("safety_words"):
        return found
    phrase = sentence.phrase(named[0].start, named[0].end)
    return [Hit(AMBER, NAMES_CONDITION, phrase, rule.source, *words_of(rule, surface, law, kinds))]


def _by_patterns(
    sentence: Sentence, around: Neighbours, law: str, surface: str, kinds: tuple[str, ...], reading: Reading
) -> Iterator[Hit]:
    on_product = surface in {PRODUCT, SAFETY}
    for rule in rules(law):
        if not set(rule.applies_to) & set(kinds) or (surface == SAFETY and rule.id in CONDITION_RULES):
            continue
        match = rule.pattern.search(sentence.text)
        if match is None:
            continue
        colour = _colour(rule, PRODUCT if on_product else surface, sentence)
        if colour == GREEN or _excused(rule, match, sentence, reading, surface):
            continue
        if not on_product and not _about_ours(rule, sentence, around, match):
            continue
        if rule.id not in CONDITION_RULES and sentence.is_idiom(*_places(sentence, match)):
            continue
        yield Hit(colour, rule.id, match[0], rule.source, *words_of(rule, surface, law, kinds))


def _places(sentence: Sentence, match: re.Match) -> tuple[int, int]:
    """The words that a match covers, as places in the sentence."""
    begin, end = (len(Sentence(sentence.text[:offset]).lemmas) for offset in match.span())
    return begin, end


def _excused(rule: Rule, match: re.Match, sentence: Sentence, reading: Reading, surface: str) -> bool:
    if surface in {PRODUCT, SAFETY}:
        return (rule.negation_ok or surface == SAFETY) and bool(
            frames.governed_or_denied(sentence, *_places(sentence, match))
        )
    if rule.id in READ_WITH_CARE:
        return True
    if rule.id == WRONG_USE and (WARNS.search(sentence.text) or sentence.has("study_words")):
        return True
    if rule.id in CONDITION_RULES:
        return reading.rule in EXCUSING
    if (
        sentence.is_question
        or frames.denounced(sentence)
        or frames.mentioned(sentence, *_places(sentence, match))
    ):
        return True
    return bool(frames.governed_or_denied(sentence, *_places(sentence, match)))


def _about_ours(rule: Rule, sentence: Sentence, around: Neighbours, match: re.Match) -> bool:
    """In an article: a clause that names nothing sold here is no claim about it, save for conditions and promises."""
    if rule.id in CONDITION_RULES or rule.id in {"guaranteed-result", "cure-word"}:
        return True
    if "food_supplement" not in rule.applies_to:
        return bool(USED_OUTSIDE.search(sentence.text))
    place = min(_places(sentence, match)[0], len(sentence.lemmas) - 1)
    mine = ours_spans(sentence)
    if any(sentence.same_clause(one.start, place) for one in mine):
        return True
    before = sentence_of(around.before, sentence.names) if around.before else None
    goes_on = bool(before and ours_spans(before)) and any(span.start <= 1 for span in sentence.of("carried"))
    return goes_on or (
        bool(mine) and not any(sentence.same_clause(one.start, place) for one in sentence.of("others"))
    )


def _colour(rule: Rule, surface: str, sentence: Sentence) -> str:
    colour = rule.colours[surface]
    if colour.endswith("_if_ours"):
        colour = colour.removesuffix("_if_ours") if ours_spans(sentence) else GREEN
    return colour
