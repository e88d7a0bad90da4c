"""What a list of sources says: the title of a study names what was studied; a title that promises waits for a person."""

from shop.claims.phrases.evidence import ABOUT_A_RELATION, TITLE_OF_A_STUDY
from shop.claims.reading import AMBER, BENEFITS, EVIDENCE, GREEN, RED, UNRECOGNISED, Reading
from shop.claims.sentence import Sentence
from shop.claims.words import lemmas_of

# What no title of a study has.
PROMISES = (
    "praise", "strong_verbs", "assertive", "hints", "seller_people", "guarantee_words", "night_paraphrases", "vague_study", "times",
)  # fmt: skip
TO_A_READER = lemmas_of("to_a_reader")
# “Magnesium for muscle cramps” names what was studied, as titles do.
ONLY_NAMED = "for-a-condition"


def read_source(sentence: Sentence, reading: Reading) -> Reading:
    """Green for a name, and for a title that tells what was studied; red for a claim with a verb or praise; else it waits."""
    promises = sentence.has(*PROMISES) or bool(TO_A_READER & set(sentence.lemmas))
    if not promises and (_is_of_a_study(sentence) or reading.rule == ONLY_NAMED):
        return Reading(GREEN, EVIDENCE, why="the title of a study")
    if reading.colour == RED:
        told = promises or _has_verb(sentence)
        return reading if told else Reading(AMBER, UNRECOGNISED, reading.phrase, PROMISED)
    if reading.rule == UNRECOGNISED and sentence.has(*BENEFITS):
        return Reading(AMBER, UNRECOGNISED, reading.phrase, PROMISED)
    return Reading(GREEN, EVIDENCE, why="a source")


PROMISED = "a title that promises something"


def _is_of_a_study(sentence: Sentence) -> bool:
    return bool(TITLE_OF_A_STUDY.search(sentence.text) or ABOUT_A_RELATION.search(sentence.text))


def _has_verb(sentence: Sentence) -> bool:
    verbs = [span for span in sentence.of("benefit_verbs", "strong_verbs") if span.end - span.start == 1]
    finite = any(sentence.words[span.start].endswith(("s", "ed")) for span in verbs)
    return finite or bool(lemmas_of("finite_verbs") & set(sentence.lemmas))
