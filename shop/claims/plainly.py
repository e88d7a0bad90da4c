"""What is told in plain words alone: who does what with something sold here, beyond the talk of a shop and of a page.

“Look at what sells out every November” promises in no word of any list. So here too it is the other way round: the
shop and the writer may say that they sell, write and check, the reader that he or she reads, compares and buys. What
anybody else does with it, how it sells, and what anybody wishes makes the sentence wait.
"""

from shop.claims.acting import can_be_verb
from shop.claims.leftover import is_reported
from shop.claims.phrases.amounts import FIGURE
from shop.claims.phrases.told import NOT_SAID, NOTHING_TO_DO_WITH, OF_A_CONDITION, SET_APART, THE_ONLY
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence, covered
from shop.claims.spoken import conditions, ours_spans
from shop.claims.topic import NOBODY, OTHER, antecedent, asks_openly, topic_of
from shop.claims.words import lemmas_of

SHOP, READER_SAYS = frozenset({"we", "i"}), frozenset({"you"})
NAMED = (
    "ailments", "plain_ailments", "symptoms", "others", "medicine_words", "food_words", "study_words", "null_results", "law_bodies",
    "missing_words",
)  # fmt: skip
OBJECTS = lemmas_of("told_objects")
NOT_A_SUBJECT_AFTER = lemmas_of("before_no_subject")
NO_OTHERS = SHOP | READER_SAYS | lemmas_of("no_others")
TELLS = (
    "evidence_nouns", "study_words", "safety_words", "food_words", "chemistry_words", "law_bodies", "authorities", "unproven_after",
    "others", "medicine_words", "body_parts", "amount_words",
)  # fmt: skip
NO_PARTS = lemmas_of("no_parts")
ANSWERS = lemmas_of("answers")
A_WORD = 3  # with its stop
SHORT = 7  # words up to which a heading only names what follows


def plainly_told(reader: Reader) -> str:
    """The words by which somebody does with it what no shop or page tells; else “”."""
    sentence = reader.sentence
    topic = topic_of(reader)
    if topic == OTHER or (sentence.has("others", "medicine_words", "law_bodies") and not reader.ours):
        return ""
    if asks_openly(sentence) or is_reported(reader) or sentence.has("safety_words") or reader.of_itself():
        return ""
    if found := NOT_SAID.search(sentence.text) or SET_APART.search(sentence.text):
        return found[0]
    shown = topic != NOBODY or _stands_for_it(reader)
    if shown and (found := THE_ONLY.search(sentence.text)) and not reader.sick:
        return found[0]
    return _doings(reader, shown) or _trade(reader)


def names(sentence: Sentence) -> bool:
    """Whether it names a condition, evidence, care, food or another thing, so that it can be told what it is about."""
    lemmas = set(sentence.lemmas)
    spans = [span for span in sentence.of(*TELLS) if sentence.lemmas[span.start] not in NO_PARTS]
    told = bool(spans or conditions(sentence)) or bool(
        (lemmas_of("condition_heads") | lemmas_of("placing_words")) & lemmas
    )
    return told or bool(OF_A_CONDITION.search(sentence.text)) or _works_on_the_page(sentence)


def _works_on_the_page(sentence: Sentence) -> bool:
    """“We searched in English only”, “I looked twice”."""
    acts = _act_of(sentence, 0) if sentence.lemmas[0] in SHOP else None
    return acts is not None and sentence.lemmas[acts] in lemmas_of("page_work")


def is_unplaced(reader: Reader) -> bool:
    """Whether nothing in a sentence, nor beside it in its paragraph, tells what it speaks of."""
    sentence = reader.sentence
    if topic_of(reader) != NOBODY or reader.around.is_fragment or names(sentence):
        return False
    if len(sentence.lemmas) <= A_WORD and sentence.lemmas[0] in ANSWERS:
        return False
    near = (reader.around.before, reader.around.after)
    return not any(one is not None and names(one) and not ours_spans(one) for one in near)


def _stands_for_it(reader: Reader) -> bool:
    """Whether “it”, “them” or “one” is an object, and nothing named stands for it."""
    lemmas = reader.sentence.lemmas
    has = any(
        one in OBJECTS
        and place
        and lemmas[place - 1] not in lemmas_of("small_words") - lemmas_of("before_an_object")
        for place, one in enumerate(lemmas)
    )
    is_named = antecedent(reader) and not reader.around.ours_goes_on
    return has and not is_named and not reader.sentence.has(*NAMED)


def _doings(reader: Reader, shown: bool) -> str:
    """A subject and what it does, beyond what the shop, the page and its reader do."""
    sentence = reader.sentence
    if reader.around.is_fragment and len(sentence.lemmas) <= SHORT and sentence.words[-1] != ".":
        return ""
    mine = covered(reader.ours)
    for place, one in enumerate(sentence.lemmas):
        if one in SHOP | READER_SAYS:
            acts = _act_of(sentence, place) if _is_subject(sentence, place, place) else None
            free = _free_to(one)
            is_told = (one in SHOP or shown) and acts not in mine
            if (
                is_told
                and acts is not None
                and sentence.lemmas[acts] not in free
                and not _none(sentence, acts)
            ):
                return sentence.phrase(place, acts + 2)
    return _others_do(reader) if shown else _story_of(sentence)


def _free_to(subject: str) -> frozenset[str]:
    if subject == "you":
        return lemmas_of("reader_does")
    return lemmas_of("shop_does") | (lemmas_of("writer_does") if subject == "i" else frozenset())


def _none(sentence: Sentence, acts: int) -> bool:
    return sentence.lemma_at(acts + 1) in {"no", "none", "nothing"}


def _is_subject(sentence: Sentence, start: int, end: int) -> bool:
    before = sentence.lemma_at(start - 1)
    if before in NOT_A_SUBJECT_AFTER or sentence.words[end] in {"me", "us"}:
        return False
    return sentence.lemmas[end] != "you" or before in lemmas_of("small_words") or not can_be_verb(before)


def _others_do(reader: Reader) -> str:
    """What anybody else does with it: buys, gives, keeps, recommends."""
    sentence = reader.sentence
    if (
        FIGURE.search(sentence.text)
        or NOTHING_TO_DO_WITH.search(sentence.text)
        or (sentence.has("evidence_nouns") and sentence.has("little"))
    ):
        return ""
    for start, end in _others(sentence):
        if not _is_subject(sentence, start, end):
            continue
        for place in range(end + 1, min(len(sentence.lemmas), end + 8)):
            does = sentence.lemmas[place] in lemmas_of("demanding") and sentence.same_clause(end, place)
            if (
                does
                and sentence.lemma_at(place - 1) not in lemmas_of("before_a_noun") - {"that"} | {"be"}
                and not _of_another(sentence, place)
            ):
                return sentence.phrase(start, place + 1)
    for place, one in enumerate(sentence.lemmas):
        does = place > 1 and one in lemmas_of("demanding_it") and sentence.lemma_at(place + 1) in OBJECTS
        if does and not lemmas_of("before_no_story") & set(sentence.before(place, 3)):
            return sentence.phrase(place - 1, place + 2)
    return _story_of(sentence)


def _of_another(sentence: Sentence, place: int) -> bool:
    """“people who take certain medicines”: what is done with something that is not sold here."""
    return any(place < span.start <= place + 3 for span in sentence.of("medicine_words", "others"))


def _story_of(sentence: Sentence) -> str:
    """What he or she, or somebody of the writer’s, does."""
    for place, one in enumerate(sentence.lemmas):
        if one in {"he", "she"} and (acts := _act_of(sentence, place)) is not None:
            return sentence.phrase(place, acts + 1)
    return ""


def _others(sentence: Sentence) -> list[tuple[int, int]]:
    """Those who are neither the shop nor the reader: where they begin and end."""
    found = [(span.start, span.end - 1) for span in sentence.of("people", "seller_people", "authorities")]
    named = lemmas_of("our_people") | lemmas_of("who_is_asked") | lemmas_of("quantified")
    found += [(place, place) for place, one in enumerate(sentence.lemmas) if one in named]
    return [(start, end) for start, end in found if sentence.lemmas[end] not in NO_OTHERS]


def _act_of(sentence: Sentence, subject: int) -> int | None:
    """The place of what a subject does: the first word that no helping verb or adverb is; None if it only is something."""
    place = subject + 1
    while sentence.lemma_at(place) in lemmas_of("helping_on"):
        place += 1
    one = sentence.lemma_at(place)
    if not one or not one[0].isalpha() or one in lemmas_of("small_words"):
        return None
    return place


def _trade(reader: Reader) -> str:
    """How it sells: “the orders keep coming”, “three returns in five years”, and no terms of delivery or payment."""
    sentence = reader.sentence
    lemmas = sentence.lemmas
    if lemmas_of("terms_of_trade") & set(lemmas) or sentence.has(*NAMED):
        return ""
    if reader.around.is_fragment and len(lemmas) < SHORT and SHOP & set(lemmas):
        return ""  # “The letters I get”
    for place, one in enumerate(lemmas):
        if (
            one in lemmas_of("trade_nouns")
            and sentence.words[place] != one
            and sentence.words[place].endswith("s")
        ):
            return sentence.phrase(place, place + 3)
        if one in {"sell", "run", "order"} and sentence.lemma_at(place + 1) == "out":
            return sentence.phrase(place, place + 2)
    return ""
