"""Who and what a sentence speaks of: what is sold here, and conditions in their own or other words."""

from shop.claims.sentence import Sentence, Span, covered
from shop.claims.words import lemmas_of

NOT_OURS_BEFORE = frozenset({"rather than", "other than", "instead of", "place of"})
SET_AGAINST = frozenset({"unlike", "nor", "versus", "vs"})


def _is_weak(sentence: Sentence, span: Span) -> bool:
    one = sentence.lemmas[span.end - 1]
    if one not in lemmas_of("weak_ours"):
        return False
    before = sentence.lemmas[max(0, span.start - 3) : span.start]
    if (
        set(before) & lemmas_of("pointing")
        or any(word.isdigit() for word in before)
        or set(before) & sentence.names
        or "magnesium" in before
    ):
        return False
    if span.end - span.start > 1 and set(sentence.lemmas[span.start : span.end]) & {
        "magnesium",
        "epsom",
        "bath",
        "mag",
    }:
        return False
    return not (
        ("the" in before and one in lemmas_of("ours_with_the"))
        or ("a" in before and one in lemmas_of("servings"))
    )


def ours_spans(sentence: Sentence) -> list[Span]:
    """The words for what is sold here, by brand too; not those that are only contrasted (“iron, not magnesium”)."""
    found = list(sentence.of("ours_words"))
    lemmas = [*sentence.lemmas, ""]
    found += [
        Span(place, place + 1, frozenset({"ours_words"}))
        for place, one in enumerate(sentence.lemmas)
        if one in sentence.names and lemmas[place + 1] not in lemmas_of("of_the_shop")
    ]
    others = covered(sentence.of("others", "medicine_words"))
    kept = []
    for span in found:
        places = range(span.start, span.end)
        if others.issuperset(places) or (
            span.start - 1 in others and sentence.lemmas[span.start] != "magnesium"
        ):
            continue
        if _contrasted(sentence, span) or _is_weak(sentence, span):
            continue
        kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def _contrasted(sentence: Sentence, span: Span) -> bool:
    place = span.start - 1
    while place >= 0 and sentence.lemmas[place] in lemmas_of("contrast_links"):
        place -= 1
    if place < 0:
        return False
    one = sentence.lemmas[place]
    if one == "not":
        return place > 0 and sentence.lemmas[place - 1] in {",", "and", "("}
    pairs = {" ".join(sentence.lemmas[first : first + 2]) for first in (place, max(0, place - 1))}
    return one in SET_AGAINST or bool(pairs & NOT_OURS_BEFORE)


def conditions(sentence: Sentence) -> list[Span]:
    """The words for an ailment, a symptom, or restless legs in other words."""
    found = list(sentence.of("ailments", "plain_ailments", "symptoms", "night_paraphrases"))
    tied = covered(sentence.of("benefit_verbs", "strong_verbs", "benefit_nouns"))
    for span in sentence.of("ailments_ambiguous"):
        before = sentence.lemmas[max(0, span.start - 2) : span.start]
        if (
            set(before) & {"for", "with", "against", "of", "from", "prevent", "your"}
            or span.start - 1 in tied
            or span.start - 2 in tied
        ):
            found.append(span)
    found += _legs(sentence)
    return sorted(found, key=lambda span: span.start)


def _legs(sentence: Sentence) -> list[Span]:
    """Legs with what they do or feel, near each other; “the kicking”; “for your legs”."""
    found = []
    for state in sentence.of("leg_states"):
        word = sentence.words[state.start]
        if (
            state.end - state.start == 1
            and state.start
            and sentence.lemmas[state.start - 1] in {"the", "your", "those", "my", "these", "her", "his"}
            and word.endswith(("ing", "ers", "les", "ies"))
            and sentence.lemmas[state.start] in lemmas_of("restless_words")
        ):
            found.append(Span(state.start, state.end, frozenset({"leg_state"})))
    for part in sentence.of("leg_parts"):
        before = sentence.lemmas[max(0, part.start - 3) : part.start]
        if (
            set(before) & {"for", "against", "lift", "give"}
            and set(before)
            & {"your", "my", "her", "his", "tired", "those", "these", "evening", "night", "heavy"}
            and sentence.lemmas[part.start] in {"leg", "calf", "limb"}
        ):
            found.append(Span(part.start, part.end, frozenset({"leg_state"})))
        elif (
            sentence.lemmas[part.start] in {"leg", "calf", "limb"}
            and part.start
            and sentence.lemmas[part.start - 1] in {"evening", "night", "bedtime"}
        ):
            found.append(Span(part.start - 1, part.end, frozenset({"leg_state"})))
    for part in sentence.of("leg_parts"):
        for state in sentence.of("leg_states", "change_words", "calming"):
            low, high = min(part.start, state.start), max(part.end, state.end)
            if "common_words" in state.classes and "leg_states" not in state.classes:
                reach = 3
            else:
                reach = 5
            if (
                "calming" in state.classes
                and not {"leg_states", "change_words"} & state.classes
                and sentence.lemmas[part.start] not in {"leg", "calf", "limb", "foot"}
            ):
                continue
            if (
                state.start != part.start
                and high - low <= reach + part.end - part.start
                and sentence.same_clause(low, high - 1)
            ):
                found.append(Span(low, high, frozenset({"leg_state"})))
                break
    return found
