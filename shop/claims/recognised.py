"""Which kinds of sentence are recognised as allowed; what is of none of them waits for a person."""

import re

from shop.claims import frames
from shop.claims.benefits import advises_oneself, by_moving
from shop.claims.reading import (
    AMBER,
    DENOUNCED,
    DESIGN,
    EVIDENCE,
    EXCUSED,
    GREEN,
    SIZE,
    UNRECOGNISED,
    Reader,
    Reading,
)
from shop.claims.sentence import Sentence, covered
from shop.claims.spoken import ours_spans
from shop.claims.words import lemmas_of

# What it is found by, the rule, and what staff read of it. Evidence excuses naming a condition.
ALLOWED = (
    ("missing_words", EVIDENCE, "missing evidence"), ("study_words", EVIDENCE, "evidence"), ("null_results", EVIDENCE, "evidence"),
    ("safety_words", "allowed", "safety"), ("amount_words", "allowed", "amount"), ("chemistry_words", "allowed", "chemistry"),
    ("food_words", "allowed", "food"), ("navigation_words", "allowed", "about the page, the label or the shop"),
)  # fmt: skip


# Words of an amount, a food or the page tell what a sentence is about; what it ties together they don't.
NEUTRAL = frozenset({"amount_words", "chemistry_words", "food_words", "navigation_words"})
FIGURE = re.compile(r"\d\s?(?:mg|g|ml|%|kg)\b|\d\s?%|[£€$]\s?\d")
FEW_WORDS = 12  # up to which a serving alone is all that is said


def kind(reader: Reader) -> Reading:
    """Green for a sentence of a recognised allowed kind, or of nothing sold here; else it waits for a person."""
    sentence = reader.sentence
    if reader.excused:
        goes_on = _promised_beside(reader)
        return _waits(goes_on) if goes_on else Reading(GREEN, EXCUSED, why=reader.excused)
    if against := frames.denounced(sentence):
        return Reading(GREEN, DENOUNCED, why=against)
    if not reader.ours and by_moving(reader):
        return Reading(GREEN, "allowed", why="what happens when a person moves")
    if not reader.ours and advises_oneself(reader):
        return Reading(GREEN, "allowed", why="what the reader may do")
    if reader.around.is_strict and not _strongly_allowed(reader):
        return _waits(sentence.text, "in a text that is not recognised for a good part")
    if _result_without_size(reader):
        return Reading(AMBER, "study-without-size-and-design", sentence.text[:80])
    for found in (
        _story(reader), _hint(reader), _beside_body(reader), _asked_to_suggest(reader), _pushes(reader), _lack_felt(reader),
        _promised_beside(reader),
    ):  # fmt: skip
        if found:
            return _waits(found)
    alarming = _alarming(reader) or (_serving_or_legs(reader) if reader.around.on_condition else "")
    if alarming and (reader.about_ours or reader.nobody or reader.around.on_condition):
        return _waits(alarming)
    if sentence.has("others") and not reader.ours and not alarming:
        return Reading(GREEN, "allowed", why="about something not sold here")
    if not alarming:
        for name, rule, why in ALLOWED:
            if sentence.has(name) and not (name in NEUTRAL and _ties(reader)):
                return Reading(GREEN, rule, why=why)
        if sentence.is_question:
            return Reading(GREEN, "allowed", why="a question")
    if (reader.ours or (reader.about_ours and reader.around.on_condition)) and not reader.around.is_fragment:
        return _waits(sentence.text)
    return Reading(GREEN, why="says nothing of what is sold here")


def _waits(phrase: str, why: str = "") -> Reading:
    return Reading(AMBER, UNRECOGNISED, phrase[:80], why)


def _reports(reader: Reader) -> bool:
    """Whether it tells evidence, its lack, or a caution."""
    sentence = reader.sentence
    return sentence.has("missing_words", "null_results", "study_words", "unproven_after") or reader.cautions()


def _is_told(sentence: Sentence) -> bool:
    return bool(lemmas_of("storytellers") & set(sentence.lemmas)) or sentence.has("seller_people")


def _story(reader: Reader) -> str:
    """Somebody’s experience, in a text that shows products."""
    sentence = reader.sentence
    if not _is_told(sentence) or sentence.is_question:
        return ""
    mine = {"i", "my", "me"} & set(sentence.lemmas) and sentence.has(
        "leg_parts", "symptoms", "ailments", "night_paraphrases"
    )
    if mine and not sentence.has("study_words", "others"):
        return "a story"
    return "" if sentence.has("others") or _reports(reader) else "a story"


def _hint(reader: Reader) -> str:
    """What lets the reader draw a conclusion that isn’t written."""
    sentence = reader.sentence
    for span in sentence.of("hints"):
        if not reader.held(span.start, span.end):
            return sentence.phrase(span.start, span.end)
    return ""


PROMISED = ("change_words", "benefit_verbs", "strong_verbs", "benefit_nouns", "praise", "night_paraphrases")


TOLD_PLAINLY = (
    "missing_words", "null_results", "unproven_after", "safety_words", "study_words", "others", "doubters", "little", "negators"
)  # fmt: skip


def _promised_beside(reader: Reader) -> str:
    """“You can’t cure it with a spray, but you can shorten a bad evening”: what follows a denial in a clause of its own."""
    sentence = reader.sentence
    for place, one in enumerate(sentence.lemmas):
        if one not in {"but", "yet"} or not place:
            continue
        rest = [span for span in sentence.of(*PROMISED) if span.start > place and not reader.is_common(span)]
        told = any(span.start >= place for span in sentence.of(*TOLD_PLAINLY))
        if rest and not told:
            return sentence.phrase(place, rest[0].end)
    return ""


def _pushes(reader: Reader) -> str:
    """“Let magnesium carry some of the load”, “keeps you off the landing”: it acts on somebody, in no word of a benefit."""
    sentence = reader.sentence
    if _reports(reader) or sentence.has("others") or FIGURE.search(sentence.text):
        return ""
    lemmas = sentence.lemmas
    for span in reader.ours:
        if span.start and lemmas[span.start - 1] == "let":
            return sentence.phrase(span.start - 1, span.end)
        for place in range(span.end, min(len(lemmas) - 1, span.end + 6)):
            acts = lemmas[place] in lemmas_of("acting_verbs") and lemmas[place + 1] in lemmas_of("acted_on")
            if acts and sentence.same_clause(span.start, place) and not frames.before(sentence, place):
                return sentence.phrase(place, min(len(lemmas), place + 3))
    return ""


def _lack_felt(reader: Reader) -> str:
    """“80 percent of us are deficient, and our legs pay the price”: a lack beside what is felt, with nothing reported."""
    sentence = reader.sentence
    lacks = [
        span for span in sentence.of("lack_heads", "lack_words") if sentence.lemmas[span.start].startswith(LACKS)
    ]  # fmt: skip
    if not lacks or sentence.has("others", "evidence_nouns", "distanced", "reported") or _reports(reader):
        return ""
    felt = sentence.of("leg_parts", "night_paraphrases")
    return sentence.phrase(lacks[0].start, lacks[0].end) if felt else ""


LACKS = ("defici", "deplet", "shortfall", "shortage")


def _ties(reader: Reader) -> bool:
    """Whether something sold here stands beside a condition, and nothing that reports, asks or leads on."""
    sentence = reader.sentence
    return bool(reader.ours and reader.ill()) and not (
        _reports(reader)
        or sentence.is_question
        or sentence.has("evidence_nouns", "law_bodies", "medicine_words", "negators", "little")
    )


def _result_without_size(reader: Reader) -> bool:
    """Whether a study is said to have found something for what is sold here, without how many people and how."""
    sentence = reader.sentence
    after = reader.around.after
    if (
        not (reader.ours or reader.around.on_condition or (after is not None and ours_spans(after)))
        or not sentence.has("study_words")
        or sentence.has("null_results", "missing_words", "unproven_after", "others")
        or {"what", "how", "whether"} & set(sentence.lemmas)
    ):
        return False
    if not lemmas_of("outcomes") & set(sentence.lemmas) or not (
        lemmas_of("found") & set(sentence.lemmas) or {"rise", "fall", "cut"} & set(sentence.lemmas)
    ):
        return False
    around = f"{sentence.text} {reader.around.paragraph}"
    return not (SIZE.search(around) and DESIGN.search(around))


def _asked_to_suggest(reader: Reader) -> str:
    """“Could the answer to your evenings be …?” and “the form your body actually absorbs”."""
    sentence = reader.sentence
    if (
        sentence.is_question
        and sentence.lemmas[0] in {"could", "might"}
        and (reader.ours or sentence.has("times", "benefit_nouns"))
    ):
        return sentence.phrase(0, 3)
    uptake = {"absorb", "absorption", "bioavailable", "uptake"} & set(sentence.lemmas)
    if (
        reader.ours
        and uptake
        and {"actually", "best", "better", "really", "most", "truly"} & set(sentence.lemmas)
        and not _reports(reader)
    ):
        return "uptake"
    return ""


def _beside_body(reader: Reader) -> str:
    """What is sold here beside a function, a state or a part of the body, with nothing reported of them."""
    sentence = reader.sentence
    if not reader.ours or _reports(reader) or sentence.has("others", "amount_words"):
        return ""
    known = covered(reader.ours) | covered(reader.sick)
    for span in sentence.of("functions", "states"):
        if not reader.is_common(span) and not set(range(span.start, span.end)) <= known:
            return sentence.phrase(span.start, span.end)
    if sentence.is_question and sentence.has("lack_heads") and sentence.has("leg_parts", "body_parts"):
        return "a lack, asked"
    return ""


def _strongly_allowed(reader: Reader) -> bool:
    """What stays recognised in a text that otherwise is not: missing evidence, cautions, a study with its size,
    figures of the label, other remedies."""
    sentence = reader.sentence
    if sentence.has("hints") or _is_told(sentence) or _serving_or_legs(reader):
        return False
    if sentence.has("missing_words", "null_results") or reader.cautions():
        return True
    if sentence.has("study_words") and SIZE.search(sentence.text) and DESIGN.search(sentence.text):
        return True
    at_night = bool(lemmas_of("night_words") & set(sentence.lemmas))
    if (
        FIGURE.search(sentence.text)
        and not at_night
        and not sentence.has("leg_parts", "states", "night_paraphrases")
    ):
        return True
    return sentence.has("others") and not reader.ours and not sentence.has("medicine_words")


def _serving_or_legs(reader: Reader) -> str:
    """In a text on a condition: a serving with no figure or label about it, or legs and nights beside what is sold here."""
    sentence = reader.sentence
    if _reports(reader):
        return ""
    on_label = lemmas_of("label_words") & set(sentence.lemmas) or FIGURE.search(sentence.text)
    servings = [] if on_label else sentence.of("serving_words")
    touched = sentence.has("leg_parts", "night_paraphrases", "times") or any(
        not reader.is_common(span) for span in sentence.of("functions", "states", "change_words", "symptoms")
    )
    if servings and (touched or sentence.has("imperatives") or len(sentence.lemmas) <= FEW_WORDS):
        return sentence.phrase(servings[0].start, servings[0].end)
    beside = ["leg_parts", "night_paraphrases", "body_parts"]
    if not sentence.has("evidence_nouns", "distanced"):
        beside.append("lack_heads")
    if reader.ours and not sentence.has("navigation_words"):
        for span in sentence.of(*beside):
            if not reader.is_common(span):
                return "legs, nights or lack beside what is sold here"
    return ""


def _alarming(reader: Reader) -> str:
    """What keeps a sentence from being recognised: praise, a change, a bad night, a benefit to a function."""
    sentence = reader.sentence
    if "worse" in sentence.lemmas and not reader.ours:
        return ""
    mine = covered(reader.ours)
    touches = (
        sentence.has("functions", "states")
        or bool(reader.sick)
        or bool(reader.ours and lemmas_of("night_words") & set(sentence.lemmas))
    )
    reports = sentence.has("missing_words", "null_results", "study_words") or reader.cautions()
    for span in sentence.of(
        "praise", "change_words", "strong_verbs", "night_paraphrases", "benefit_nouns", "benefit_verbs"
    ):
        if set(range(span.start, span.end)) <= mine or reader.is_common(span):
            continue
        heavy = {"praise", "strong_verbs"} & span.classes
        if not heavy and (reports or not (touches or {"change_words", "night_paraphrases"} & span.classes)):
            continue
        if reader.held(span.start, span.end) or reader.by_another(span):
            continue
        return sentence.phrase(span.start, span.end)
    return ""
