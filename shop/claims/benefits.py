"""A benefit that something sold here is said to bring: to a condition, to a function of the body, or just praise."""

from shop.claims import frames
from shop.claims.phrases.told import SAID_BY_OTHERS
from shop.claims.reading import AMBER, BENEFITS, RED, UNRECOGNISED, Reader, Reading
from shop.claims.sentence import Span, covered
from shop.claims.words import lemmas_of

FUNCTION, BODY_PART = "function", "a part of the body"  # what a benefit is done to, as staff read it
TOUCHING_A_BODY = frozenset([FUNCTION, BODY_PART])


def claims(reader: Reader) -> Reading | None:
    """A benefit, done to a condition or a function, by what is sold here; or praise of it."""
    sentence = reader.sentence
    sick, mine = covered(reader.sick), covered(reader.ours)
    for span in [*sentence.of(*BENEFITS), *_keeps(reader)]:
        places = set(range(span.start, span.end))
        if "common_words" in span.classes and len(places) > 1:
            continue
        if places <= mine or (
            places <= sick and not {"change_words", "benefit_nouns", "calming"} & span.classes
        ):
            continue
        if not (reader.about_ours or reader.nobody) or reader.by_another(span):
            continue
        if "calming" in span.classes and _when_one_rests(reader, span):
            continue
        if "goes_by_itself" in span.classes and reader.of_itself():
            continue
        if not reader.ours and any(other.start >= span.end for other in sentence.of("others")):
            continue  # “cut down on coffee”
        if (
            not reader.ours
            and span.start
            and reader.is_common(span)
            and not (reader.around.is_fragment or reader.around.ours_goes_on or not reader.has_verb())
        ):
            continue
        if not reader.ours and (_advises_oneself(reader, span) or by_moving(reader)):
            continue
        target, kind = _target(reader, span)
        if target is None:
            continue
        # “You do not kick when magnesium eases restless legs”: what is denied stands before, and is no benefit.
        within = "leg_state" in target.classes and target.start < span.start and span.end <= target.end
        if reader.held(span.start, span.end) or (not within and reader.reached(target)) or reader.asks():
            continue
        if (studied := reader.studied(span)) is not None:
            if studied.colour == AMBER:
                reader.amber = reader.amber or studied
            continue
        phrase = sentence.phrase(min(span.start, target.start), max(span.end, target.end))
        if _is_done_to(reader, span):
            continue
        if kind == "condition":
            return Reading(RED, "claim", phrase)
        if (
            kind == "praise"
            and (reader.around.on_condition or _sure_for_sufferers(reader) or _works_for_it(reader, span))
            and not _told_as_said(reader)
        ):
            return Reading(RED, "praise", phrase)
        strong = not reader.is_common(span) or sentence.lemmas[span.start] in lemmas_of("supporting_verbs")
        if (
            kind in TOUCHING_A_BODY
            and strong
            and reader.law != "US"
            and reader.mine_before(span)
            and not reader.cautions()
        ):
            return Reading(RED, "function", phrase)
        reader.amber = reader.amber or Reading(AMBER, UNRECOGNISED, phrase, kind)
    return None


def _when_one_rests(reader: Reader, span: Span) -> bool:
    """The reader’s own rest, as when a symptom comes: “worse when you sit or lie still”, “hard to lie still”."""
    lemmas = reader.sentence.lemmas
    if reader.ours or lemmas[span.start] != "lie" or {"work", "help"} & set(lemmas):
        return False
    before = next((one for one in reversed(lemmas[: span.start]) if one not in RESTING), "")
    return before in WHEN or (not before and "worse" in lemmas)


WHEN = lemmas_of("before_resting")
RESTING = lemmas_of("said_of_resting")


def _advises_oneself(reader: Reader, span: Span) -> bool:
    """“It helps to tell your partner”: what the reader may do, and nothing that is taken or used."""
    sentence = reader.sentence
    before = [one for one in sentence.before(span.start, 3) if one not in MAY]
    return (
        before[-1:] == ["it"]
        and sentence.lemmas[span.start] == "help"
        and sentence.lemma_at(span.start + 1) == "to"
        and sentence.lemma_at(span.start + 2) in lemmas_of("things_to_do")
        and not sentence.has("serving_words")
    )


MAY = lemmas_of("it_may")


def by_moving(reader: Reader) -> bool:
    """“It disappears while you move”: what a symptom does, as “it” says, when a person moves."""
    lemmas = reader.sentence.lemmas
    return lemmas[0] in {"it", "this", "they"} and any(
        one in lemmas_of("joins_to_moving") and lemmas_of("moving") & set(lemmas[place + 1 : place + 5])
        for place, one in enumerate(lemmas)
    )


def _keeps(reader: Reader) -> list[Span]:
    """“Keeps bones strong”: the plain word is a benefit only with a part of the body after it."""
    return [
        Span(place, place + 1, frozenset({"benefit_verbs", "common_words"}))
        for place, one in enumerate(reader.sentence.lemmas) if one == "keep"
    ]  # fmt: skip


def advises_oneself(reader: Reader) -> bool:
    """Whether that is all that a sentence says, and nothing in it says how well it went."""
    spans = reader.sentence.of("benefit_verbs")
    return any(_advises_oneself(reader, span) for span in spans) and not reader.sentence.has(
        "praise", "change_words", "strong_verbs"
    )


def _is_done_to(reader: Reader, span: Span) -> bool:
    """A passive without a doer of ours: “then it should be treated”."""
    sentence = reader.sentence
    passive = sentence.lemma_at(span.start - 1) == "be" and sentence.words[span.start].endswith("ed")
    return passive and not set(sentence.lemmas[span.end : span.end + 4]) & lemmas_of("names_a_doer")


def _sure_for_sufferers(reader: Reader) -> bool:
    """Whether it is told as certain, to those who have it: “confirms what sufferers always knew”."""
    return reader.sentence.has("assertive") and (
        bool(reader.sick) or bool({"sufferer", "patient", "sleeper"} & set(reader.sentence.lemmas))
    )


def _works_for_it(reader: Reader, span: Span) -> bool:
    """“Many take magnesium against a stiff neck, and it works.”"""
    return (
        bool(reader.sick and reader.ours)
        and reader.sentence.lemmas[span.start] == "work"
        and not reader.around.is_fragment
    )


def _told_as_said(reader: Reader) -> bool:
    """Whether the words are quoted or reported: what others call it."""
    return (
        bool(frames.reported(reader.sentence))
        or reader.sentence.text.strip().startswith('"')
        or bool(SAID_BY_OTHERS.search(reader.sentence.text))
    )


def _target(reader: Reader, span: Span) -> tuple[Span | None, str]:
    """What a benefit is done to, and whether that is a condition, a function, or what is sold here (praise)."""
    sentence = reader.sentence
    clause = [one for one in reader.sick if sentence.same_clause(one.start, span.start)]
    light = reader.is_common(span) and sentence.lemmas[span.start] in lemmas_of("light_verbs")
    for one in clause:
        if (
            one.start <= span.start
            and span.end <= one.end
            and "leg_state" in one.classes
            and {"change_words", "calming"} & span.classes
        ):
            return one, "condition"
        if (
            one.start >= span.end
            and one.start - span.end <= 9
            and not light
            and not _turns(reader, span.end, one.start)
        ):
            return one, "condition"
        if (
            one.end <= span.start
            and span.start - one.end <= 7
            and (
                "goes_by_itself" in span.classes
                or ({"praise", "benefit_nouns"} & span.classes and not reader.is_common(span))
            )
            and not _turns(reader, one.end, span.start)
        ):
            return one, "condition"
    if reader.sick and not reader.is_common(span) and not reader.cautions():
        return reader.sick[0], "condition"
    if sentence.lemmas[span.start] == "keep" and reader.mine_before(span):
        near = [
            one for one in sentence.of("body_parts", "functions") if span.end <= one.start <= span.end + 2
        ]
        return (near[0], BODY_PART) if near else (None, "")
    if light:
        return None, ""
    weak = [
        one for one in sentence.of("functions", "states")
        if "safety_words" not in one.classes and span.end <= one.start <= span.end + 4 and sentence.same_clause(one.start, span.start)
    ]  # fmt: skip
    if weak and {"benefit_verbs", "strong_verbs", "benefit_nouns", "praise"} & span.classes:
        return weak[0], "function"
    parts = [
        one
        for one in sentence.of("body_parts", "leg_parts")
        if span.end <= one.start <= span.end + 4 and sentence.same_clause(one.start, span.start)
    ]
    if (
        parts
        and {"benefit_verbs", "benefit_nouns", "praise"} & span.classes
        and (not reader.is_common(span) or sentence.lemmas[span.start] in lemmas_of("good_for_a_part"))
    ):
        return parts[0], BODY_PART
    if not reader.is_common(span) and {"praise", "change_words"} & span.classes and reader.about_ours:
        return span, "praise"
    if sentence.lemmas[span.start] == "work" and reader.ours and _ends_here(reader, span):
        return span, "praise"
    return None, ""


def _ends_here(reader: Reader, span: Span) -> bool:
    rest = [one for one in reader.sentence.lemmas[span.end :] if one[0].isalnum()]
    return len(rest) <= 1


def _turns(reader: Reader, start: int, end: int) -> bool:
    """Whether what is between begins something else: a condition, a reason, another sentence's part."""
    return bool(lemmas_of("begins_another_part") & set(reader.sentence.lemmas[start:end]))
