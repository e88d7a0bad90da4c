"""Praise and promises in a line of their own: an authority that speaks for it, an imperative, what is said to be over."""

from shop.claims.phrases.evidence import SHOWN
from shop.claims.phrases.praise import GONE, VOUCHED, YOUR_EVENINGS
from shop.claims.reading import RED, Reader, Reading
from shop.claims.words import lemmas_of

REPORTED = ("others", "medicine_words", "study_words", "missing_words", "null_results", "unproven_after")
FEW_WORDS = 8  # up to which praise stands alone, of whatever is sold on the page


def vouched(reader: Reader) -> Reading | None:
    """Praise by an authority, of what is sold here or of nothing named: “Doctor recommended.”"""
    sentence = reader.sentence
    found = VOUCHED.search(sentence.text)
    if not found or not (reader.ours or len(sentence.lemmas) <= FEW_WORDS):
        return None
    if sentence.has(
        "negators", "doubters", "distanced", "reported", "rebuttals", "missing_words", "law_bodies"
    ):
        return None
    if sentence.is_question or '"' in sentence.text or (sentence.has("others") and not reader.ours):
        return None
    return Reading(RED, "praise", found[0])


def promised(reader: Reader) -> Reading | None:
    """An imperative that promises relief: “Sleep through the night without twitching legs”; or “No more cramps”."""
    sentence = reader.sentence
    if said := _shown(reader) or _your_evenings(reader):
        return said
    if not reader.sick or sentence.is_question or reader.cautions():
        return None
    if sentence.has("others", "medicine_words", "study_words", "missing_words", "null_results"):
        return None
    if gone := _gone(reader):
        return gone
    begins = [
        place
        for place, one in enumerate(sentence.lemmas)
        if sentence.lemma_at(place - 1) in {"", ":", "–", "|"}
        and one in lemmas_of("promising_imperatives")
        and sentence.words[place] == one
    ]
    free = lemmas_of("freed") & set(sentence.lemmas)
    if not begins or not free or {"if", "when", "because"} & set(sentence.lemmas):
        return None
    return Reading(RED, "claim", sentence.phrase(begins[0], max(begins[0] + 1, reader.sick[-1].end)))


def _shown(reader: Reader) -> Reading | None:
    """“Clinically shown to reduce …”: a benefit said to be shown, of nobody named."""
    sentence = reader.sentence
    found = SHOWN.search(sentence.text)
    benefits = sentence.of("benefit_verbs", "strong_verbs")
    if not found or sentence.is_question or not benefits or sentence.has("negators", "doubters"):
        return None
    touched = bool(reader.sick) or sentence.has("functions", "states", "leg_parts", "body_parts")
    return Reading(RED, "claim", found[0]) if touched and benefits[0].start <= FEW_WORDS else None


def _your_evenings(reader: Reader) -> Reading | None:
    """“… so your evenings stay quiet”, said with what is sold here and held by nothing."""
    sentence = reader.sentence
    found = YOUR_EVENINGS.search(sentence.text)
    if (
        not found
        or not reader.ours
        or sentence.is_question
        or reader.reports()
        or sentence.has("others", "doubters", "negators", "reported", "distanced")
    ):
        return None
    return Reading(RED, "claim", found[0]) if not {"if", "when", "whether"} & set(sentence.lemmas) else None


def _gone(reader: Reader) -> Reading | None:
    """What a name or a line says is over: “No more night cramps”."""
    sentence = reader.sentence
    found = GONE.search(sentence.text)
    if not found or len(sentence.lemmas) > FEW_WORDS or "than" in sentence.lemmas:
        return None
    return Reading(RED, "claim", sentence.text[found.start() :].lstrip(":–| "))


def kept_away(reader: Reader) -> Reading | None:
    """“Anyone who takes enough of it will not get cramps”: a condition that does not come, where ours is taken."""
    sentence = reader.sentence
    if not reader.ours or reader.cautions() or reader.asks() or sentence.has(*REPORTED):
        return None
    if lemmas_of("only_said") & set(sentence.lemmas):
        return None
    for one in reader.sick:
        near = sentence.before(one.start, 5)
        comes = lemmas_of("comes_over") & set(near)
        denied = lemmas_of("denies_coming") & set(near)
        if (
            comes
            and denied
            and lemmas_of("before_denied_coming") & set(near)
            and reader.mine_before(one)
            and TAKEN & set(sentence.lemmas[: one.start])
        ):
            return Reading(RED, "claim", sentence.phrase(one.start - 4, one.end))
    return None


TAKEN = lemmas_of("taken")
