"""The claims check of a text in a language of this folder: the same passages, surfaces and answers as in English."""

from dataclasses import replace
from functools import lru_cache

from shop.claims.authorised import may_say
from shop.claims.context import Line, Neighbours, neighbours_of
from shop.claims.languages import known
from shop.claims.languages.article import NAMES_CONDITION, names_condition, read_article, sick
from shop.claims.languages.letters import plain, split
from shop.claims.languages.lexicon import Lexicon, lexicon
from shop.claims.languages.product import read_directions, read_product
from shop.claims.languages.sentence import Sentence, sentence_of
from shop.claims.passages import HEADING, QUESTION, TITLE, Passage
from shop.claims.reading import AMBER, GREEN, RED, UNRECOGNISED, Reading
from shop.claims.rules import ALONE, CONDITION_RULES, PRODUCT, SAFETY, Rule, rules, shipped

OF_A_RULE = "rule: "
NOT_READ = "there are no rules for this language"


def lines_of(passages: list[Passage], language: str) -> list[Line]:
    return [(passage, text) for passage in passages for text in _sentences(passage.text, language)]


@lru_cache(maxsize=8192)
def _sentences(text: str, language: str) -> tuple[str, ...]:
    if language not in known():
        return tuple(split(plain(text), frozenset()))
    words = lexicon(language)
    return tuple(split(plain(text, words.marked), words.abbreviations))


def neighbours(lines: list[Line], language: str, names: frozenset[str]) -> list[Neighbours]:
    on_condition = language in known() and _is_on_condition(lines, language, names)
    return [neighbours_of(lines, number, on_condition) for number in range(len(lines))]


def _is_on_condition(lines: list[Line], language: str, names: frozenset[str]) -> bool:
    """Whether a text is about a condition: its title or a heading names one, or two of its sentences do."""
    named = 0
    for passage, text in lines:
        sentence = own_sentence(text, language, names)
        if sick(sentence) and not sentence.is_in("safety"):
            named += 2 if passage.part in {TITLE, HEADING, QUESTION} or len(lines) <= 3 else 1
        if named >= 2:
            return True
    return False


def own_sentence(text: str, language: str, names: frozenset[str]) -> Sentence:
    words = lexicon(language)
    return sentence_of(text, words, words.all_folded(names))


def read_as(
    text: str,
    near: Neighbours,
    law: str,
    surface: str,
    kinds: tuple[str, ...],
    language: str,
    names: frozenset[str],
    allowed: frozenset[str],
) -> Reading:
    """What a sentence says there. `allowed`: the authorised sentences that may stand there, as `Lexicon.bare` has them."""
    if language not in known():
        return Reading(AMBER, UNRECOGNISED, text, NOT_READ)
    words = lexicon(language)
    rest = _without(text, words, allowed)
    if not any(sign.isalnum() for sign in rest):
        return Reading(GREEN, "allowed", why="an authorised sentence, or a fixed one")
    sentence = sentence_of(rest, words, words.all_folded(names))
    if surface == PRODUCT:
        found = read_product(sentence, kinds)
    else:
        found = read_article(sentence, near)
        if surface == SAFETY and found.colour != RED:
            found = read_directions(sentence)
    found = _by_law(found, law, surface, has_ours=sentence.has("ours", "serving"))
    if found.colour == AMBER and surface == ALONE:
        return replace(found, colour=GREEN)
    if found.colour != RED:
        return _own_rules(text, law, surface, found) or found
    return found


def _without(text: str, words: Lexicon, allowed: frozenset[str]) -> str:
    """The text without what stands there word for word: the whole sentence, or each of its lines."""
    if words.bare(text) in allowed or words.bare(text) in _fixed(words):
        return ""
    if ";" not in text and "•" not in text and "–" not in text and ":" not in text and "|" not in text:
        return text
    pieces = text.replace("•", ";").replace("–", ";").replace("|", ";").replace(":", ";").split(";")
    left = [piece for piece in pieces if words.bare(piece) not in allowed | _fixed(words)]
    return text if len(left) == len(pieces) else "; ".join(left)


@lru_cache(maxsize=16)
def _fixed(words: Lexicon) -> frozenset[str]:
    rows = words.register
    contents = [row["text"] for row in rows["nutrient_contents"]]
    return frozenset(words.bare(text) for text in [*rows["fixed_texts"], *contents])


def bare_sentences(law: str, kinds: tuple[str, ...], mg_a_day: float | None, language: str) -> frozenset[str]:
    """The authorised sentences that products of these kinds qualify for, to compare a sentence with."""
    if language not in known():
        return frozenset()
    words = lexicon(language)
    return frozenset(words.bare(text) for text in may_say(law, kinds, mg_a_day, language))


def not_authorised(
    lines: list[str], law: str, kinds: tuple[str, ...], mg_a_day: float | None, language: str
) -> list[str]:
    """Of the lines of a plain text those that are no authorised sentence: without them it is unwrapped and read."""
    allowed = bare_sentences(law, kinds, mg_a_day, language)
    return [line for line in lines if lexicon(language).bare(line) not in allowed] if allowed else lines


def rule_of(found: Reading, law: str) -> Rule:
    return next(row for row in rules(law) if row.id == found.rule.removeprefix(OF_A_RULE))


def _by_law(found: Reading, law: str, surface: str, *, has_ours: bool) -> Reading:
    """A turn of phrase that is red by a rule of the law has the colour which that rule gives it there."""
    rule_id = CONDITION_RULES[0] if found.rule == NAMES_CONDITION else found.rule.removeprefix(OF_A_RULE)
    if rule_id == found.rule:
        return found
    rule = next((row for row in rules(law) if row.id == rule_id), None)
    if rule is None:
        return Reading(GREEN, "allowed", found.phrase, "its rule is switched off, or is not of this law")
    colour = rule.colours[PRODUCT if surface == SAFETY else surface]
    if colour.endswith("_if_ours") and not has_ours:
        return Reading(AMBER, UNRECOGNISED, found.phrase, "of nobody named")
    return replace(found, colour=colour.removesuffix("_if_ours"), rule=OF_A_RULE + rule.id)


def _own_rules(text: str, law: str, surface: str, found: Reading) -> Reading | None:
    """The Owner's own rules are patterns of any language."""
    for rule in rules(law):
        if rule.id not in shipped() and (match := rule.pattern.search(text)):
            colour = rule.colours[PRODUCT if surface == SAFETY else surface].removesuffix("_if_ours")
            if (RED, AMBER, GREEN).index(colour) < (RED, AMBER, GREEN).index(found.colour):
                return Reading(colour, OF_A_RULE + rule.id, match[0])
    return None


def conditions_in(text: str, language: str, names: frozenset[str]) -> list[str]:
    """The phrases that name a condition, of a text in a language that has words."""
    if language not in known():
        return []
    return [
        phrase
        for part in _sentences(text, language)
        for phrase in names_condition(own_sentence(part, language, names))
    ]
