"""The claims check: what a text says that it must not, by law and surface. It finds problems; it clears nothing."""

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from shop.claims import efficacy
from shop.claims.efficacy import Said
from shop.claims.passages import Passage
from shop.claims.rules import (
    ALONE,
    AMBER,
    ARTICLE,
    CONDITION_RULES,
    GREEN,
    PRODUCT,
    RED,
    SAFETY,
    Rule,
    authorised,
    data,
    fixed_texts,
    rules,
    version,
)

KINDS = ("food_supplement", "cosmetic_topical", "bath_salt")
SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\d)[^.!?\n]+)*[.!?]*[”\"’')\]]*", re.DOTALL)
OURS = re.compile(data()["ours"], re.IGNORECASE)
EFFICACY_WHY = "Says or suggests that what we sell does something about a condition."
EFFICACY_ADVICE = (
    "Say what was tested, with size and design in the same paragraph, or that it has not been shown."
)
UNRECOGNISED = "unrecognised"  # the rule of sentences that wait for a person
ORDER = {RED: 0, AMBER: 1, GREEN: 2}


@dataclass(frozen=True)
class ClaimFinding:
    """Something said: how bad, by which rule and source, the phrase and its sentence, what could be said instead."""

    severity: str
    rule: str
    phrase: str
    sentence: str
    source: str
    advice: str
    why: str = ""
    place: str = ""  # as staff call where it stands
    key: str = ""  # of the block it stands in
    digest: str = ""  # of the words, for a tick of “no claim”; only where nothing recognised them

    def as_dict(self) -> dict:
        return asdict(self)


def normalise(text: str) -> str:
    """NFC, one kind of blank; line breaks stay, since they end sentences."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("\u00ad", "")
    return re.sub(r"[^\S\n]+", " ", text)


def sentences(paragraph: str) -> list[str]:
    found = [part.strip() for part in SENTENCE.findall(paragraph)]
    return [part for part in found if re.search(r"\w", part)]


def _allowed_removed(text: str, law: str, kinds: Iterable[str], mg_a_day: float | None) -> str:
    """Without authorised sentences that the product qualifies for, and without fixed texts."""
    for row in authorised(law):
        qualifies = set(row.applies_to) & set(kinds) and (mg_a_day is None or mg_a_day >= row.least_mg_a_day)
        if qualifies:
            text = re.sub(rf"{re.escape(row.text)}\.?", " ", text, flags=re.IGNORECASE)
    for fixed in fixed_texts():
        text = re.sub(re.escape(fixed), " ", text, flags=re.IGNORECASE)
    return text


def check(
    text: str, law: str, surface: str = ARTICLE, kinds: Iterable[str] = KINDS, mg_a_day: float | None = None
) -> list[ClaimFinding]:
    """The findings in plain text, worst first, else in the order of the text; green ones are left out.

    `surface`: article (with products), alone (article without), product, or safety (warnings and directions).
    `kinds`: of the products concerned. `mg_a_day`: elemental magnesium of the product, for authorised sentences;
    None where it is not known, which counts as enough.
    """
    found: list[ClaimFinding] = []
    before, in_force = "", version()
    for paragraph in _allowed_removed(normalise(text), law, kinds, mg_a_day).split("\n"):
        for sentence in sentences(paragraph):
            found += _check_sentence(sentence, before, paragraph, law, in_force, surface, tuple(kinds))
            before = sentence
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda finding: ORDER[finding.severity])


def check_passages(
    passages: Iterable[Passage],
    law: str,
    surface: str = ARTICLE,
    kinds: Iterable[str] = KINDS,
    mg_a_day: float | None = None,
    *,
    ticked: Container[str] = (),
) -> list[ClaimFinding]:
    """Like `check`, for a text whose parts are known; each finding says where it stands.

    `ticked`: the digests of sentences of which a person has said that they make no claim.
    """
    found = []
    for passage in passages:
        for finding in check(passage.text, law, surface, kinds, mg_a_day):
            found.append(replace(finding, place=passage.place, key=passage.key))
    return sorted(found, key=lambda finding: ORDER[finding.severity])


def worst(findings: Iterable[ClaimFinding]) -> str:
    return min(
        (finding.severity for finding in findings), key=lambda severity: ORDER[severity], default=GREEN
    )


# An article is checked again at every pause in typing, after every save and for every law: most of its sentences are
# the same as before. `_version` names the rules in force, so that none is remembered beyond them.
@lru_cache(maxsize=4096)
def _check_sentence(
    sentence: str, before: str, paragraph: str, law: str, _version: str, surface: str, kinds: tuple[str, ...]
) -> tuple[ClaimFinding, ...]:
    in_force = rules(law)
    on_product = surface in {PRODUCT, SAFETY}
    carried = bool(efficacy.ours_in(before)) and not efficacy.OTHERS.search(before)
    said = efficacy.read_sentence(sentence, carried=carried, paragraph=paragraph)
    if efficacy.YES.search(sentence) and before.endswith("?"):
        asked = efficacy.read_sentence(before.rstrip("?") + ".", paragraph=paragraph)
        if asked.colour == RED:
            said = efficacy.Said(RED, "answer", f"{before} {sentence}")
    if before.endswith("?") and said.colour == GREEN and efficacy.RECOMMENDS.search(sentence):
        both = f"{before.rstrip('?')}: {sentence}"
        if efficacy.CONDITION.search(before) and efficacy.ours_in(sentence):
            said = efficacy.Said(RED, "answer", both)
    found = []
    if said.colour != GREEN and not (surface == ALONE and said.colour == AMBER):
        found.append(
            ClaimFinding(
                severity=said.colour if surface != ALONE or said.colour == AMBER else RED,
                rule=f"efficacy: {said.kind}",
                phrase=said.phrase,
                sentence=sentence,
                source=_source(in_force, "unhedged-efficacy"),
                advice=EFFICACY_ADVICE,
                why=EFFICACY_WHY,
            )
        )
    for rule in in_force:
        if not set(rule.applies_to) & set(kinds) or (surface == SAFETY and rule.id in CONDITION_RULES):
            continue
        match = rule.pattern.search(sentence)
        if match is None:
            continue
        colour = _colour(rule, PRODUCT if on_product else surface, sentence)
        if colour == GREEN or (not on_product and _excused(rule, match, sentence, said)):
            continue
        if not on_product and not _about_ours(rule, sentence, carried):
            continue
        if rule.negation_ok and on_product and efficacy.governed(sentence, match.start(), match.end()):
            continue
        found.append(
            ClaimFinding(colour, rule.id, match.group(0), sentence, rule.source, rule.advice, rule.why)
        )
    return tuple(found)


OUTSIDE = re.compile(
    r"\b(?:spray\w*|oil|bath\w*|Epsom|salts?|soak\w*|skin|trans[\s-]?dermal|topical\w*|cream|lotion|rub\w*|flakes)\b",
    re.IGNORECASE,
)


def _about_ours(rule: Rule, sentence: str, carried: bool) -> bool:
    """In an article: a sentence that names nothing sold here is no claim about it, save for conditions and promises."""
    if rule.id in CONDITION_RULES or rule.id in {"guaranteed-result", "cure-word"}:
        return True
    if "food_supplement" not in rule.applies_to:
        return bool(OUTSIDE.search(sentence))
    return bool(efficacy.ours_in(sentence)) or (carried and bool(efficacy.PRONOUN.search(sentence)))


def _colour(rule: Rule, surface: str, sentence: str) -> str:
    colour = rule.colours[surface]
    if colour.endswith("_if_ours"):
        colour = (
            colour.removesuffix("_if_ours") if OURS.search(sentence) and efficacy.ours_in(sentence) else GREEN
        )
    return colour


# What `efficacy` reads with more care than a pattern can.
READ_BY_EFFICACY = {"treat-condition", "unhedged-efficacy", "unhedged-pronoun"}


def _excused(rule: Rule, match: re.Match, sentence: str, said: Said) -> bool:
    if rule.id in READ_BY_EFFICACY:
        return True
    if rule.id in CONDITION_RULES:
        return said.kind == "excused" or (bool(efficacy.ours_in(sentence)) and _reports_nothing(sentence))
    return efficacy.governed(sentence, match.start(), match.end()) or sentence.rstrip().endswith("?")


def _reports_nothing(sentence: str) -> bool:
    return bool(efficacy.NEGATORS.search(efficacy.ASSERTIVE.sub("", sentence)))


def _source(in_force: tuple[Rule, ...], rule_id: str) -> str:
    return next((rule.source for rule in in_force if rule.id == rule_id), "")
