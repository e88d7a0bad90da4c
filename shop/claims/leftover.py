"""What is left over in a sentence that could carry a promise, once the words that only tell facts are taken away.

A list of promising words is never complete, so it is the other way round. Of what is sold here only the verbs of a
closed list are plain. Any other verb, a word of how somebody feels or sleeps, a turn for the better, a comparison or
something done to a person makes the sentence wait. It doesn't where an honest frame governs that very word, or where
the sentence is of a kind that must name such things: a study told as one, missing evidence, a caution.
"""

from shop.claims import frames
from shop.claims.acting import can_be_verb, is_verb
from shop.claims.hinted import beside_a_medicine, hinted
from shop.claims.phrases.evidence import DESIGN, PARTICIPANTS, SIZE
from shop.claims.phrases.times import AFTER_A_WHILE
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence, covered
from shop.claims.topic import NOBODY, OTHER, OURS, asks_openly, first_part, points, topic_of
from shop.claims.words import lemmas_of

# What names a thing as such: the words of these terms carry nothing by themselves.
THINGS = (
    "ours_words", "others", "medicine_words", "study_words", "missing_words", "null_results", "unproven_after",
    "safety_words", "law_bodies", "ailments", "plain_ailments", "symptoms", "evidence_nouns",
)  # fmt: skip
FACTS = ("amount_words", "chemistry_words", "food_words")
MODALS = lemmas_of("modals")
PERSONS = lemmas_of("persons")
READERS = lemmas_of("readers")
PARTICLES = lemmas_of("particles")
PLAIN_PARTS = lemmas_of("parts_told_of")
INNER_PARTS = frozenset({"brain", "nerve", "muscle"})
AN_ADVERB = lemmas_of("between_verbs")
A_FEW_WORDS = 9  # up to which a line without a verb is a heading


def leftover(reader: Reader) -> str:
    """The first words of a sentence that could carry a promise, with nothing that holds them; else “”."""
    topic, sentence = topic_of(reader), reader.sentence
    if asks_openly(sentence):
        return ""
    if said := hinted(reader):
        return said
    later = AFTER_A_WHILE.search(sentence.text)
    if later and topic == NOBODY and not DESIGN.search(reader.around.paragraph):
        return later[0]
    if topic == OTHER:
        return beside_a_medicine(sentence)
    if is_reported(reader):
        return ""
    return _of_ours(reader) if topic == OURS else _of_nobody(reader)


def is_reported(reader: Reader) -> bool:
    """Whether evidence, its lack or a caution is what the sentence tells, in its main clause."""
    sentence = reader.sentence
    begins = first_part(sentence)
    missing = sentence.of("missing_words") if reader.is_open() else []
    if any(span.start >= begins for span in [*missing, *sentence.of("null_results", "unproven_after")]):
        return True
    if reader.cautions() and (lemmas_of("cautious") & set(sentence.lemmas) or reader.around.is_cautioned):
        return True
    told = f"{sentence.text} {reader.around.paragraph}"
    if sentence.has("study_words") and (SIZE.search(told) or DESIGN.search(told)):
        return True
    if lemmas_of("done_in_a_study") & set(sentence.lemmas) and (
        sentence.has("study_words") or SIZE.search(sentence.text)
    ):
        return True
    return bool(PARTICIPANTS.search(sentence.text) and DESIGN.search(told))


def _of_ours(reader: Reader) -> str:
    """Of what is sold here: a verb that is not plain, what is felt, a turn, a comparison, or what is done to somebody."""
    sentence = reader.sentence
    things, facts = covered(sentence.of(*THINGS)), covered(sentence.of(*FACTS))
    bodily = {
        span.start
        for span in sentence.of("functions", "states", "benefit_nouns")
        if not reader.is_common(span) and not {"safety_words", "body_parts"} & span.classes
    } - facts
    figures = sentence.has("amount_words")
    for place in _words(sentence):
        carries = place not in things and (
            place in bodily
            or _promises(sentence, place)
            or _unknown_verb(sentence, place, facts)
            or _acts(reader, place)
            or _your_body(sentence, place)
            or (not figures and (_is_compared(sentence, place) or _done_to_somebody(sentence, place)))
        )
        if carries and not (
            frames.governed(sentence, place, place + 1) or frames.mentioned(sentence, place, place + 1)
        ):
            return _phrase(sentence, place)
    return ""


def _of_nobody(reader: Reader) -> str:
    """Of what nobody is named for: what somebody feels, with a turn for the better or a result for the reader."""
    sentence = reader.sentence
    if reader.of_itself():
        return ""
    felt = {place for place in _words(sentence) if _is_felt(sentence, place)}
    for place in _words(sentence):
        carries = sentence.lemmas[place] in lemmas_of("puffed_words") or _idiom_on_somebody(sentence, place)
        carries = carries or (bool(felt) and _turns_felt(reader, place, felt))
        if carries and not frames.governed(sentence, place, place + 1):
            return _phrase(sentence, place)
    is_heading = "," in sentence.lemmas and len(sentence.lemmas) <= A_FEW_WORDS and not reader.has_verb()
    felt = {place for place in felt if sentence.lemmas[place] not in INNER_PARTS}
    return _phrase(sentence, min(felt)) if felt and (is_heading or not _describes(reader)) else ""


def _turns_felt(reader: Reader, place: int, felt: set[int]) -> bool:
    """Whether a word turns what is felt in the sentence to the better."""
    sentence = reader.sentence
    of_reader = sentence.lemmas[place] == "your" and {place + 1, place + 2} & felt
    return bool(
        (place not in felt and _promises(sentence, place))
        or (_is_compared(sentence, place) and "worse" not in sentence.lemmas)
        or _result(sentence, place)
        or _on_the_body(sentence, place)
        or sentence.lemmas[place] in lemmas_of("lack_metaphors")
        or (of_reader and not _advises(sentence))
        or (place not in felt and _unknown_verb(sentence, place, set()))
    )


def _promises(sentence: Sentence, place: int) -> bool:
    return (
        _is_felt(sentence, place)
        or _turns(sentence, place)
        or _less_felt(sentence, place)
        or sentence.lemmas[place] in lemmas_of("puffed_words")
    )


def _unknown_verb(sentence: Sentence, place: int, facts: set[int]) -> bool:
    return (
        sentence.lemmas[place] not in lemmas_of("plain_verbs")
        and place not in facts
        and is_verb(sentence, place)
    )


def _acts(reader: Reader, place: int) -> bool:
    """Whether what is sold here does it, and that is none of the few things that a product may be said to do."""
    sentence = reader.sentence
    before = place - 1
    while sentence.lemma_at(before) in lemmas_of("adverbs"):
        before -= 1
    one, word = sentence.lemmas[place], sentence.words[place]
    is_subject = one != "magnesium" and any(span.end == before + 1 for span in reader.ours)
    in_a_form = word != one and word.endswith("s") and can_be_verb(one)
    return is_subject and in_a_form and one not in lemmas_of("product_verbs")


def _less_felt(sentence: Sentence, place: int) -> bool:
    """“less tingling”, “fewer awakenings”."""
    if sentence.lemmas[place] not in {"less", "fewer"}:
        return False
    near = sentence.of("symptoms", "ailments", "night_paraphrases")
    return bool(set(sentence.lemmas[place + 1 : place + 3]) & lemmas_of("felt_words")) or any(
        place < span.start <= place + 2 for span in near
    )


def _describes(reader: Reader) -> bool:
    """Whether it tells of a condition, of what makes it worse, of something named, or what the reader may do."""
    sentence, before = reader.sentence, reader.around.before
    if sentence.has("ailments", "plain_ailments", "symptoms", "evidence_nouns", "study_words") or _advises(
        sentence
    ):
        return True
    if (
        before is not None
        and lemmas_of("condition_heads") & set(before.lemmas)
        and not reader.around.ours_goes_on
    ):
        return True
    if sentence.has("others", "medicine_words") and not points(sentence):
        return True
    return (
        bool((lemmas_of("condition_heads") | {"worse"}) & set(sentence.lemmas)) or reader.around.is_fragment
    )


def _advises(sentence: Sentence) -> bool:
    """Whether it tells the reader what to do with a part of the body or a room, or when something is felt."""
    done = (lemmas_of("moved_parts") | lemmas_of("things_to_do")) & set(sentence.lemmas)
    if "ask" in done and sentence.lemma_at(2) in lemmas_of("felt_words"):
        return False  # “ask your mattress”
    return bool(done) or sentence.has("symptoms")


def _words(sentence: Sentence) -> list[int]:
    return [
        place
        for place, one in enumerate(sentence.lemmas)
        if one[0].isalpha() and not sentence.is_idiom(place, place + 1)
    ]


def _phrase(sentence: Sentence, place: int) -> str:
    return sentence.phrase(place, min(len(sentence.lemmas), place + 3))


def _is_felt(sentence: Sentence, place: int) -> bool:
    """A word of bed, night, body or feeling; “dark” only as a time."""
    one = sentence.lemmas[place]
    if one == "dark":
        return sentence.lemma_at(place - 1) in {"after", "the"}
    return one in lemmas_of("felt_words")


def _turns(sentence: Sentence, place: int) -> bool:
    """“again”, “finally”, “try”, and not “try to”."""
    one = sentence.lemmas[place]
    return one in lemmas_of("turning_words") and not (one == "try" and sentence.lemma_at(place + 1) == "to")


def _is_compared(sentence: Sentence, place: int) -> bool:
    """“easier”, and not “easier to carry” or “best taken with food”."""
    following = sentence.lemma_at(place + 1)
    if following == "to" and sentence.lemma_at(place + 2) in lemmas_of("plain_verbs"):
        return False
    return sentence.lemmas[place] in lemmas_of("compared_words") and following not in lemmas_of("done_best")


def _your_body(sentence: Sentence, place: int) -> bool:
    return sentence.lemmas[place] == "your" and any(
        place < span.start <= place + 2 and sentence.lemmas[span.start] not in PLAIN_PARTS
        for span in sentence.of("body_parts", "leg_parts")
    )


def _done_to_somebody(sentence: Sentence, place: int) -> bool:
    """“gives you”, “lets your”: a light verb, and a person behind it; not “lets you measure”, “let us be plain”."""
    one, person, then = (sentence.lemma_at(place + step) for step in range(3))
    if one == "let" and (person == "us" or then in lemmas_of("plain_verbs")):
        return False
    return place > 0 and one in lemmas_of("acting_lightly") and person in PERSONS


def _idiom_on_somebody(sentence: Sentence, place: int) -> bool:
    """“let you down”, “gets you through”."""
    return _done_to_somebody(sentence, place) and bool(
        PARTICLES & set(sentence.lemmas[place + 2 : place + 4])
    )


def _result(sentence: Sentence, place: int) -> bool:
    """“you will”, “your evenings could”: a result for the reader, save what is to be read or found on the page."""
    lemmas = sentence.lemmas
    whose = READERS & set(lemmas[max(0, place - 2) : place])
    if lemmas[place] not in MODALS or not whose or sentence.lemma_at(place + 1) == "not":
        return False
    following = [one for one in lemmas[place + 1 : place + 4] if one not in AN_ADVERB]
    return "your" in whose or not (following and following[0] in lemmas_of("told_to_read"))


def _on_the_body(sentence: Sentence, place: int) -> bool:
    """“treat your legs to”: a verb on a part of the reader, other than moving it."""
    one = sentence.lemmas[place]
    return (
        sentence.lemma_at(place + 1) == "your"
        and sentence.lemma_at(place + 2) in lemmas_of("felt_words")
        and can_be_verb(one)
        and one not in lemmas_of("moved_parts")
    )
