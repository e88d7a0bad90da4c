"""Honest frames: the closed list of ways in which a sentence names a benefit without claiming it.

A frame excuses what it governs, in its own clause: “has not been shown to relieve”, “no trial shows that … helps”,
“whether … eases”. A negation anywhere else excuses nothing: “relieves … and does not make you drowsy”.
"""

from shop.claims.phrases.praise import NOTHING_LIKE_IT
from shop.claims.sentence import Sentence, covered
from shop.claims.words import lemmas_of, vocabulary

# By class its terms of one word.
SINGLE = {name: frozenset(term for term in terms if " " not in term) for name, terms in vocabulary().items()}
NEGATORS = SINGLE["negators"]
BREAKERS = SINGLE["breakers"]
EVIDENCE = SINGLE["evidence_nouns"]
TRANSPARENT = EVIDENCE | SINGLE["transparent"] | SINGLE["saying_verbs"] | SINGLE["evidence_verbs"]
PRESUPPOSE = lemmas_of("presupposing")
ASKING = lemmas_of("asking_verbs")
REMEMBERED = lemmas_of("remembered")
HELPING = lemmas_of("helping_verbs")
ADVERBS = lemmas_of("adverbs")


def governed(sentence: Sentence, start: int, end: int) -> str:
    """The frame that governs the words from `start` to before `end`; "" if none does."""
    return before(sentence, start) or _after(sentence, end)


def governed_or_denied(sentence: Sentence, start: int, end: int) -> str:
    """Like `governed`, for words that a pattern found: their denial may stand among them, “may not help”."""
    return governed(sentence, start, end) or _inside(sentence, start, end)


def before(sentence: Sentence, start: int) -> str:
    """The frame that stands before it and reaches it."""
    return _reaching(sentence, start) or _nothing_shows(sentence, start)


def _reaching(sentence: Sentence, start: int) -> str:
    """The nearest, found word by word backwards; what can't be passed ends the search."""
    lemmas, transparent, things = sentence.lemmas, _reached_through(sentence), _things(sentence)
    ends = {span.end: span for span in sentence.of("doubters")}
    evidence = asked = False
    benefits = covered(sentence.of("benefit_verbs", "strong_verbs"))
    unknown = 0
    for place in reversed(range(start)):
        if (
            place + 1 in ends
            and _reaches(sentence, ends[place + 1].end, start)
            and not _denied_again(sentence, ends[place + 1].start)
        ):
            return sentence.phrase(ends[place + 1].start, ends[place + 1].end)
        one = lemmas[place]
        if one in {";", ":", "–", "\n", ".", "!", "?"} or (one == "but" and place):
            return ""
        if one == "," and not asked:
            # A list goes on over commas; a new clause doesn't.
            following = place + 1 + (sentence.lemma_at(place + 1) in {"or", "and"})
            named = place - 1 in benefits or sentence.lemma_at(place - 1) == "diagnose"
            if not _list_comma(sentence, place) and not (named and following in benefits):
                return ""
            continue
        if one == "whether" or (one == "if" and place and lemmas[place - 1] in ASKING | {"of"}):
            return one
        if one in PRESUPPOSE or sentence.words[place] in REMEMBERED:
            return ""
        if one in BREAKERS:
            if one in lemmas_of("broken_by_evidence_alone") and evidence:
                continue
            return ""
        if one in NEGATORS:
            frame = _denial(sentence, place, start, evidence)
            return frame if frame and (not unknown or evidence) and not _denied_again(sentence, place) else ""
        if evidence and _little(sentence, place):
            return sentence.phrase(place, place + 1) + " evidence"
        if one in EVIDENCE:
            evidence = True
        if place in transparent or one in TRANSPARENT or sentence.words[place] in TRANSPARENT:
            continue
        if lemmas[place + 1] in {"or", "nor", "and", ","} and place in benefits:  # “to treat or prevent”
            continue
        if one in lemmas_of("ends_a_frame"):
            return ""
        if place - 1 in things or place + 1 in things:  # “Epsom salt baths”
            continue
        unknown += 1
        if unknown > 2:
            return ""
    return ""


SHOWING = lemmas_of("showing_verbs")
NOTHING = lemmas_of("nothing_words")


def _nothing_shows(sentence: Sentence, start: int) -> str:
    """“Nothing in this article shows that …, in any form, helps”: what begins with nothing and ends with “that”.

    Not “nothing shows that it fails”, nor “nothing but ours shows that …”.
    """
    lemmas = sentence.lemmas
    if lemmas[0] not in NOTHING or NOTHING_LIKE_IT.search(" ".join(lemmas[1:])):
        return ""
    for place in range(2, min(start, 12)):
        if lemmas[place] == "that" and lemmas[place - 1] in SHOWING:
            rest = {*lemmas[1:start]} & (BREAKERS | NEGATORS | lemmas_of("breaks_nothing_shows"))
            return "" if rest - {"any"} else sentence.phrase(0, place + 1)
    return ""


def _denial(sentence: Sentence, place: int, start: int, evidence: bool) -> str:
    """Whether a negator that reaches what is said denies it, or is praise: “nothing relieves … like”."""
    lemmas = sentence.lemmas
    one, following = lemmas[place], sentence.lemma_at(place + 1)
    if (following in BREAKERS and following != "need") or (one == "not" and following == "every"):
        return ""
    if one in {"not", "never"}:
        denied = [near for near in range(place + 1, start) if lemmas[near] not in ADVERBS | HELPING][:1]
        # What is denied is the verb itself, or that somebody shows or says it; “can’t sleep find relief” is neither.
        if any(lemmas[near] not in TRANSPARENT and near not in _things(sentence) for near in denied):
            return ""
    if one == "without" and not evidence:
        return ""
    if one in lemmas_of("hardly") and following in lemmas_of("after_hardly") and not evidence:
        return ""
    if (
        one in lemmas_of("nothing_words")
        and (NOTHING_LIKE_IT.search(" ".join(lemmas[place:])) or _without_ours(sentence))
        and not evidence
        and "placebo" not in lemmas
    ):
        return ""
    # “Doesn’t magnesium relieve …?” asks for a yes.
    if sentence.is_question and one == "not" and place <= 2:
        return ""
    return sentence.phrase(place, min(place + 2, start))


def _without_ours(sentence: Sentence) -> bool:
    """“Without our powder nothing calms …” is praise."""
    return any("without" in sentence.before(span.start, 2) for span in sentence.of("ours_words"))


LIES = lemmas_of("lies")


def _denied_again(sentence: Sentence, place: int) -> bool:
    """Whether a denial is itself denied: “we’d be lying if we said it doesn’t”, “not one came back to say it failed to”."""
    before = sentence.lemmas[:place]
    if set(before) & LIES or ("let" in before and {"not", "never"} & set(before)):
        return True
    fails = sentence.lemmas[place] in {"fail", "unable"}
    return fails and bool(set(before) & lemmas_of("denies_failing"))


def _reached_through(sentence: Sentence) -> set[int]:
    """The places of words of ours, of conditions and bodies: a denial reaches through them to the verb."""
    found: set[int] = set()
    for span in sentence.of(
        "ours_words",
        "ailments",
        "symptoms",
        "leg_parts",
        "body_parts",
        "others",
        "people",
        "study_words",
        "authorities",
    ):
        found.update(range(span.start, span.end))
    found.update(
        place
        for place, one in enumerate(sentence.lemmas)
        if one in sentence.names or one.isdigit() or one == "mg"
    )
    return found


def _things(sentence: Sentence) -> set[int]:
    found: set[int] = set()
    for span in sentence.of("ours_words", "others", "study_words", "benefit_nouns"):
        found.update(range(span.start, span.end))
    return found


def _list_comma(sentence: Sentence, place: int) -> bool:
    things = covered(sentence.of("ours_words", "others"))
    return place - 1 in things and place + 1 in things


def _little(sentence: Sentence, place: int) -> bool:
    return any(span.end == place + 1 for span in sentence.of("little"))


def _reaches(sentence: Sentence, doubt_end: int, start: int) -> bool:
    """Whether nothing but what a denial reaches through stands between a doubt and what is said."""
    between = sentence.lemmas[doubt_end:start]
    if sentence.lemmas[doubt_end - 1 : doubt_end] in (["that"], ["whether"]) and not {
        ",",
        ";",
        ":",
        "but",
        "–",
    } & set(between):
        return True
    through = _reached_through(sentence) | covered(sentence.of("functions", "benefit_nouns"))
    return all(
        place in through or sentence.lemmas[place] in TRANSPARENT or sentence.lemmas[place] == ","
        for place in range(doubt_end, start)
    )


def _inside(sentence: Sentence, start: int, end: int) -> str:
    for place in range(start, end):
        is_denied = place > start and sentence.lemmas[place] in {"not", "never", "no"}
        if is_denied and sentence.lemma_at(place + 1) not in BREAKERS:
            return sentence.phrase(place, end)
    return ""


def _after(sentence: Sentence, end: int) -> str:
    """A result that is none, or that the claim is unproven, said after it in the same clause, or, of what was only
    reported, in the next one."""
    is_reported = reported(sentence)
    for span in sentence.of("null_results"):
        if not _denied_again(sentence, span.start) and sentence.same_clause(end - 1, span.start):
            return sentence.phrase(span.start, span.end)
    if is_reported:
        for span in sentence.of("missing_words"):
            if span.start >= end and not sentence.same_clause(max(0, end - 1), span.start):
                return sentence.phrase(span.start, span.end)
    for span in sentence.of("unproven_after"):
        if span.start < end:
            continue
        same = sentence.same_clause(end - 1, span.start)
        between = sentence.lemmas[end : span.start]
        if same and "and" not in between and ("," not in between or is_reported):
            return sentence.phrase(span.start, span.end)
        if is_reported or sentence.lemmas[0] == "that" or "suggest" in between:
            return sentence.phrase(span.start, span.end)
    return ""


def reported(sentence: Sentence) -> str:
    """Whether the claim is told as somebody else’s: “is often said to”, “many websites say”."""
    found = sentence.of("reported")
    return sentence.phrase(found[0].start, found[0].end) if found else ""


def mentioned(sentence: Sentence, start: int, end: int) -> str:
    """Whether words stand in quotes as words: “we took the word ‘calming’ off our labels”."""
    if sentence.lemmas[:2] == ["myth", ":"]:
        return "myth"
    before, after = sentence.lemmas[:start], sentence.lemmas[end:]
    inside = before.count('"') % 2 and '"' in after and before[0] != '"'
    named = set(sentence.lemmas) & lemmas_of("named_as_words")
    return "quoted as words" if inside and named else ""


def denounced(sentence: Sentence) -> str:
    """Whether the sentence tells of a claim that was acted against, or may not be made."""
    bodies, acts = sentence.of("law_bodies"), sentence.of("denouncers")
    if not bodies or not acts or {span.start for span in bodies} == {span.start for span in acts}:
        return ""
    return sentence.phrase(acts[0].start, acts[0].end)


def rebuts(sentence: Sentence) -> bool:
    """Whether a sentence denies the one before it."""
    begins = [span for span in sentence.of("rebuttals") if span.start <= 1]
    if begins:  # not “no doubt”, “not only”, “nothing beats it”
        return sentence.lemma_at(begins[0].end) not in BREAKERS | {"beat"}
    return bool(sentence.of("unproven_after", "missing_words")) and not sentence.has("praise", "affirmers")


TOLD = lemmas_of("told_things")


def refers_back(sentence: Sentence) -> bool:
    """“That link has never been demonstrated”: what the sentence before said is named, and called unproven."""
    named = sentence.lemmas[0] in {"that", "this", "the"} and bool(TOLD & set(sentence.lemmas[:3]))
    return named and bool(sentence.of("unproven_after", "missing_words"))


def affirms(sentence: Sentence) -> bool:
    if sentence.has("missing_words", "null_results", "unproven_after"):
        return False
    return any(span.start <= 1 for span in sentence.of("affirmers")) and not rebuts(sentence)
