"""What a label says: facts alone, so no effect, no uptake, no rank among others, no proof by many, no time of night.

An allow-list: what speaks of the product or to its reader must be told mostly in words of a label (composition,
amount, form, taste, pack, origin, delivery, price). What names a thing, a place or a person alone may be called so.
"""

import re
from functools import cache

from shop.claims.reading import RED, Reading
from shop.claims.rules import data
from shop.claims.sentence import Sentence, covered
from shop.claims.words import is_english, lemma, lemmas_of

AMOUNT = r"(?:about\s+|around\s+)?(?:[£$€]?\d|an?\s|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|half\b|the\s+(?:stated|recommended|daily|directed|amount|dose)\b)"
SIZES = r"(?:larg|small|bigg|light|heavi|cheap|thick|thinn|coars|fin|long|short|sweet|wid|narrow|tall|lat|earli|dark|low)er"
COMPARISON = re.compile(
    rf"(?<!other )\bthan\b(?!\s+{AMOUNT})|\bunlike\b|\b(?:compared?\s+(?:with|to)|versus|vs)\b"
    r"|\b(?:\d+|two|three|four|five|six|ten)\s*(?:x|times)\s+(?:more|better|faster|stronger|higher|as)\b|\btwice\s+as\b|\b(?:no|any)\s+other\s+(?:brand|form|magnesium|product|maker|supplement|tablet|capsule|powder)s?\b"
    r"|\bnothing\s+(?:else\s+(?:works|helps|comes|compares)|like|beats|compares|comes)\b|\bsecond\s+to\s+none\b|\bnumber\s+one\b|\bno\.?\s?1\b"
    r"|\b(?:better|superior)\b|(?<!dissolves )(?<!dissolve )(?<!mixes )(?<!mix )(?<!keeps )(?<!stored )(?<!served )(?<!tastes )\bbest\b(?!\s+(?:before|by|if\s+(?:used|stored|eaten)|stored|kept|wishes|regards))"
    r"|\bthe\s+(?:most|only)\s+(?!of\b|magnesium\b|elemental\b|mg\b|ingredient|other\b)\w+|\bsettle\s+for\b",
    re.IGNORECASE,
)  # fmt: skip
SIGN_OF_PRICE = re.compile(r"[£$€]\d|\d\s?%")
OF_SIZE = re.compile(
    rf"\b(?:{SIZES}|more\s+expensive|less\s+expensive)\s+than\b|\brather\b(?:\s+\w+){{0,4}}\s+than\b",
    re.IGNORECASE,
)
PROOF = re.compile(
    r"\bfor\s+a\s+reason\b|\bcan\s?(?:no|')t\s+(?:all\s+)?be\s+wrong\b|\bknows?\s+why\b|\b(?:prove[ns]?|proof)\b"
    r"|\b(?:thousands|millions|hundreds)\s+of\s+(?:people|customers|users|athletes|families|women|men|adults|happy)\b"
    r"|\b(?:happy|satisfied|loyal)\s+(?:customers?|users?|buyers?)\b|\bback(?:ed)?\s+by\b|\b(?:trusted|loved|used|chosen|recommended|approved|endorsed)\s+by\b"
    r"|\b(?:it|they|this|that|which|magnesium|formula|product)\s+(?:simply\s+|just\s+|really\s+|actually\s+)?works?\b(?!\s+out\b)",
    re.IGNORECASE,
)  # fmt: skip
EXPERIENCE = re.compile(
    r"\b(?:you|i|we|customers?|people|users?|buyers?|everyone|many|most|they|husband|wife|mum|mother)\s*(?:'ll|'ve|\s+will|\s+would|\s+can|\s+may|\s+have|\s+soon)?\s+"
    r"(?:notic\w+|feels?\b|felt|tells?\s+us|told\s+us|sa(?:y|id)\b|swears?|report\w*|sleeps?\b|slept|love[sd]?\b)|\b(?:feel|notice)\s+(?:the|a|it)\b|\bfeeling\b",
    re.IGNORECASE,
)
TAKEN_UP = re.compile(r"\b(?:taken|takes?|taking)\s+(?:it\s+)?up\b(?!\s+to)", re.IGNORECASE)
EXPERIENCES_OF_POST = frozenset(
    {"parcel", "taste", "flavour", "price", "smell", "scent", "colour", "texture"}
)
SPEAKS = frozenset({"you", "your", "it", "this", "that", "they", "we", "our", "people", "who", "i", "my"})
DAY_IS_DONE = re.compile(
    r"\bend\s+of\s+(?:a|the|your|each|every)\s+(?:\w+\s+)?day\b|\blong\s+day\b|\bday\s+is\s+(?:done|over)\b|\bafter\s+dark\b"
    r"|\b(?:you|we|before)\s+turn(?:ing)?\s+in\b|\blights\s+out\b|\b(?:hits?|hitting)\s+the\s+(?:pillow|sack|hay)\b",
    re.IGNORECASE,
)
ENERGY_OF_FOOD = re.compile(r"^energy(?:\s+value)?:?\s+[\d.,]+\s*k(?:j|cal)\b", re.IGNORECASE)
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
    felt = EXPERIENCE.search(sentence.text)
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
        of_taste = {"taste", "flavour", "gift", "price", "smell", "scent", "for"} & set(
            sentence.lemmas[span.start : span.end + 3]
        )
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
