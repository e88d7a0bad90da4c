"""What a product surface may say: facts, safety, and authorised sentences word for word; of a body nothing else.

Product pages, names, tags, codes, letters: what they say of a body, a state, an ailment, a time of day or an authority
is allowed as an authorised sentence alone (those are taken out before this reads). A cosmetic may speak of the skin it
stays on, a bath salt of the bath.
"""

from shop.claims import frames
from shop.claims.label import means_else, not_on_a_label
from shop.claims.phrases.amounts import FIGURE
from shop.claims.phrases.labels import CAUTION, NO_SUBSTITUTE
from shop.claims.reading import GREEN, RED, Reading
from shop.claims.sentence import Sentence, Span, covered
from shop.claims.spoken import conditions
from shop.claims.words import lemmas_of

OUTSIDE_KINDS = frozenset({"cosmetic_topical", "bath_salt"})
LABELS = {
    "leg_parts": "legs", "functions": "a-function", "states": "a-state", "body_parts": "a-part-of-the-body",
    "leg_states": "a-state", "authorities": "an-authority", "night_paraphrases": "a-night", "times": "a-time-of-day",
}  # fmt: skip


def read_product(sentence: Sentence, kinds: tuple[str, ...]) -> Reading:
    """Red for what a product surface may not say, green for facts and safety."""
    if _is_caution(sentence) or NO_SUBSTITUTE.search(sentence.text):
        return Reading(GREEN, "allowed", why="safety")
    outside = OUTSIDE_KINDS.issuperset(kinds) or (OUTSIDE_KINDS.issubset(kinds) and _is_outside(sentence))
    for name in ("skin_ways", "hints"):
        for span in sentence.of(name):
            rule = "through-the-skin" if name == "skin_ways" else "hint"
            return Reading(RED, rule, sentence.phrase(span.start, span.end))
    for span in conditions(sentence):
        if not _is_shaken(sentence, span) and not (outside and _is_felt_on_skin(sentence, span)):
            return Reading(RED, "condition-on-a-product", sentence.phrase(span.start, span.end))
    if "stress" in sentence.lemmas and not outside:
        return Reading(RED, "a-state-on-a-product", "stress")
    for name, label in LABELS.items():
        for span in sentence.of(name):
            if not (outside and _is_felt_on_skin(sentence, span)) and not _may_stand(
                sentence, name, span, outside
            ):
                return Reading(RED, f"{label}-on-a-product", sentence.phrase(span.start, span.end))
    return _promise(sentence) or not_on_a_label(sentence, outside) or Reading(GREEN, "allowed", why="a fact")


def _may_stand(sentence: Sentence, name: str, span: Span, outside: bool) -> bool:
    """Whether a word of the body, a state, a time or an authority says nothing of what the product does."""
    lemmas = set(sentence.lemmas[span.start : span.end])
    named = covered(sentence.of("ours_words"))
    if named.issuperset(range(span.start, span.end)) and name != "leg_parts":
        return True
    if name in {"functions", "states"} and means_else(sentence, span.start):
        return True
    if name == "leg_states":
        return not lemmas & lemmas_of("restless_words")
    if name == "authorities":
        tested = "test" in sentence.lemmas and bool(lemmas & lemmas_of("testers"))
        if lemmas_of("certifying") & set(sentence.lemmas) and lemmas_of("certificates") & set(
            sentence.lemmas
        ):
            return not sentence.has("benefit_verbs")
        told = lemmas_of("what_articles_tell").issuperset(lemmas) and sentence.has(
            "negators", "missing_words", "null_results", "navigation_words", "little"
        )
        retold = (
            (told or _is_readers_own(sentence, span))
            and not named
            and not sentence.has("benefit_verbs", "praise", "assertive")
        )
        limit = bool(FIGURE.search(sentence.text)) and not sentence.has(
            "benefit_verbs", "praise", "assertive"
        )
        return tested or retold or limit
    if name == "times":
        return not _time_is_effect(sentence, span)
    if outside and lemmas_of("words_of_cosmetics").issuperset(lemmas):
        return not _acts_on_body(sentence, span)
    if name in {"body_parts", "leg_parts", "functions"} and lemmas_of("plain_body_words").issuperset(lemmas):
        return not _acts_on_body(sentence, span)
    return False


def _is_shaken(sentence: Sentence, span: Span) -> bool:
    """“Shake the jar”, “shake well”: what is done to a pack."""
    return sentence.lemmas[span.start : span.end] == ["shake"] and bool(
        lemmas_of("packs") & set(sentence.lemmas[span.end : span.end + 3])
    )


def _is_felt_on_skin(sentence: Sentence, span: Span) -> bool:
    """“May tingle”: a warning of what a spray may do to the skin."""
    warned = set(sentence.before(span.start, 2)) & lemmas_of("warns_that_it_may")
    return bool(warned) and not sentence.has("benefit_verbs", "strong_verbs")


def _is_readers_own(sentence: Sentence, span: Span) -> bool:
    """“For your doctor or pharmacist”: whom the reader asks, and no authority that speaks for a product."""
    before = set(sentence.before(span.start, 4))
    return bool(before & {"your", "a"}) and bool(
        set(sentence.lemmas[span.start : span.end]) & lemmas_of("who_is_asked")
    )


def _is_caution(sentence: Sentence) -> bool:
    """Warnings and directions, which may name whom they warn; not if they promise something too."""
    if not sentence.has("safety_words", "medicine_words"):
        return False
    promises = sentence.has(
        "benefit_verbs", "strong_verbs", "benefit_nouns", "praise", "change_words", "hints"
    )
    if promises and not CAUTION.search(sentence.text):
        return False
    for span in sentence.of("benefit_verbs", "strong_verbs", "praise"):
        if sentence.has("functions", "states") and not frames.governed(sentence, span.start, span.end):
            return False
    return True


def _is_outside(sentence: Sentence) -> bool:
    """Whether a sentence on no known product speaks of the bath or the spray."""
    lemmas = set(sentence.lemmas)
    return bool(lemmas & lemmas_of("outside_words")) and not lemmas & lemmas_of("swallowed")


def _acts_on_body(sentence: Sentence, span: Span) -> bool:
    """Whether something is promised to what a cosmetic touches: “soothes your legs”, “for restful nights”."""
    acts = any(
        not lemmas_of("words_of_cosmetics").issuperset(sentence.lemmas[one.start : one.end])
        and "common_words" not in one.classes
        for one in sentence.of("benefit_verbs", "strong_verbs", "benefit_nouns", "change_words")
    )
    helps = bool(lemmas_of("supporting_verbs") & set(sentence.before(span.start, 5)))
    at_night = lemmas_of("at_night") & set(sentence.lemmas[span.start : span.end])
    return (
        acts
        or helps
        or ("for" in sentence.before(span.start, 3) and bool(sentence.has("praise")))
        or bool(at_night and len(sentence.lemmas) <= FEW_WORDS)
    )


FEW_WORDS = 8  # up to which a name or a line is nothing but what it promises


PROMISING = (
    "benefit_verbs",
    "strong_verbs",
    "benefit_nouns",
    "praise",
    "change_words",
    "calming",
    "functions",
    "states",
)


def _time_is_effect(sentence: Sentence, span: Span) -> bool:
    """A time of day stands for what happens then, unless something is eaten, delivered or counted at it."""
    if sentence.lemmas[span.end - 1] in {"daily", "day", "weekend"}:
        return False
    if "morning" in sentence.lemmas and "evening" in sentence.lemmas and not sentence.has(*PROMISING):
        return False  # “one in the morning and one in the evening”
    near = set(sentence.lemmas[max(0, span.start - 3) : span.end + 3])
    of_night = {*sentence.lemmas[span.start : span.end]} & lemmas_of("night_words")
    return not near & lemmas_of("words_of_post" if of_night else "times_of_meals_and_post")


def _promise(sentence: Sentence) -> Reading | None:
    """A benefit in a phrase of its own: “take the edge off the day”, “keeps you on an even keel”."""
    for span in sentence.of("benefit_verbs", "change_words"):
        of_its_own = span.end - span.start >= 2 and "common_words" not in span.classes
        if of_its_own and not frames.governed(sentence, span.start, span.end):
            return Reading(RED, "a-benefit-on-a-product", sentence.phrase(span.start, span.end))
    return None
