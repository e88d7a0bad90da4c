"""Which kinds of sentence are recognised as allowed; what is of none of them waits for a person."""

from shop.claims import beside, frames
from shop.claims.benefits import advises_oneself, by_moving
from shop.claims.leftover import leftover
from shop.claims.phrases.amounts import FIGURE
from shop.claims.phrases.evidence import DESIGN, SIZE
from shop.claims.phrases.times import SINCE_THEN
from shop.claims.plainly import is_unplaced, names, plainly_told
from shop.claims.reading import (
    AMBER,
    DENOUNCED,
    EVIDENCE,
    EXCUSED,
    GREEN,
    UNRECOGNISED,
    Reader,
    Reading,
)
from shop.claims.said import WHAT_IS_ASKED
from shop.claims.sentence import Sentence, covered
from shop.claims.spoken import ours_spans
from shop.claims.topic import OTHER, OURS, asks_openly, first_part, practises, topic_of
from shop.claims.words import lemmas_of

# What it is found by, the rule, and what staff read of it. Evidence excuses naming a condition.
ALLOWED = (
    ("missing_words", EVIDENCE, "missing evidence"), ("study_words", EVIDENCE, "evidence"), ("null_results", EVIDENCE, "evidence"),
    ("unproven_after", EVIDENCE, "missing evidence"),
    ("safety_words", "allowed", "safety"), ("amount_words", "allowed", "amount"), ("chemistry_words", "allowed", "chemistry"),
    ("food_words", "allowed", "food"), ("navigation_words", "allowed", "about the page, the label or the shop"),
)  # fmt: skip


A_HEADING = 12  # words up to which a heading or an item only names what follows
MAYBE_STUDIES = lemmas_of("maybe_studies")
# Words of an amount, a food or the page tell what a sentence is about; what it ties together they don't.
NEUTRAL = frozenset({"amount_words", "chemistry_words", "food_words", "navigation_words"})
SHARE_OF_PEOPLE = lemmas_of("share_of_people")


def kind(reader: Reader) -> Reading:
    """Green for a sentence of a recognised allowed kind, or of nothing sold here; else it waits for a person."""
    sentence = reader.sentence
    if reader.excused:
        goes_on = _promised_beside(reader)
        if not goes_on and not _told_of_others(reader):
            goes_on = leftover(reader)
        return _waits(goes_on) if goes_on else Reading(GREEN, EXCUSED, why=reader.excused)
    if against := frames.denounced(sentence):
        return Reading(GREEN, DENOUNCED, why=against)
    if not reader.ours and by_moving(reader):
        return Reading(GREEN, "allowed", why="what happens when a person moves")
    if not reader.ours and advises_oneself(reader):
        return Reading(GREEN, "allowed", why="what the reader may do")
    drowned = topic_of(reader) != OTHER or (sentence.has("medicine_words") and not reader.cautions())
    if reader.around.is_strict and drowned and not _strongly_allowed(reader):
        return _waits(sentence.text, "in a text that is not recognised for a good part")
    if _result_without_size(reader):
        return Reading(AMBER, "study-without-size-and-design", sentence.text[:80])
    for look in SUSPECTED:
        if found := look(reader):
            return _waits(found)
    if asks_openly(sentence):
        return Reading(GREEN, "allowed", why="an open question")
    alarming = beside.alarming(reader) or (beside.legs_beside(reader) if reader.around.on_condition else "")
    if alarming and topic_of(reader) == OTHER and sentence.has("others", "medicine_words"):
        alarming = ""
    if alarming and (reader.about_ours or reader.nobody or reader.around.on_condition):
        return _waits(alarming)
    if sentence.has("others") and not reader.ours and not alarming:
        return Reading(GREEN, "allowed", why="about something not sold here")
    if not alarming:
        if covered(reader.ours).issuperset(range(len(sentence.lemmas))):
            return Reading(GREEN, "allowed", why="a name")
        for name, rule, why in ALLOWED:
            if name == "navigation_words" and is_unplaced(reader):
                continue
            if _is_of(reader, name) and not (name in NEUTRAL and _ties(reader)):
                return Reading(GREEN, rule, why=why)
        if sentence.is_question:
            return Reading(GREEN, "allowed", why="a question")
        if FIGURE.search(sentence.text) and not SHARE_OF_PEOPLE & set(sentence.lemmas):
            return Reading(GREEN, "allowed", why="a figure")
        if _denies(reader) and not is_unplaced(reader):
            return Reading(GREEN, "allowed", why="a denial, and nothing beside it")
    if not reader.ours and sentence.lemmas[0] in lemmas_of("directing_verbs"):
        return Reading(GREEN, "allowed", why="directions")
    if sentence.text.rstrip().endswith(":"):
        return Reading(GREEN, "allowed", why="leads on to what follows")
    in_a_line = not reader.around.is_fragment or len(sentence.lemmas) > A_HEADING
    waits = _waits_for_a_kind(reader) or (reader.about_ours and reader.around.on_condition)
    if in_a_line and (waits or is_unplaced(reader) or (topic_of(reader) == OURS and not names(sentence))):
        return _waits(sentence.text)
    return Reading(GREEN, why="says nothing of what is sold here")


def _told_of_others(reader: Reader) -> bool:
    """Whether it is told as what others say, as a myth, or asks what is known."""
    sentence = reader.sentence
    return (
        sentence.has("distanced", "reported")
        or bool(frames.denounced(sentence))
        or sentence.lemmas[0] == "myth"
        or reader.excused == WHAT_IS_ASKED
    )


def _is_of(reader: Reader, name: str) -> bool:
    """Whether a word tells the kind of a sentence: in its main clause, and not what is sold here itself."""
    sentence = reader.sentence
    begins, mine = first_part(sentence), covered(reader.ours)
    for span in sentence.of(name):
        lemma = sentence.lemmas[span.start]
        if name in NEUTRAL - {"amount_words"} and (
            span.start in mine or (lemma in lemmas_of("shop_things") and not mine)
        ):
            continue
        if (
            name == "study_words"
            and lemma in MAYBE_STUDIES
            and not sentence.has("evidence_nouns")
            and not SIZE.search(sentence.text)
        ):
            continue
        if name == "study_words" and sentence.lemmas[max(0, span.start - 1)] in lemmas_of(
            "before_a_verb_to_study"
        ):
            continue
        if name == "missing_words" and not reader.is_open():
            continue
        if name in NEUTRAL or span.start >= begins:
            return True
    return False


def _waits_for_a_kind(reader: Reader) -> bool:
    """Whether it speaks of what is sold here; what the shop does in plain words needs no other kind."""
    sentence = reader.sentence
    if topic_of(reader) != OURS:
        return False
    return bool(
        reader.ours
        or reader.about_ours
        or practises(sentence)
        or lemmas_of("shop_things") & set(sentence.lemmas)
        or sentence.has("serving_words", "seller_people")
        or lemmas_of("our_people") & set(sentence.lemmas)
    )


def _denies(reader: Reader) -> bool:
    """A denial, and not of what a medicine does, named just before."""
    sentence, before = reader.sentence, reader.around.before
    if before is not None and before.has("medicine_words") and not sentence.has("medicine_words"):
        return False
    for place, one in enumerate(sentence.lemmas):
        if (
            one == "not"
            and sentence.lemmas[place + 1 : place + 2]
            and sentence.lemmas[place + 1] in frames.BREAKERS - {"let"}
        ):
            return False
    return "not" in sentence.lemmas or sentence.words[0] in {"none", "no"}


def _waits(phrase: str, why: str = "") -> Reading:
    return Reading(AMBER, UNRECOGNISED, phrase[:80], why)


def _is_told(sentence: Sentence) -> bool:
    return bool(lemmas_of("storytellers") & set(sentence.lemmas)) or sentence.has("seller_people")


def _story(reader: Reader) -> str:
    """Somebody’s experience, in a text that shows products."""
    sentence = reader.sentence
    if not _is_told(sentence) or sentence.is_question:
        return ""
    quoted = sentence.text.lstrip()[:1] == '"' and {"i", "my", "me"} & set(sentence.lemmas)
    mine = {"i", "my", "me"} & set(sentence.lemmas)
    touched = (
        quoted
        or SINCE_THEN.search(sentence.text)
        or (
            sentence.has("seller_people")
            and {"it", "them"} & set(sentence.lemmas)
            and {"my", "our"} & set(sentence.lemmas)
        )
        or lemmas_of("felt_words") & set(sentence.lemmas)
        or lemmas_of("turning_words") & set(sentence.lemmas)
        or sentence.has("night_paraphrases", "change_words", "praise")
        or (
            sentence.has("seller_people")
            and {"take", "use", "order"} & set(sentence.lemmas)
            and topic_of(reader) == OURS
        )
        or (mine and sentence.has("symptoms", "ailments", "times"))
    )
    if not touched or reader.reports():
        return ""
    return "" if sentence.has("others") and not mine and not quoted else "a story"


def _hint(reader: Reader) -> str:
    """What lets the reader draw a conclusion that isn’t written."""
    sentence = reader.sentence
    for span in sentence.of("hints"):
        if "text" in sentence.lemmas[span.start : span.end] and {"not", "nothing", "no"} & set(
            sentence.lemmas
        ):
            continue
        said = sentence.lemmas[span.start : span.end]
        if {"fail", "disprove", "wrong"} & set(said) or not reader.held(span.start, span.end):
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
        if one not in lemmas_of("turns_to_a_promise") or not place:
            continue
        rest = [span for span in sentence.of(*PROMISED) if span.start > place and not reader.is_common(span)]
        told = any(span.start >= place for span in sentence.of(*TOLD_PLAINLY))
        if rest and not told:
            return sentence.phrase(place, rest[0].end)
        after = sentence.lemmas[place + 1 :]
        ours_say = set(after[:4]) & {"your", "our"} and (
            set(after) & lemmas_of("felt_words")
            or any(span.start > place for span in sentence.of("seller_people"))
        )
        if ours_say and not any(
            span.start >= place for span in sentence.of(*TOLD_PLAINLY) if "others" not in span.classes
        ):
            return sentence.phrase(place, min(len(sentence.lemmas), place + 4))
    return ""


def _ties(reader: Reader) -> bool:
    """Whether something sold here stands beside a condition, and nothing that reports, asks or leads on."""
    sentence = reader.sentence
    return bool(reader.ours and reader.ill()) and not (
        reader.reports()
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
        or sentence.has("null_results", "missing_words", "unproven_after")
        or any("study_words" not in span.classes for span in sentence.of("others"))
        or {"what", "how", "whether"} & set(sentence.lemmas)
    ):
        return False
    if not lemmas_of("outcomes") & set(sentence.lemmas) or not (
        lemmas_of("found") & set(sentence.lemmas)
        or "participant" in sentence.lemmas
        or {"rise", "fall", "cut"} & set(sentence.lemmas)
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
    uptake = lemmas_of("uptake") & set(sentence.lemmas)
    if reader.ours and uptake and lemmas_of("puffs_uptake") & set(sentence.lemmas) and not reader.reports():
        return "uptake"
    return ""


def _strongly_allowed(reader: Reader) -> bool:
    """What stays recognised in a text that otherwise is not: missing evidence, cautions, a study with its size,
    figures of the label, other remedies."""
    sentence = reader.sentence
    if sentence.has("hints") or _is_told(sentence) or beside.legs_beside(reader):
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


# What makes a sentence wait, of whatever kind it is, in the order in which it is looked for.
SUSPECTED = (
    leftover, _story, _hint, beside.body_beside, _asked_to_suggest, beside.pushes, beside.lack_felt, _promised_beside,
    plainly_told,
)  # fmt: skip
