"""Whom a sentence speaks of: what is sold here, something else that is named, or nobody named."""

from shop.claims.phrases.amounts import MILLIGRAMS
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence
from shop.claims.spoken import conditions
from shop.claims.words import lemmas_of

OURS, NOBODY, OTHER = "ours", "nobody", "other"
WE = lemmas_of("we")
POINTING = lemmas_of("pointing_back")
OBJECTS = lemmas_of("taken_objects")
EDGES = lemmas_of("edges")
IT_MAY_BE = (
    "others", "medicine_words", "study_words", "law_bodies", "evidence_nouns", "missing_words", "safety_words",
    "food_words", "chemistry_words", "navigation_words",
)  # fmt: skip
SUBJECT_WITHIN = 5  # words within which a sentence names what it is about
BEGIN_A_CONDITION = lemmas_of("begins_a_condition")
OPEN_QUESTIONS = lemmas_of("open_questions")


def topic_of(reader: Reader) -> str:
    """Ours: its words, the seller’s “we”, things of the shop, or a practice such as “take it”."""
    sentence = reader.sentence
    lemmas = sentence.lemmas
    begins_with_another = any(span.start <= 1 for span in sentence.of("others", "medicine_words"))
    if (
        reader.ours
        or (reader.about_ours and not begins_with_another)
        or (lemmas_of("shop_things") | WE) & set(lemmas)
    ):
        return OURS
    if sentence.has("serving_words") or practises(sentence):
        return OURS
    if MILLIGRAMS.search(sentence.text) and not sentence.has("others", "medicine_words"):
        return OURS
    if points(sentence):
        return NOBODY if lemmas[0] not in {"it", "this", "they"} or antecedent(reader) else OURS
    named = sentence.has("others", "medicine_words", "law_bodies") or lemmas_of("who_is_asked") & set(lemmas)
    of_condition = lemmas_of("condition_heads") & set(lemmas[:SUBJECT_WITHIN])
    if named or of_condition or any(span.start < SUBJECT_WITHIN for span in reader.sick):
        return OTHER
    return NOBODY


def antecedent(reader: Reader) -> bool:
    """Whether the sentence before names something else that “it” may stand for."""
    before = reader.around.before
    if before is None:
        return False
    named = (lemmas_of("condition_heads") | lemmas_of("who_is_asked")) & set(before.lemmas)
    return bool(named or conditions(before) or before.has(*IT_MAY_BE))


def practises(sentence: Sentence) -> bool:
    """“Use it”, “taking one”: a practice with what the text is about."""
    return any(
        one in lemmas_of("practices")
        and sentence.lemma_at(place + 1) in OBJECTS
        and sentence.lemma_at(place + 2) != "to"
        for place, one in enumerate(sentence.lemmas)
    )


def points(sentence: Sentence) -> bool:
    """“It”, “this” or “these” in the place of a subject or after an imperative, where nobody is named."""
    lemmas = sentence.lemmas
    return any(
        one in POINTING
        and (place <= 1 or lemmas[place - 1] in EDGES)
        and place + 1 < len(lemmas)
        and not (one == "that" and place > 1)
        for place, one in enumerate(lemmas)
    )


def asks_openly(sentence: Sentence) -> bool:
    """A question that an answer may settle either way, and that says nothing of the reader’s own body."""
    lemmas = sentence.lemmas
    if not sentence.is_question or lemmas[0] not in OPEN_QUESTIONS:
        return False
    if sentence.has("suggestive_questions") and lemmas[0] not in {"do", "will", "be"}:
        return False
    if lemmas[:2] == ["do", "you"] and set(lemmas) & lemmas_of("felt_words"):
        return False
    of_body = lemmas_of("felt_words") | lemmas_of("of_the_readers_body")
    return not any(
        one == "your" and set(lemmas[place + 1 : place + 3]) & of_body for place, one in enumerate(lemmas)
    )


def first_part(sentence: Sentence) -> int:
    """Where the main clause begins, behind “If your tablets changed nothing,”."""
    if sentence.lemmas[0] not in BEGIN_A_CONDITION or "," not in sentence.lemmas:
        return 0
    return sentence.lemmas.index(",")
