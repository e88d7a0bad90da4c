"""A sentence as it is read, with what stands around it: who acts, and what holds a claim back."""

from dataclasses import dataclass, field
from itertools import takewhile

from shop.claims import frames
from shop.claims.phrases.evidence import DESIGN, PAST, SIZE
from shop.claims.sentence import Sentence, Span, covered
from shop.claims.spoken import conditions, ours_spans
from shop.claims.words import lemmas_of

RED, AMBER, GREEN = "red", "amber", "green"
UNRECOGNISED = "unrecognised"
EXCUSED, DENOUNCED, TAKEN_BACK, EVIDENCE = "excused", "denounced", "taken-back", "evidence"  # rules of green
EXCUSING = frozenset({EXCUSED, DENOUNCED, TAKEN_BACK, EVIDENCE})
BENEFITS = ("benefit_verbs", "strong_verbs", "benefit_nouns", "praise", "change_words", "calming")


@dataclass(frozen=True)
class Around:
    """What stands around a sentence: it decides what “it” is, what a heading governs, and what is taken back."""

    before: Sentence | None = None
    after: Sentence | None = None
    heading: Sentence | None = None
    paragraph: str = ""
    ours_goes_on: bool = False  # the sentence before speaks of what is sold here
    on_condition: bool = False  # the text is about a condition
    is_fragment: bool = False  # a heading, an item, a cell, an alt text
    is_cautioned: bool = False  # its heading says whom to ask, or who should not
    is_strict: bool = False  # much of the text waits for a person: nothing is read generously


@dataclass(frozen=True)
class Reading:
    """The colour, the rule and the words it rests on; `why`: the frame or kind that makes it green."""

    colour: str
    rule: str = ""
    phrase: str = ""
    why: str = ""


@dataclass
class Reader:
    """One sentence under one law. `excused`: the first honest frame met; `amber`: what waits unless something is red."""

    sentence: Sentence
    around: Around
    law: str
    excused: str = ""
    amber: Reading | None = None
    ours: list[Span] = field(default_factory=list)
    sick: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ours, self.sick = ours_spans(self.sentence), conditions(self.sentence)

    @property
    def about_ours(self) -> bool:
        return bool(self.ours) or (self.around.ours_goes_on and self.goes_on())

    def goes_on(self) -> bool:
        """Whether “it”, a practice or nobody is who acts, so that what was spoken of before still is."""
        return any(span.start <= 3 for span in self.sentence.of("carried")) or self.around.is_fragment

    @property
    def nobody(self) -> bool:
        """Whether nobody is named who acts: a pronoun, a heading, a practice, an experience, a time, a dose."""
        sentence = self.sentence
        if self.ours or sentence.has("others"):
            return False
        return (
            any(
                span.start == 0 or (span.start == 1 and sentence.lemmas[0] in lemmas_of("before_a_pronoun"))
                for span in sentence.of("carried")
            )
            or any(span.start <= 3 for span in sentence.of("dose_words"))
            or (len(sentence.lemmas) <= 6 and not self.has_verb())
        )

    def has_verb(self) -> bool:
        return bool(set(self.sentence.lemmas) & lemmas_of("verbs_at_least"))

    def by_another(self, span: Span) -> bool:
        """Whether something else than ours does it: it stands before, in the same clause, and ours does not."""
        sentence = self.sentence
        here = [
            other
            for other in sentence.of("others")
            if other.start < span.start and sentence.same_clause(other.start, span.start)
        ]
        passive = sentence.lemmas[span.end : span.end + 1] == ["by"] and any(
            other.start == span.end + 1 for other in sentence.of("others")
        )
        if not here:
            return (passive and not self.ours) or self._by_those_asked(span)
        mine = [
            one for one in self.ours if one.start < span.start and sentence.same_clause(one.start, span.start)
        ]
        if mine:
            if {"so", "thus", "therefore"} & set(sentence.lemmas[here[-1].end : span.start]):
                return False  # “Magnesium blocks calcium, so …”
            between = set(sentence.lemmas[mine[-1].start : here[-1].start])
            return bool(between) and not between & lemmas_of("joins_others")
        return not any(sentence.same_clause(span.start, one.start) for one in self.ours)

    def _by_those_asked(self, span: Span) -> bool:
        """“Doctors help people with it, and we sell magnesium”: they act, and what is sold here comes later."""
        lemmas = self.sentence.lemmas
        if not self.ours or any(one.start < span.end for one in self.ours):
            return False
        between = lemmas[span.end : self.ours[0].start]
        joints = [place for place, one in enumerate(between) if one in {"and", "but", ";"}]
        ours_acts = joints and not lemmas_of("done_with") & set(between[joints[-1] :])
        return bool(ours_acts and set(lemmas[: min(3, span.start)]) & lemmas_of("who_is_asked"))

    def is_open(self) -> bool:
        """Whether evidence is said to be missing; “whether” alone says it of what somebody knows, shows or tells."""
        sentence = self.sentence
        for span in sentence.of("missing_words"):
            said = sentence.lemmas[span.start : span.end]
            if said == ["whether"]:
                is_open = sentence.lemma_at(span.end) != "or" and bool(
                    lemmas_of("known_or_shown") & set(sentence.lemmas)
                )
            elif said in (["nobody", "have"], ["no", "one", "have"]):
                is_open = bool(lemmas_of("known_or_shown") & set(sentence.lemmas[span.end : span.end + 3]))
            else:
                is_open = True
            if is_open:
                return True
        return False

    def reports(self) -> bool:
        """Whether it tells evidence, its lack, or a caution."""
        told = self.sentence.has("null_results", "study_words", "unproven_after")
        return told or self.is_open() or self.cautions()

    def cautions(self) -> bool:
        """Whether it is about safety, by more than the name of a medicine."""
        if self.around.is_cautioned:
            return True
        medicine = covered(self.sentence.of("medicine_words"))
        return any(
            not medicine.issuperset(range(span.start, span.end)) for span in self.sentence.of("safety_words")
        )

    def held(self, start: int, end: int) -> bool:
        """Whether an honest frame governs it; it is remembered as the reason."""
        frame = (
            frames.governed(self.sentence, start, end)
            or frames.denounced(self.sentence)
            or frames.mentioned(self.sentence, start, end)
        )
        if frame and not self._is_symptom(start):
            self.excused = self.excused or frame
        return bool(frame)

    def _is_symptom(self, start: int) -> bool:
        """“legs won’t quit”: what a symptom is like, and no denial of a benefit."""
        denial = lemmas_of("says_of_a_symptom")
        words = list(takewhile(denial.__contains__, reversed(self.sentence.lemmas[:start])))
        parts = self.sentence.of("leg_parts", "body_parts")
        return bool(words) and any(span.end == start - len(words) for span in parts)

    def reached(self, target: Span) -> bool:
        """Whether a frame reaches what a benefit would be done to: “no cure for”."""
        frame = frames.before(self.sentence, target.start)
        self.excused = self.excused or frame
        return bool(frame)

    def of_itself(self) -> bool:
        """“It usually fades within weeks after the birth”: what the condition does, which the sentence before is about."""
        before, sentence = self.around.before, self.sentence
        if (
            before is None
            or self.ours
            or sentence.lemmas[0] not in {"it", "this"}
            or sentence.has("serving_words")
        ):
            return False
        return (
            bool(conditions(before))
            and not ours_spans(before)
            and not before.has("serving_words", "seller_people")
        )

    def is_common(self, span: Span) -> bool:
        return "common_words" in span.classes

    def mine_before(self, span: Span) -> bool:
        return any(
            one.start < span.start and self.sentence.same_clause(one.start, span.start) for one in self.ours
        )

    def studied(self, span: Span) -> Reading | None:
        """Green or amber for what a study found, told as such; None if it is told as a fact."""
        sentence = self.sentence
        told_on = sentence.lemmas[0] in lemmas_of("going_on") and bool(
            DESIGN.search(self.around.paragraph) and SIZE.search(self.around.paragraph)
        )
        if not (sentence.has("study_words") or told_on) or sentence.has("assertive", "hints"):
            return None
        if sentence.has("vague_study") and not SIZE.search(sentence.text):
            return None
        if "strong_verbs" in span.classes or "praise" in span.classes:
            return None
        word = sentence.words[span.start]
        if {"benefit_verbs", "change_words"} & span.classes and not (
            PAST.search(word) or self.past_near(span)
        ):
            return None
        around = f"{sentence.text} {self.around.paragraph}"
        if SIZE.search(around) and DESIGN.search(around):
            self.excused = "a study with its size and design"
            return Reading(
                GREEN, "study", sentence.phrase(span.start, span.end), "a study with its size and design"
            )
        return Reading(AMBER, "study-without-size-and-design", sentence.phrase(span.start, span.end))

    def past_near(self, span: Span) -> bool:
        near = self.sentence.words[max(0, span.start - 5) : span.start + 2]
        return any(PAST.search(word) for word in near)

    def asks(self) -> bool:
        """An open question, which an answer may settle either way."""
        sentence = self.sentence
        if self.around.is_fragment and not self.ours and sentence.lemmas[0] in lemmas_of("asking_heads"):
            return True  # a heading such as “What helps restless legs”
        if not sentence.is_question:
            return False
        suggests = any(span.start == 0 for span in sentence.of("suggestive_questions"))
        if suggests or sentence.lemmas[0] in {"how", "why"}:
            return sentence.lemmas[0] == "how" and sentence.lemma_at(1) in lemmas_of("after_how")
        return True

    def ill(self) -> list[Span]:
        """Conditions without symptoms that anything may have, such as dry skin: those count behind “for” alone."""
        return [
            one for one in self.sick
            if "symptoms" not in one.classes or {"for", "against", "with"} & set(self.sentence.before(one.start, 3))
        ]  # fmt: skip
