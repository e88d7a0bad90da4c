"""What a product surface may say in a language: facts of a label, safety, and authorised sentences; of a body nothing.

The rules have the names that the English reading has, so that advice and reviews know them.
"""

from shop.claims.languages.article import sick
from shop.claims.languages.sentence import Sentence, Span
from shop.claims.reading import GREEN, RED, Reading

OUTSIDE_KINDS = frozenset({"cosmetic_topical", "bath_salt"})
# By class the rule that refuses it on a product; in the order in which they are told.
REFUSED = {
    "experience": "experience-on-a-product", "legs": "legs-on-a-product", "nights": "a-night-on-a-product",
    "states": "a-state-on-a-product", "body": "a-part-of-the-body-on-a-product", "uptake": "uptake-on-a-product",
    "authorities": "an-authority-on-a-product", "praise": "rank-on-a-product", "promising": "rank-on-a-product",
    "benefits": "a-benefit-on-a-product", "times": "a-time-of-day-on-a-product",
}  # fmt: skip
MAY_ON_SKIN = ("body", "benefits")  # classes of which words of cosmetics may stand on what is put on the skin
FEW = 3


def read_product(sentence: Sentence, kinds: tuple[str, ...]) -> Reading:
    if sentence.is_in("safety") and not sentence.is_in("breakers") and not sentence.has("strong", "praise"):
        return Reading(GREEN, "allowed", why="safety")
    for turn in sentence.lexicon.red:
        if match := turn.pattern.search(sentence.folded):
            return Reading(RED, turn.rule, sentence.phrase(*sentence.places(match)))
    for span in sick(sentence):
        return Reading(RED, "condition-on-a-product", sentence.phrase(span.start, span.end))
    outside = OUTSIDE_KINDS.issuperset(kinds) or (
        OUTSIDE_KINDS.issubset(kinds) and sentence.has("outside") and not sentence.has("swallowed")
    )
    fine = {span.start for span in sentence.of("of_cosmetics")} if outside else set()
    for name, rule in REFUSED.items():
        for span in sentence.of(name):
            if span.start not in fine and not _is_of_a_label(sentence, span):
                return Reading(RED, rule, sentence.phrase(span.start, span.end))
    return _unknown(sentence) or Reading(GREEN, "allowed", why="a fact")


def _is_of_a_label(sentence: Sentence, span: Span) -> bool:
    """Whether the words stand in a phrase that labels have, such as “laboratory tested” or “with a meal in the evening”."""
    match = sentence.is_in("of_labels")
    if not match:
        return False
    start, end = sentence.places(match)
    return start <= span.start < end


def _unknown(sentence: Sentence) -> Reading | None:
    """What speaks of the product, or to its reader, mostly in words that no label has."""
    told, unknown = 0, []
    for place, word in enumerate(sentence.words):
        if not word.isalnum() or len(word) < FEW:
            continue
        classes = sentence.lexicon.classes_of(word)
        if word[0].isdigit() or classes & {"label_facts", "facts", "of_cosmetics", "ours"}:
            told += 1
        elif "small_words" not in classes and word not in sentence.names:
            unknown.append(place)
    speaks = sentence.has("ours", "addressing") or sentence.is_question
    most = len(unknown) > told if speaks else len(unknown) > max(told, FEW)
    if not most:
        return None
    return Reading(
        RED, "no-fact-on-a-product", sentence.phrase(unknown[0], min(unknown[-1] + 1, unknown[0] + 6))
    )


def read_directions(sentence: Sentence) -> Reading:
    """Warnings and directions may name whom they warn and how to use it, and promise nothing."""
    if sentence.is_in("safety") and not sentence.has("strong"):
        return Reading(GREEN, "allowed", why="safety")
    for turn in sentence.lexicon.red:
        if match := turn.pattern.search(sentence.folded):
            return Reading(RED, turn.rule, sentence.phrase(*sentence.places(match)))
    for span in sick(sentence):
        return Reading(RED, "condition-in-directions", sentence.phrase(span.start, span.end))
    for span in sentence.of("nights"):
        if not _is_of_a_label(sentence, span):
            return Reading(RED, "night-in-directions", sentence.phrase(span.start, span.end))
    return Reading(GREEN, "allowed", why="safety or directions")
