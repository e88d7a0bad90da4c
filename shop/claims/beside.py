"""What stands beside what is sold here and keeps a sentence from being recognised: a body, a night, a lack, praise."""

from shop.claims import frames
from shop.claims.phrases.amounts import FIGURE
from shop.claims.reading import Reader
from shop.claims.sentence import covered
from shop.claims.words import lemmas_of

LACKS = tuple(lemmas_of("lack_stems"))


def pushes(reader: Reader) -> str:
    """“Let magnesium carry some of the load”, “keeps you off the landing”: it acts on somebody, in no word of a benefit."""
    sentence = reader.sentence
    if reader.reports() or sentence.has("others") or FIGURE.search(sentence.text):
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


def lack_felt(reader: Reader) -> str:
    """“80 percent of us are deficient, and our legs pay the price”: a lack beside what is felt, with nothing reported."""
    sentence = reader.sentence
    lacks = [
        span for span in sentence.of("lack_heads", "lack_words") if sentence.lemmas[span.start].startswith(LACKS)
    ]  # fmt: skip
    if not lacks or sentence.has("others", "evidence_nouns", "distanced", "reported") or reader.reports():
        return ""
    felt = sentence.of("leg_parts", "night_paraphrases")
    return sentence.phrase(lacks[0].start, lacks[0].end) if felt else ""


def body_beside(reader: Reader) -> str:
    """What is sold here beside a function, a state or a part of the body, with nothing reported of them."""
    sentence = reader.sentence
    if not reader.ours or reader.reports() or sentence.has("others", "amount_words"):
        return ""
    known = covered(reader.ours) | covered(reader.sick)
    for span in sentence.of("functions", "states"):
        if not reader.is_common(span) and not set(range(span.start, span.end)) <= known:
            return sentence.phrase(span.start, span.end)
    parts = [span for span in sentence.of("leg_parts", "body_parts") if span.start not in known]
    if sentence.is_question and sentence.has("lack_heads") and parts:
        return "a lack, asked"
    return ""


def legs_beside(reader: Reader) -> str:
    """In a text on a condition: legs and nights beside what is sold here."""
    sentence = reader.sentence
    if reader.reports():
        return ""
    if reader.ours and not sentence.has("navigation_words"):
        named = covered(reader.sick)
        for span in sentence.of("leg_parts", "night_paraphrases", "body_parts"):
            if not reader.is_common(span) and span.start not in named:
                return "legs or nights beside what is sold here"
    return ""


def alarming(reader: Reader) -> str:
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
