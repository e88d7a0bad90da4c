"""Who and what a sentence speaks of: what is sold here, and conditions in their own or other words."""

from shop.claims.phrases.contrasts import SET_AGAINST
from shop.claims.sentence import Sentence, Span, covered
from shop.claims.words import lemmas_of


def _is_weak(sentence: Sentence, span: Span) -> bool:
    one = sentence.lemmas[span.end - 1]
    if one not in lemmas_of("weak_ours"):
        return False
    before = sentence.before(span.start, 3)
    if (
        set(before) & lemmas_of("pointing")
        or any(word.isdigit() for word in before)
        or set(before) & sentence.names
        or "magnesium" in before
    ):
        return False
    if lemmas_of("names_of_ours") & set(sentence.lemmas[span.start : span.end]):
        return False
    return not (
        ("the" in before and one in lemmas_of("ours_with_the"))
        or ("a" in before and one in lemmas_of("servings"))
    )


def ours_spans(sentence: Sentence) -> list[Span]:
    """The words for what is sold here, by brand too; not those that are only contrasted (“iron, not magnesium”)."""
    found = list(sentence.of("ours_words"))
    found += [
        Span(place, place + 1, frozenset())
        for place, one in enumerate(sentence.lemmas)
        if one in sentence.names and sentence.lemma_at(place + 1) not in lemmas_of("of_the_shop")
    ]
    others = covered(sentence.of("others", "medicine_words"))
    kept = []
    for span in found:
        places = range(span.start, span.end)
        of_another = (
            span.start - 1 in others
            and sentence.lemmas[span.start] != "magnesium"
            and sentence.lemmas[span.start] not in sentence.names
        )
        if not (
            others.issuperset(places)
            or of_another
            or SET_AGAINST.search(" ".join(sentence.lemmas[: span.start]))
            or _is_weak(sentence, span)
        ):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def conditions(sentence: Sentence) -> list[Span]:
    """The words for an ailment, a symptom, or restless legs in other words."""
    found = list(sentence.of("ailments", "plain_ailments", "symptoms", "night_paraphrases"))
    tied = covered(sentence.of("benefit_verbs", "strong_verbs", "benefit_nouns"))
    for span in sentence.of("ailments_ambiguous"):
        before = sentence.before(span.start, 2)
        if set(before) & lemmas_of("before_a_common_ailment") or tied & {
            span.start - 1,
            span.start - 2,
        }:
            found.append(span)
    found += _legs(sentence)
    return sorted(found, key=lambda span: span.start)


LEGS = frozenset({"leg", "calf", "limb"})
RESTLESS_ENDINGS = tuple(lemmas_of("restless_endings"))


def _leg_state(start: int, end: int) -> Span:
    return Span(start, end, frozenset({"leg_state"}))


def _legs(sentence: Sentence) -> list[Span]:
    """Legs with what they do or feel, near each other; “the kicking”; “for your legs”."""
    found = [
        _leg_state(state.start, state.end)
        for state in sentence.of("leg_states")
        if sentence.lemmas[state.start] in lemmas_of("restless_words")
        and sentence.words[state.start].endswith(RESTLESS_ENDINGS)
        and sentence.lemma_at(state.start - 1) in lemmas_of("before_a_restless_noun")
    ]
    parts = sentence.of("leg_parts")
    for part in parts:
        before = set(sentence.before(part.start, 3))
        by_night = sentence.lemma_at(part.start - 1) in {"evening", "night", "bedtime"}
        if sentence.lemmas[part.start] in LEGS and (
            by_night or (before & lemmas_of("done_for_legs") and before & lemmas_of("of_whose_legs"))
        ):
            found.append(_leg_state(part.start - by_night, part.end))
    for part in parts:
        for state in sentence.of("leg_states", "change_words", "calming"):
            low, high = min(part.start, state.start), max(part.end, state.end)
            is_common = "common_words" in state.classes and "leg_states" not in state.classes
            reach = 3 if is_common else 5
            if (
                "calming" in state.classes
                and not {"leg_states", "change_words"} & state.classes
                and sentence.lemmas[part.start] not in LEGS | {"foot"}
            ):
                continue
            if (
                state.start != part.start
                and high - low <= reach + part.end - part.start
                and sentence.same_clause(part.start, state.start)
            ):
                found.append(_leg_state(low, high))
                break
    return found
