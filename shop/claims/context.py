"""The page, not the sentence: what stands around a sentence and governs it, and the sentence read with that."""

from dataclasses import dataclass, replace

from shop.claims import frames
from shop.claims.passages import (
    ALT,
    ANSWER,
    CELL,
    GOVERN,
    HEAD,
    HEADING,
    ITEM,
    QUESTION,
    SOURCE,
    TITLE,
    Passage,
)
from shop.claims.phrases.amounts import MILLIGRAMS
from shop.claims.phrases.times import MORNING_AND_NIGHT, NIGHT
from shop.claims.reading import UNRECOGNISED, Around, Reading
from shop.claims.rules import AMBER, GREEN, RED
from shop.claims.sentence import Sentence, sentence_of
from shop.claims.sources import read_source
from shop.claims.spoken import conditions, ours_spans
from shop.claims.verdict import read
from shop.claims.words import lemmas_of

ORDER = {RED: 0, AMBER: 1, GREEN: 2}
Line = tuple[Passage, str]  # a passage, and one of its sentences
A_FEW_WORDS = 7
REPORTED = (
    "missing_words",
    "study_words",
    "safety_words",
    "null_results",
    "others",
    "unproven_after",
    "negators",
)
FRAGMENTS = (TITLE, HEADING, ITEM, CELL, HEAD, ALT)


@dataclass(frozen=True)
class Neighbours:
    """The texts around a sentence, as keys of what is remembered of it."""

    before: str = ""
    after: str = ""
    heading: str = ""
    paragraph: str = ""
    part: str = "text"
    on_condition: bool = False
    is_strict: bool = False


def neighbours_of(lines: list[Line], number: int, on_condition: bool) -> Neighbours:
    passage, _ = lines[number]
    before = lines[number - 1] if number else None
    after = lines[number + 1] if number + 1 < len(lines) else None
    heading = ""
    if passage.part not in {TITLE, HEADING, QUESTION}:
        for earlier, words in reversed(lines[max(0, number - 40) : number]):
            if earlier is passage:
                continue
            if (
                earlier.part in GOVERN
                and (earlier.part != TITLE or passage.part not in {ITEM, CELL})
                and (earlier.part != HEAD or passage.part == CELL)
                and (earlier.part != QUESTION or passage.part == ANSWER)
            ):
                heading = words
                break
    same = [
        words
        for other, words in lines[max(0, number - 3) : number + 4]
        if other.place == passage.place and other.part == passage.part
    ]
    return Neighbours(
        before=before[1] if before and before[0].part not in {HEAD, CELL} else "",
        after=after[1] if after and after[0].part not in {HEADING, TITLE, ITEM, CELL} else "",
        heading=heading,
        paragraph=" ".join(same),
        part=passage.part,
        on_condition=on_condition,
    )


def is_on_condition(lines: list[Line], names: frozenset[str]) -> bool:
    """Whether a text is about a condition: its title or a heading names one, or two of its sentences do, cautions aside."""
    named = touched = 0
    for passage, text in lines:
        sentence = sentence_of(text, names)
        sick = [span for span in conditions(sentence) if "symptoms" not in span.classes]
        if sick and not sentence.has("safety_words"):
            named += 2 if passage.part in {TITLE, HEADING, QUESTION} or len(lines) <= 3 else 1
        if sentence.has("night_paraphrases") or (
            {"leg", "legs", "calf"} & set(sentence.lemmas) and not sentence.has("safety_words")
        ):
            touched += 1
        if named >= 2 or touched >= 4:
            return True
    return False


def read_in_place(
    sentence: Sentence, around: Neighbours, law: str, names: frozenset[str], *, of_ours: bool = False
) -> Reading:
    """The sentence with what governs it: worse of itself, and of heading or question and itself read as one.

    `of_ours`: all of it speaks of what is sold here, as warnings and directions do.
    """
    before = sentence_of(around.before, names) if around.before else None
    after = sentence_of(around.after, names) if around.after else None
    heading = sentence_of(around.heading, names) if around.heading else None
    goes_on = bool(before and ours_spans(before) and not before.has("others")) or bool(
        heading and around.part in FRAGMENTS and ours_spans(heading)
    )
    reading = read(
        sentence,
        Around(
            before, after, heading, around.paragraph, ours_goes_on=goes_on or of_ours, on_condition=around.on_condition,
            is_fragment=of_ours or around.part in FRAGMENTS, is_cautioned=around.part == ITEM and _cautions(heading), is_strict=around.is_strict and around.part != SOURCE,
        ),
        law,
    )  # fmt: skip
    if around.part == SOURCE:
        return read_source(sentence, reading)
    if around.part == QUESTION and reading.rule == "experience" and after is not None and after.is_question:
        return replace(reading, colour=AMBER, rule=UNRECOGNISED)  # “My friend swears by it. Is she wrong?”
    if reading.colour == RED or (heading is None and (before is None or not before.is_question)):
        return reading
    if around.part in {ITEM, CELL} and heading is not None:
        return _worse(reading, _governed_by(sentence, heading, around, law, names))
    asks = (
        before if before is not None and before.is_question else (heading if around.part == ANSWER else None)
    )
    if asks is not None and asks.is_question and (frames.affirms(sentence) or _answers(sentence, asks)):
        return _worse(reading, _governed_by(sentence, asks, around, law, names))
    if (
        before is not None
        and before.lemmas[0] in lemmas_of("heads_of_before")
        and sentence.lemmas[0] in lemmas_of("heads_of_after")
    ):
        return _worse(reading, _governed_by(sentence, before, around, law, names))
    return reading


def _cautions(heading: Sentence | None) -> bool:
    """“Who should ask first”, “Do not take it if”: its items name whom it warns."""
    return heading is not None and (
        heading.has("safety_words")
        or bool(lemmas_of("heads_of_caution") & set(heading.lemmas))
        or bool(lemmas_of("who_is_asked") & set(heading.lemmas))
        or ("not" in heading.lemmas and bool({"take", "use", "should"} & set(heading.lemmas)))
    )


def _answers(sentence: Sentence, asks: Sentence) -> bool:
    """Whether a short answer names what is sold here, a serving or buyers, to a question on a condition."""
    if frames.rebuts(sentence) or not conditions(asks):
        return False
    if sentence.has("missing_words", "study_words", "safety_words", "null_results", "others"):
        return False
    return (bool(ours_spans(sentence)) and len(sentence.lemmas) <= 12) or sentence.has(
        "serving_words", "seller_people", "guarantee_words"
    )


def _governed_by(
    sentence: Sentence, head: Sentence, around: Neighbours, law: str, names: frozenset[str]
) -> Reading:
    both = sentence_of(f"{head.text.rstrip('?:. ')} {sentence.text}", names)
    served = sentence.has("serving_words", "seller_people") or bool(MILLIGRAMS.search(sentence.text))
    if not (ours_spans(sentence) or ours_spans(head) or served) or (
        sentence.has("others") and not ours_spans(sentence)
    ):
        return Reading(GREEN)
    cautioned = around.part == ITEM and _cautions(head)
    reading = read(
        both,
        Around(paragraph=around.paragraph, on_condition=around.on_condition, is_cautioned=cautioned),
        law,
    )
    if reading.colour == RED:
        return reading
    if _answers_what_helps(sentence, head):
        return Reading(RED, "for-a-condition", sentence.phrase(0, len(sentence.lemmas)))
    if around.part == ANSWER or head.is_question:
        return _suggested(sentence, head)
    return Reading(GREEN)


def _answers_what_helps(sentence: Sentence, head: Sentence) -> bool:
    """An item that is only something sold here, under “What helps when your legs act up?”."""
    asks = head.lemmas[0] in lemmas_of("asking_heads") and head.has("benefit_verbs") and conditions(head)
    return bool(asks and ours_spans(sentence)) and not sentence.has(*REPORTED) and len(sentence.lemmas) <= 8


def _suggested(sentence: Sentence, asks: Sentence) -> Reading:
    """“Restless legs? Have you thought about magnesium?”: what a question on a condition is answered with waits."""
    if not (ours_spans(sentence) and conditions(asks)) or ours_spans(asks) or len(asks.lemmas) > A_FEW_WORDS:
        return Reading(GREEN)
    if sentence.has(*REPORTED, "navigation_words"):
        return Reading(GREEN)
    return Reading(AMBER, UNRECOGNISED, sentence.phrase(0, len(sentence.lemmas)))


def _worse(one: Reading, other: Reading) -> Reading:
    return one if ORDER[one.colour] <= ORDER[other.colour] else other


def read_directions(sentence: Sentence) -> Reading:
    """Warnings and directions may name whom they warn and how to use it, and promise nothing."""
    named = [span for span in conditions(sentence) if "symptoms" not in span.classes]
    if named and not sentence.has("safety_words", "negators"):
        return Reading(RED, "condition-in-directions", sentence.phrase(named[0].start, named[0].end))
    night = NIGHT.search(MORNING_AND_NIGHT.sub(" ", sentence.text))
    if night and not sentence.has("safety_words", "negators"):
        return Reading(RED, "night-in-directions", night[0])
    return Reading(GREEN, why="safety or directions")
