"""The page, not the sentence: what stands around a sentence and governs it, and the sentence read with that."""

from dataclasses import dataclass

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
from shop.claims.reading import EVIDENCE, Around, Reading
from shop.claims.rules import AMBER, GREEN, RED
from shop.claims.sentence import Sentence, sentence_of
from shop.claims.spoken import conditions, ours_spans
from shop.claims.verdict import read

ORDER = {RED: 0, AMBER: 1, GREEN: 2}
Line = tuple[Passage, str]  # a passage, and one of its sentences
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
            is_fragment=of_ours or around.part in FRAGMENTS, is_strict=around.is_strict,
        ),
        law,
    )  # fmt: skip
    if around.part == SOURCE:
        return reading if _says_so(sentence) else Reading(GREEN, EVIDENCE, why="a source")
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
        and before.lemmas[0] in {"before", "then", "week", "day", "month"}
        and sentence.lemmas[0] in {"after", "now", "today", "week", "day", "month"}
    ):
        return _worse(reading, _governed_by(sentence, before, around, law, names))
    return reading


def _says_so(sentence: Sentence) -> bool:
    """Whether words about a source say something themselves: they have a verb, and are no title of a study."""
    if sentence.has("study_words"):
        return False
    verbs = [span for span in sentence.of("benefit_verbs", "strong_verbs") if span.end - span.start == 1]
    finite = any(sentence.words[span.start].endswith(("s", "ed")) for span in verbs)
    return finite or bool({"be", "can", "may", "will", "do"} & set(sentence.lemmas))


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
    if not (ours_spans(sentence) or ours_spans(head) or sentence.has("serving_words", "seller_people")) or (
        sentence.has("others") and not ours_spans(sentence)
    ):
        return Reading(GREEN)
    reading = read(both, Around(paragraph=around.paragraph, on_condition=around.on_condition), law)
    if reading.colour == RED:
        return reading
    return Reading(GREEN)


def _worse(one: Reading, other: Reading) -> Reading:
    return one if ORDER[one.colour] <= ORDER[other.colour] else other


def read_directions(sentence: Sentence) -> Reading:
    """Warnings and directions may name whom they warn and how to use it, and promise nothing."""
    named = [span for span in conditions(sentence) if "symptoms" not in span.classes]
    if named and not sentence.has("safety_words", "negators"):
        return Reading(RED, "condition-in-directions", sentence.phrase(named[0].start, named[0].end))
    return Reading(GREEN, why="safety or directions")
