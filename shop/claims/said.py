"""What else a sentence may not say of what is sold here: a dose, a lack as cause, an experience, a guarantee, a hint."""

from shop.claims import frames
from shop.claims.phrases.amounts import MILLIGRAMS, MILLIGRAMS_OR_GRAMS
from shop.claims.phrases.evidence import SIZE, WHAT_IS_KNOWN
from shop.claims.phrases.hints import IN_BRACKETS
from shop.claims.phrases.medicines import INSTEAD_OF, WITHOUT_ITS_EFFECTS
from shop.claims.phrases.stories import BEFORE_AND_AFTER, FIRST_PERSON, IN_QUOTES, MONEY_BACK, VERIFIED
from shop.claims.reading import AMBER, RED, UNRECOGNISED, Reader, Reading
from shop.claims.sentence import Span, covered
from shop.claims.words import lemmas_of


def through_skin(reader: Reader) -> Reading | None:
    if not lemmas_of("outside_words") & set(reader.sentence.lemmas):
        return None
    for span in reader.sentence.of("skin_ways"):
        if not reader.held(span.start, span.end) and not reader.studied(span) and not reader.asks():
            return Reading(RED, "through-the-skin", reader.sentence.phrase(span.start, span.end))
    return None


def against_medicine(reader: Reader) -> Reading | None:
    sentence = reader.sentence
    if not (
        reader.about_ours
        or reader.nobody
        or sentence.lemmas[0] in lemmas_of("puts_away")
        or sentence.has("serving_words", "seller_people")
    ):
        return None
    for span in sentence.of("medicine_words"):
        before = " ".join(sentence.before(span.start, 6))
        after = " ".join(sentence.lemmas[span.end : span.end + 3])
        found = INSTEAD_OF.search(before) or WITHOUT_ITS_EFFECTS.search(after)
        instead = bool(found) or _before_a_medicine(reader, span)
        instead = instead or _stopped_by_somebody(reader, span)
        near = set(sentence.before(span.start, 5))
        how_sold = sentence.lemmas[span.start] == "prescription" and near & {"sell", "sale", "available"}
        held = reader.held(max(0, span.start - 1), span.end)
        if instead and not how_sold and "buy" not in near and not held and not reader.cautions():
            return Reading(RED, "compared-with-a-medicine", sentence.phrase(span.start - 3, span.end))
    return None


def _stopped_by_somebody(reader: Reader, span: Span) -> bool:
    """“Many of our customers were able to stop their …”: what somebody no longer takes, beside what is sold here."""
    sentence, near = reader.sentence, reader.sentence.before(span.start, 4)
    told = sentence.has("seller_people") or bool(lemmas_of("storytellers") & set(sentence.lemmas))
    return told and bool(set(near) & lemmas_of("stopped") and set(near) & lemmas_of("somebodys"))


def _before_a_medicine(reader: Reader, span: Span) -> bool:
    """“Before you fill that script, give glycinate a month”: first ours, instead of what was prescribed."""
    lemmas = reader.sentence.lemmas
    near = reader.sentence.before(span.start, 6)
    first = "before" in near and "you" in near and set(near) & lemmas_of("before_medicine")
    return bool(first and reader.ours and lemmas_of("given_first") & set(lemmas))


def lack(reader: Reader) -> Reading | None:
    """That too little magnesium is behind a condition."""
    sentence = reader.sentence
    if not reader.sick or not reader.ours or not sentence.has("lack_words", "lack_heads"):
        return None
    for span in sentence.of("lack_words", "lack_heads", "cause_words"):
        if "cause_words" not in span.classes and not _near_ours(reader, span):
            continue
        if not any(sentence.same_clause(span.start, one.start) for one in reader.sick):
            continue
        if covered(reader.sick).issuperset(range(span.start, span.end)) or (
            sentence.has("others") and not _near_ours(reader, span)
        ):
            continue
        if (
            reader.held(span.start, span.end)
            or any(reader.held(one.start, one.end) for one in reader.sick)
            or reader.asks()
        ):
            continue
        if (
            sentence.has("safety_words", "missing_words", "unproven_after")
            or reader.studied(span) is not None
        ):
            continue
        return Reading(RED, "lack-as-cause", sentence.phrase(span.start, span.end))
    return None


def _near_ours(reader: Reader, span: Span) -> bool:
    return any(abs(one.start - span.end) <= 3 or abs(span.start - one.end) <= 3 for one in reader.ours)


def dose(reader: Reader) -> Reading | None:
    """How much of it, or when, for a condition."""
    sentence = reader.sentence
    if not (reader.sick or reader.around.on_condition) or not (reader.about_ours or reader.nobody):
        return None
    if not sentence.has("dose_words") and not _take_ours(reader):
        return None
    if sentence.has("others") and not reader.ours:
        return None
    if (
        MILLIGRAMS_OR_GRAMS.search(sentence.text)
        and not reader.cautions()
        and not sentence.has("study_words", "missing_words", "null_results", "unproven_after")
    ):
        for one in reader.sick:
            if "for" in sentence.before(one.start, 4) and not frames.before(sentence, one.start):
                return Reading(RED, "dose-for-a-condition", sentence.phrase(one.start - 4, one.end))
    heads = [
        span
        for span in sentence.of("imperatives")
        if (span.start <= 1 and not _is_noun(reader, span))
        or sentence.lemmas[span.start - 1] in lemmas_of("before_an_order")
    ]
    if not heads or reader.cautions() or reader.asks():
        return None
    span = heads[0]
    if reader.held(span.start, span.end):
        return None
    if reader.ill():
        return Reading(RED, "dose-for-a-condition", sentence.phrase(span.start, span.end))
    if reader.ours and span.start <= 1:
        reader.amber = reader.amber or Reading(
            AMBER, UNRECOGNISED, sentence.phrase(span.start, span.end), "dose"
        )
    return None


def _is_noun(reader: Reader, span: Span) -> bool:
    """“Spray, 100 ml”, and not “Spray it on”."""
    following = reader.sentence.lemmas[span.end : span.end + 1]
    return span.start in covered(reader.ours) and not lemmas_of("after_spray") & set(following)


def plan(reader: Reader) -> Reading | None:
    """So many mg, at a time, with a condition’s name and nobody’s report: “RLS plan: 100 mg at tea time”."""
    sentence = reader.sentence
    if not reader.sick or not MILLIGRAMS.search(sentence.text) or reader.cautions() or reader.asks():
        return None
    if sentence.has(*TOLD_OF_OTHERS) or SIZE.search(sentence.text):
        return None
    if any(frames.before(sentence, one.start) for one in reader.sick):
        return None
    if not (
        sentence.has("times", "night_paraphrases", "food_words")
        or {"week", "plan", "schedule"} & set(sentence.lemmas)
    ):
        return None
    return Reading(RED, "dose-for-a-condition", sentence.phrase(reader.sick[0].start, reader.sick[0].end))


TOLD_OF_OTHERS = (
    "others", "medicine_words", "study_words", "missing_words", "null_results", "unproven_after", "law_bodies"
)  # fmt: skip


def _take_ours(reader: Reader) -> bool:
    """“try magnesium”, “reach for our spray”."""
    heads = {span.end for span in reader.sentence.of("imperatives")}
    return any(set(range(one.start - 3, one.start + 1)) & heads for one in reader.ours)


def _is_testimonial(reader: Reader) -> bool:
    """Stars, “verified buyer”, or a quote in the first person with a name behind it."""
    text = reader.sentence.text.strip()
    if "★" in text or "⭐" in text or VERIFIED.search(text):
        return True
    return bool(IN_QUOTES.search(text)) and bool(FIRST_PERSON.search(text))


def _seller_says(reader: Reader) -> bool:
    """Whether buyers, readers or a quoted person speak, in a text on a condition."""
    quoted = reader.sentence.text.lstrip()[:1] in {'"', "★", "'"}
    return reader.around.on_condition and (reader.sentence.has("seller_people") or quoted)


def guarantee(reader: Reader) -> Reading | None:
    """Money back where the legs are no calmer: an effect is promised."""
    sentence = reader.sentence
    for span in sentence.of("guarantee_words"):
        if (
            (reader.sick or (sentence.has("leg_parts", "change_words") and reader.around.on_condition))
            and not reader.held(span.start, span.end)
            and not reader.asks()
        ):
            return Reading(RED, "guarantee", sentence.phrase(span.start, span.end))
    named = any(
        {"for", "or"} & set(sentence.lemmas[max(0, one.start - 2) : one.end + 3]) for one in reader.ill()
    )
    back = MONEY_BACK.search(sentence.text)
    if back and named and not sentence.has("negators", "law_bodies") and not reader.asks():
        return Reading(RED, "guarantee", back[0])
    return None


def hint(reader: Reader) -> Reading | None:
    """What is hinted at beside a condition, or that the seller advises something for one."""
    sentence = reader.sentence
    if not reader.sick or (sentence.has("others") and not reader.ours):
        return None
    if found := IN_BRACKETS.search(sentence.text):
        return Reading(RED, "hint", found[0])
    for span in sentence.of("hints"):
        if "text" in sentence.lemmas[span.start : span.end] and {"not", "nothing", "no"} & set(
            sentence.lemmas
        ):
            continue  # “the products beside this text are not intended for”
        if reader.about_ours or set(sentence.lemmas) & lemmas_of("seller_speaks"):
            return Reading(RED, "hint", sentence.phrase(span.start, span.end))
    ours_people = [span for span in sentence.of("seller_people") if "our" in sentence.before(span.start, 4)]
    if (
        ours_people
        and not reader.cautions()
        and not sentence.has("missing_words", "rebuttals", "null_results", "study_words")
    ):
        return Reading(RED, "hint", sentence.phrase(ours_people[0].start, ours_people[0].end))
    for place, one in enumerate(sentence.lemmas):
        if (
            one == "we"
            and sentence.lemma_at(place + 1) in lemmas_of("seller_advises")
            and not reader.cautions()
            and not sentence.has("others")
        ):
            return Reading(RED, "advice-for-a-condition", sentence.phrase(place, place + 2))
    return None


def experience(reader: Reader) -> Reading | None:
    """What somebody felt: a testimonial, or before and after."""
    sentence = reader.sentence
    if (sentence.has("others") and not reader.ours) or reader.of_itself():
        return None
    people = sentence.has("seller_people") or set(sentence.lemmas) & lemmas_of("told_by_somebody") or any(
        sentence.lemmas[span.start] not in lemmas_of("generic_people") for span in sentence.of("people")
    )  # fmt: skip
    before_after = BEFORE_AND_AFTER.search(" ".join(sentence.lemmas))
    if _is_testimonial(reader) and (reader.sick or reader.around.on_condition):
        return Reading(RED, "experience", sentence.text[:60])
    if (
        before_after
        and reader.sick
        and not sentence.has("others", "study_words", "missing_words")
        and sentence.lemmas[0] in lemmas_of("begins_with_time")
        and not reader.cautions()
    ):
        return Reading(RED, "before-and-after", sentence.text[:60])
    if not (people or before_after) or not (
        reader.about_ours or reader.nobody or (people and _seller_says(reader))
    ):
        return None
    for span in sentence.of("change_words", "praise", "benefit_verbs", "strong_verbs", "experience_verbs"):
        if (
            span.start in covered(reader.ours)
            or reader.is_common(span)
            or reader.held(span.start, span.end)
            or reader.studied(span) is not None
        ):
            continue
        if (
            sentence.has("study_words", "missing_words", "null_results") or reader.cautions()
        ) and "praise" not in span.classes:
            continue
        if (
            reader.sick
            or sentence.has("functions", "states", "times", "night_paraphrases")
            or reader.around.on_condition
        ) and not reader.asks():
            return Reading(RED, "experience", sentence.phrase(span.start, span.end))
    if (
        before_after
        and reader.ours
        and (reader.sick or sentence.has("times", "functions", "states"))
        and not reader.held(reader.ours[0].start, reader.ours[0].end)
        and not sentence.has("study_words", "safety_words")
    ):
        return Reading(RED, "before-and-after", sentence.text[:80])
    return None


WHAT_IS_ASKED = "it asks what is known"


WHY_BEAR = lemmas_of("why_bear")


def tied(reader: Reader) -> Reading | None:
    """What is sold here and a condition brought together in a clause, and nothing recognised that holds them apart."""
    sentence = reader.sentence
    if (
        sentence.is_question
        and sentence.lemmas[0] == "why"
        and sentence.lemma_at(1) in WHY_BEAR
        and reader.ours
        and reader.sick
    ):
        return Reading(RED, "for-a-condition", sentence.phrase(0, reader.sick[-1].end))
    sick = reader.ill() or [
        span for span in sentence.of("people") if sentence.lemmas[span.start] in lemmas_of("sufferers")
    ]
    if not sick or not reader.ours or reader.excused or reader.amber:
        return None
    if (
        reader.asks()
        or frames.denounced(sentence)
        or sentence.has("study_words", "missing_words", "null_results", "unproven_after")
        or reader.cautions()
    ):
        return None
    if (
        (sentence.is_question and sentence.lemmas[0] == "why")
        or (sentence.lemmas[0] == "for" and any(one.start <= 8 for one in sick))
    ) and (not sentence.has("others", "navigation_words", "evidence_nouns") or sentence.is_question):
        return Reading(RED, "for-a-condition", sentence.phrase(sick[0].start, sick[0].end))
    for one in sick:
        if frames.governed(sentence, one.start, one.end):
            continue
        if WHAT_IS_KNOWN.search(sentence.text) and not _directly_for(reader, one):
            reader.excused = WHAT_IS_ASKED
            continue
        together = any(sentence.same_clause(one.start, mine.start) for mine in reader.ours)
        if _others_act(reader) or not (together or sentence.has("dose_words")):
            continue
        if (
            sentence.has("navigation_words", "evidence_nouns") or _only_named(reader, one)
        ) and not _directly_for(reader, one):
            continue
        return Reading(RED, "for-a-condition", sentence.phrase(one.start, one.end))
    return None


def _others_act(reader: Reader) -> bool:
    """Whether something not sold here is what is spoken of, and not only what ours is set against."""
    sentence = reader.sentence
    for span in sentence.of("others"):
        if not set(sentence.before(span.start, 3)) & lemmas_of("set_aside_by"):
            return True
    return False


def _only_named(reader: Reader, one: Span) -> bool:
    """Whether a condition and what is sold here stand side by side, joined by “and” alone."""
    for mine in reader.ours:
        low, high = min(mine.end, one.end), max(mine.start, one.start)
        if lemmas_of("only_names").issuperset(reader.sentence.lemmas[low:high]):
            return True
    return False


def _directly_for(reader: Reader, one: Span) -> bool:
    """Whether “for” follows something sold here: “our range for”, “magnesium for”."""
    ends = {span.end for span in reader.ours}
    lemmas = reader.sentence.lemmas
    return any(
        place in ends and lemmas[place] in {"for", "against", "with"}
        for place in range(one.start - 4, one.start)
    ) and not set(reader.sentence.lemmas[: one.start]) & lemmas_of("told_for_evidence")
