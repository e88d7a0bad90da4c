"""What a sentence of an article says of what is sold here, in a language of words.json and frames.json.

Red where it says or suggests that something sold here does something about a condition, and no honest frame holds
that; amber where a person must look: a study without its size, a condition named, words of no recognised kind.
"""

from dataclasses import dataclass

from shop.claims.context import Neighbours
from shop.claims.languages.sentence import Sentence, Span, sentence_of
from shop.claims.passages import ALT, ANSWER, CELL, HEADING, ITEM, QUESTION, SOURCE, TITLE
from shop.claims.reading import AMBER, EVIDENCE, EXCUSED, GREEN, RED, TAKEN_BACK, UNRECOGNISED, Reading

NAMES_CONDITION = "names-condition"
SHORT = 12  # words of an answer that is nothing but its answer
FRAGMENTS = {ITEM, CELL, ALT}


@dataclass(frozen=True)
class Around:
    """What stands around a sentence, read in its language."""

    before: Sentence | None
    after: Sentence | None
    heading: Sentence | None
    near: Neighbours


def read_article(sentence: Sentence, near: Neighbours) -> Reading:
    def read(text: str) -> Sentence | None:
        return sentence_of(text, sentence.lexicon, sentence.names) if text else None

    around = Around(read(near.before), read(near.after), read(near.heading), near)
    if _is_cautioned(around) and not promises(sentence):
        return Reading(GREEN, "safety", why="an item of a caution")
    found = _by_parts(sentence, around)
    if near.part == SOURCE:
        return found if found.colour == RED and found.rule not in OF_TITLES else Reading(GREEN, EVIDENCE)
    if found.colour != RED and found.rule not in HELD:
        found = _governed(sentence, around) or found
    if found.colour == RED and _is_taken_back(sentence, around):
        return Reading(GREEN, TAKEN_BACK, found.phrase, "taken back by the next sentence")
    if found.colour == RED and near.part in {TITLE, HEADING, ITEM, QUESTION} and _is_quoted(sentence.text):
        return Reading(AMBER, UNRECOGNISED, found.phrase, "others’ words")
    return found


def _is_cautioned(around: Around) -> bool:
    """“Do not take it if”, “Ask first”: its items name whom it warns."""
    heading = around.heading
    return bool(around.near.part in {ITEM, CELL} and heading and heading.is_in("safety"))


def _is_quoted(text: str) -> bool:
    text = text.strip()
    return text.startswith('"') and text.rstrip("?.! ").endswith('"') and text.count('"') == 2


OF_TITLES = {"for-a-condition"}  # “Magnesium for muscle cramps” names what was studied, as titles do
HELD = {EXCUSED, EVIDENCE, "safety"}
ORDER = {RED: 0, AMBER: 1, GREEN: 2}


def _by_parts(sentence: Sentence, around: Around) -> Reading:
    """The worst of what is said one after the other; what the next part denies counts as reported."""
    parts = sentence.parts
    readings = []
    for place, part in enumerate(parts):
        found = _of_part(part, sentence, around)
        following = parts[place + 1] if place + 1 < len(parts) else None
        if found.colour != GREEN and following and part.is_in("reported") and following.is_in("rebuts"):
            found = Reading(GREEN, TAKEN_BACK, found.phrase, "taken back in the same sentence")
        readings.append(found)
    return min(readings, key=lambda found: ORDER[found.colour])


def held(sentence: Sentence) -> bool:
    """Whether a denial, a doubt or missing evidence holds what is said, and nothing undoes that."""
    return bool(sentence.is_in("excuses")) and not sentence.is_in("breakers")


def sick(sentence: Sentence) -> list[Span]:
    """Where a condition stands: its name, or a state of the legs that stands for it."""
    found = sentence.of("conditions")
    if sentence.has("legs") and sentence.has("leg_states"):
        found = [*found, *sentence.of("leg_states")]
    return found


def promises(sentence: Sentence) -> bool:
    return sentence.has("benefits", "praise")


def _of_part(part: Sentence, whole: Sentence, around: Around) -> Reading:
    is_held = held(part)
    if red := _turn(part, is_held, always=True):
        return red
    if part.is_in("safety") and not part.is_in("breakers") and not _strongly(part):
        return Reading(GREEN, "safety", why="safety")
    if red := _turn(part, is_held, always=False):
        return red
    if is_held:
        return Reading(GREEN, EXCUSED, why="denied, doubted or reported as not shown")
    return _claim(part, whole, around) or _kind(part, whole, around)


def _turn(part: Sentence, is_held: bool, *, always: bool) -> Reading | None:
    """A turn of phrase that is red by itself; one that is not so always passes where it is denied or asked."""
    if not always and (is_held or part.is_question):
        return None
    for turn in part.lexicon.red:
        asked = turn.always == always and (not turn.needs or part.has(*turn.needs))
        if asked and (match := turn.pattern.search(part.folded)):
            return Reading(RED, turn.rule, part.phrase(*part.places(match)))
    return None


def _strongly(part: Sentence) -> bool:
    """Whether a caution promises something too: “ask your doctor for the capsules that ease cramps”."""
    return bool(part.has("ours") and sick(part) and part.has("strong"))


def _claim(part: Sentence, whole: Sentence, around: Around) -> Reading | None:
    """A benefit for a condition or a function, of what is sold here; or of nobody, which waits."""
    if part.is_question and not part.is_in("rhetorical"):
        return None
    ailing = sick(part)
    ours = _is_ours(part, whole, around)
    benefits = part.of("benefits")
    if part.has("evidence"):
        return _study(part, ours, bool(ailing))
    if ailing and ours:
        others = part.has("others") and not part.has("ours")
        if others or (not benefits and (part.has("others") or part.is_in("neutral"))):
            return None
        if not benefits and not whole.has("ours", "serving"):
            return None  # a pronoun ties nothing
        first = (benefits or ailing)[0]
        return Reading(RED, "claim" if benefits else "for-a-condition", _between(part, first, ailing[0]))
    if ailing and benefits and not part.has("others"):
        if part.has("serving", "promising", "praise") or part.is_in("addressed"):
            return Reading(RED, "claim", _between(part, benefits[0], ailing[0]))
        return Reading(
            AMBER, UNRECOGNISED, part.phrase(benefits[0].start, benefits[0].end), "of nobody named"
        )
    if ours and benefits and part.has("states", "nights", "legs") and not part.is_in("neutral"):
        state = part.of("states", "nights", "legs")[0]
        return Reading(RED, "function", _between(part, benefits[0], state))
    if ours and part.has("praise") and around.near.on_condition and not part.is_in("reported"):
        return Reading(RED, "praise", part.phrase(part.of("praise")[0].start, part.of("praise")[0].end))
    return None


def _study(part: Sentence, ours: bool, ailing: bool) -> Reading | None:
    """What a study found: with how many people and how, it is evidence; without, a person looks."""
    if not ours or not (ailing or part.has("states", "nights")) or not part.has("benefits"):
        return Reading(GREEN, EVIDENCE, why="of a study") if ours or ailing else None
    if part.is_in("size") and part.is_in("design"):
        return Reading(GREEN, EVIDENCE, why="a study with its size and design")
    if part.has("strong") and not part.is_in("past"):
        return Reading(RED, "claim", part.phrase(part.of("strong")[0].start, part.of("strong")[0].end))
    first = part.of("benefits")[0]
    return Reading(AMBER, "study-without-size-and-design", part.phrase(first.start, first.end))


def _is_ours(part: Sentence, whole: Sentence, around: Around) -> bool:
    """Whether it speaks of what is sold here: by name, by a serving, or by a pronoun for what the last sentence named."""
    if part.has("ours", "serving") or (whole is not part and whole.has("ours") and not part.has("others")):
        return True
    before = around.before
    goes_on = before is not None and before.has("ours") and not before.has("others")
    if goes_on and not part.has("others") and any(span.start <= 1 for span in part.of("carried")):
        return True
    heading = around.heading
    return bool(
        around.near.part in FRAGMENTS
        and heading
        and heading.has("ours")
        and not heading.is_question
        and not part.has("others")
    )


def _kind(part: Sentence, whole: Sentence, around: Around) -> Reading:
    """No claim: of a recognised harmless kind, a condition that is named, or something that waits."""
    ailing = part.of("conditions")
    if part.is_question:
        return Reading(GREEN, "allowed", why="a question")
    ours = _is_ours(part, whole, around)
    promised = ("benefits", "states", "nights", *(("leg_states",) if part.has("legs") else ()))
    alarming = part.of("praise", "promising") or (ours and part.of(*promised))
    if alarming and not part.is_in("harmless") and not (part.has("others") and not ours):
        return Reading(AMBER, UNRECOGNISED, part.phrase(alarming[0].start, alarming[0].end), "not recognised")
    lacks = part.of("lack") if part.has("states", "nights", "legs", "conditions") else ()
    if lacks and (ours or not part.has("others")) and not part.is_in("neutral"):
        return Reading(
            AMBER, UNRECOGNISED, part.phrase(lacks[0].start, lacks[0].end), "a lack, and what is felt"
        )
    if (
        part.has("ours")
        and not part.is_in("harmless")
        and not part.has("facts", "label_facts", "evidence", "others")
    ):
        return Reading(AMBER, UNRECOGNISED, part.phrase(0, len(part.words)), "not recognised")
    if ailing:
        return Reading(AMBER, NAMES_CONDITION, part.phrase(ailing[0].start, ailing[0].end))
    if not part.has(*KNOWN) and len([word for word in part.words if word.isalpha()]) >= FEWEST_OF_A_LANGUAGE:
        return Reading(AMBER, UNRECOGNISED, part.phrase(0, len(part.words)), "not in this language")
    return Reading(GREEN, "allowed", why="says nothing of what is sold here")


KNOWN = ("small_words", "ours", "conditions", "benefits", "facts", "label_facts")
FEWEST_OF_A_LANGUAGE = 5


def _governed(sentence: Sentence, around: Around) -> Reading | None:
    """What a heading or a question makes of a sentence: “Against cramps” over “Magnesium citrate, one in the evening”."""
    if sentence.is_question or sentence.is_in("safety") or sentence.has("evidence"):
        return None
    whole = sentence.phrase(0, len(sentence.words))
    before = around.before
    asks = before if before and before.is_question else None
    if asks is None and around.near.part == ANSWER and around.heading and around.heading.is_question:
        asks = around.heading
    if asks and (sick(asks) or asks.has("nights", "states")) and not held(asks):
        if sentence.is_in("affirms") and asks.has("ours"):
            return Reading(RED, "claim", whole)
        short = len(sentence.words) <= SHORT or sentence.has("benefits") or sentence.is_in("lacks")
        if (
            sentence.has("ours", "serving")
            and not asks.has("ours")
            and short
            and not sentence.is_in("neutral")
        ):
            return Reading(RED, "for-a-condition", whole)
    heading = around.heading
    if heading and around.near.part in {ITEM, CELL} and sick(heading) and not heading.is_in("safety"):
        helps = heading.has("benefits") or heading.is_in("against")
        if helps and not held(heading) and sentence.has("ours", "serving") and not sentence.has("others"):
            return Reading(RED, "for-a-condition", whole)
    return None


def _is_taken_back(sentence: Sentence, around: Around) -> bool:
    """“One often reads that … . Studies don't bear that out.”"""
    after = around.after
    return bool(after and after.is_in("rebuts") and (sentence.is_in("reported") or sentence.is_question))


def _between(part: Sentence, one: Span, other: Span) -> str:
    return part.phrase(min(one.start, other.start), max(one.end, other.end))


def names_condition(sentence: Sentence) -> list[str]:
    """The phrases that name a condition, or a state of the legs that stands for it."""
    return [sentence.phrase(span.start, span.end) for span in sick(sentence)]
