"""What a label says: facts alone, so no effect, no uptake, no rank among others, no proof by many, no time of night.

An allow-list: what speaks of the product or to its reader must be told mostly in words of a label (composition,
amount, form, taste, pack, origin, delivery, price). What names a thing, a place or a person alone may be called so.
"""

import re
from functools import cache

from shop.claims.phrases.contrasts import COMPARISON, OF_SIZE, PROOF
from shop.claims.phrases.labels import ENERGY_OF_FOOD, FELT, TAKEN_UP
from shop.claims.phrases.times import DAY_IS_DONE
from shop.claims.reading import RED, Reading
from shop.claims.rules import data
from shop.claims.sentence import Sentence, covered
from shop.claims.words import is_english, lemma, lemmas_of

SIGN_OF_PRICE = re.compile(r"[£$€]\d|\d\s?%")
EXPERIENCES_OF_POST = lemmas_of("noticed_of_a_pack")
SPEAKS = lemmas_of("speaks_to_somebody")
FEW_WORDS, SHORT_CODE = 4, 7


def not_on_a_label(sentence: Sentence, outside: bool) -> Reading | None:
    """Red for what is no fact of a label; None for a fact."""
    if sentence.text.rstrip(".* ").casefold() in nutrition_claims():
        return None
    return (
        _of_a_body(sentence, outside)
        or _of_effect(sentence, outside)
        or _of_others(sentence)
        or _unknown(sentence)
    )


@cache
def nutrition_claims() -> frozenset[str]:
    """“Excellent source of magnesium” and the like; which product may bear them is asked of its statements."""
    return frozenset(row["text"].casefold() for row in data()["nutrient_contents"])


def _of_a_body(sentence: Sentence, outside: bool) -> Reading | None:
    """A body that is spoken to, a part of it as a whole name or code, and the end of a day."""
    if done := DAY_IS_DONE.search(sentence.text):
        return Reading(RED, "a-time-of-day-on-a-product", done[0])
    for span in () if outside else sentence.of("leg_parts", "body_parts"):
        alone = len([word for word in sentence.words if word.isalpha()]) <= FEW_WORDS
        if sentence.lemma_at(span.start - 1) == "your" or (
            alone and set(sentence.lemmas[span.start : span.end]) & lemmas_of("limbs")
        ):
            return Reading(RED, "a-part-of-the-body-on-a-product", sentence.phrase(span.start, span.end))
    return None


def _of_effect(sentence: Sentence, outside: bool) -> Reading | None:
    """How well it is taken up or works, what it does to a state, and what people felt."""
    own = lemmas_of("words_of_cosmetics") if outside else frozenset()
    for place, one in enumerate(sentence.lemmas):
        forms = {one, sentence.words[place]}
        if sentence.is_idiom(place) or forms & own:
            continue
        if forms & lemmas_of("words_of_uptake"):
            return Reading(RED, "uptake-on-a-product", sentence.words[place])
        if forms & lemmas_of("words_of_effect") and not means_else(sentence, place):
            return Reading(RED, "a-state-on-a-product", sentence.words[place])
        if forms & lemmas_of("words_of_rank"):
            return Reading(RED, "rank-on-a-product", sentence.words[place])
        if inside := _effect_inside(sentence.words[place]):
            return Reading(RED, "a-state-on-a-product", inside)
    if taken := TAKEN_UP.search(sentence.text):
        return Reading(RED, "uptake-on-a-product", taken[0])
    felt = FELT.search(sentence.text)
    if felt and not EXPERIENCES_OF_POST & set(sentence.lemmas) and not outside:
        return Reading(RED, "experience-on-a-product", felt[0])
    return None


def means_else(sentence: Sentence, place: int) -> bool:
    """“the rest of the order”, and “energy: 12 kJ” as a table of nutrition has it."""
    one = sentence.lemmas[place]
    if one == "rest":
        is_thing = sentence.lemma_at(place - 1) == "the"
        return is_thing and sentence.lemma_at(place + 1) in {"of", "be", "will"}
    return one == "energy" and bool(ENERGY_OF_FOOD.search(sentence.text))


def _effect_inside(word: str) -> str:
    """A word of effect at an end of a code or hashtag written as one, such as DEEPREST."""
    letters = word.rstrip("0123456789")
    if len(letters) < SHORT_CODE or not letters.isalpha() or is_english(letters):
        return ""
    for cut in range(3, len(letters) - 2):
        parts = letters[:cut], letters[cut:]
        for part, rest in (parts, parts[::-1]):
            if len(part) >= 4 and lemma(part) in lemmas_of("words_of_effect") and is_english(rest):
                return part
    return ""


def _of_others(sentence: Sentence) -> Reading | None:
    """A comparison that is no size or amount, praise, or many people as proof."""
    text = OF_SIZE.sub(" ", sentence.text)
    for rule, pattern in (("comparison-on-a-product", COMPARISON), ("proof-on-a-product", PROOF)):
        if found := pattern.search(text):
            return Reading(RED, rule, found[0])
    for span in sentence.of("praise"):
        of_taste = lemmas_of("praised_of_a_pack") & set(sentence.lemmas[span.start : span.end + 3])
        told = lemmas_of("label_facts").issuperset(sentence.lemmas[span.start : span.end])
        if "common_words" not in span.classes and not of_taste and not told:
            return Reading(RED, "rank-on-a-product", sentence.phrase(span.start, span.end))
    return None


def _unknown(sentence: Sentence) -> Reading | None:
    """What speaks of the product, or to its reader, mostly in words that no label has."""
    ours = covered(sentence.of("ours_words"))
    told: list[int] = []
    unknown: list[int] = []
    speaks = bool(ours) or bool(SPEAKS & set(sentence.lemmas)) or sentence.is_question
    for place, one in enumerate(sentence.lemmas):
        word = sentence.words[place]
        if place in ours or not word.isalnum():
            continue
        if {one, word} & lemmas_of("small_words"):
            continue
        if word[0].isdigit() or {one, word} & lemmas_of("label_facts") or sentence.is_idiom(place):
            told.append(place)
        elif len(word) > 2 and word.isalpha() and is_english(word):
            unknown.append(place)
    if not speaks or not unknown or len(unknown) < len(told) or SIGN_OF_PRICE.search(sentence.text):
        return None
    first, last = unknown[0], unknown[-1]
    return Reading(RED, "no-fact-on-a-product", sentence.phrase(first, min(last + 1, first + 6)))
