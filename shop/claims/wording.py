"""What staff read about a sentence: what is wrong, by which source, and a wording that would do there."""

from dataclasses import dataclass

from shop.claims.languages import ENGLISH, known
from shop.claims.rules import ARTICLE, CONDITION_RULES, PRODUCT, SAFETY, Rule, in_language, rules, shipped

OUTSIDE_KINDS = frozenset({"cosmetic_topical", "bath_salt"})


@dataclass(frozen=True)
class Fault:
    """Why a reading is a finding, and the rule of rules.json whose source it rests on, the first that the law has."""

    why: str
    rest_on: tuple[str, ...]


CLAIM = ("unhedged-efficacy", "treat-condition", "disease-term")
FAULTS = {
    "claim": Fault("Says or suggests that something sold here does something about a condition.", CLAIM),
    "praise": Fault("Praises something sold here in a text on a condition, so it is praised for that.", CLAIM),
    "for-a-condition": Fault("Ties something sold here to a condition.", CLAIM),
    "advice-for-a-condition": Fault("Advises something sold here for a condition.", CLAIM),
    "dose-for-a-condition": Fault("Says how much, or when, to take or use for a condition.", CLAIM),
    "lack-as-cause": Fault("Says that too little magnesium is behind a condition.", ("deficiency-scare", *CLAIM)),
    "experience": Fault("Tells an experience that a seller may not claim.", CLAIM),
    "before-and-after": Fault("Shows a before and an after.", CLAIM),
    "guarantee": Fault("Promises an effect: money back where it does not come.", ("guaranteed-result", *CLAIM)),
    "hint": Fault("Lets the reader draw the conclusion that may not be written.", CLAIM),
    "through-the-skin": Fault("Says that magnesium gets through the skin.", ("transdermal-absorption", *CLAIM)),
    "compared-with-a-medicine": Fault("Compares with a medicine, or says that it replaces one.", ("medicine-comparison", *CLAIM)),
    "function": Fault("Says that it does something for the body that no authorised sentence says.", ("function-other", "function-calm-relax", *CLAIM)),
    "study-without-size-and-design": Fault("Tells a study’s result without how many people it had and how it was done.", CLAIM),
    "condition-in-directions": Fault("Names a condition in directions other than as a caution.", ("disease-term",)),
    "night-in-directions": Fault("Says to take or use it for the night, so that it is taken for sleep.", ("function-sleep", "disease-term")),
    "names-condition": Fault("It names a condition.", CLAIM),
    "unrecognised": Fault(
        "Says something of what is sold here, or of nobody named, that is no kind of sentence recognised as allowed. "
        "A person must look at it.",
        (),
    ),
}  # fmt: skip
ON_PRODUCT = Fault("What a product says of a body, an ailment, a time of day or an authority must be an authorised sentence word for word.", ("disease-term",))  # fmt: skip
NOT_SHOWN = (
    "Say what was tested, with size and design in the same paragraph, or that it has not been shown "
    "(“It has not been shown that magnesium eases …”)."
)
ADVICE = {
    "study-without-size-and-design": "Say in the same paragraph how many people took part, whether there was a placebo, and what is weak about it.",
    "dose-for-a-condition": "Leave the condition out and keep to the label: “Take 2 capsules a day with water and food.”",
    "experience": "Leave it out. What people felt is no evidence, and a seller answers for what it quotes.",
    "before-and-after": "Leave it out. What people felt is no evidence, and a seller answers for what it quotes.",
    "guarantee": "Offer the return without a condition: “You can send it back within 30 days.”",
    "hint": "Say it plainly in a way that is allowed, or leave it out.",
    "through-the-skin": "Say what is known: “A useful uptake through the skin has not been shown.”",
    "compared-with-a-medicine": "Leave the medicine out. As a caution: “Keep magnesium two hours apart from …; ask a pharmacist.”",
    "lack-as-cause": "Say what is known: “A lack of magnesium as a cause has been suggested, not shown.”",
    "condition-in-directions": "Say whom to ask: “Ask a doctor first if you have …”",
    "night-in-directions": "Say how much a day, and with what: “Take 2 capsules a day with water and food.”",
    "unrecognised": "If it makes no claim, have it ticked “no claim” with the reason. Else say what was tested, or leave it out.",
}  # fmt: skip
OF_DIRECTIONS = frozenset({"condition-in-directions", "night-in-directions"})
# Rules of rules.json whose advice does on every surface; that of the others is for articles.
FIT_EVERYWHERE = frozenset({"cure-word", "guaranteed-result", "doctor-endorsement", "topical-muscle-ache",
                            "internal-use-of-external", "us-sleep-external"})  # fmt: skip
SENTENCES = {
    "GB": "“Magnesium contributes to normal muscle function”",
    "EU": "“Magnesium contributes to normal muscle function”",
    "US": "“Magnesium supports normal muscle function.*”",
}


def advice_for(
    rule: str, surface: str, law: str, kinds: tuple[str, ...], language: str = ENGLISH
) -> tuple[str, str, str]:
    """(what would do there, what is wrong, the source) of a reading; the advice is lawful on that surface."""
    fault = FAULTS.get(rule, ON_PRODUCT)
    return _advice(rule, surface, law, kinds, language), fault.why, _source(fault.rest_on, law)


def words_of(
    rule: Rule, surface: str, law: str, kinds: tuple[str, ...], language: str = ENGLISH
) -> tuple[str, str]:
    """(what would do there, what is wrong) of a pattern that was found; the Owner's own rules speak for themselves."""
    if rule.id not in shipped():
        return rule.advice, rule.why
    if surface == ARTICLE and rule.id in CONDITION_RULES:
        return (
            "Nothing to change: products stand after the article.",
            "It names a condition, or describes one.",
        )
    only_outside = bool(kinds) and set(kinds) <= OUTSIDE_KINDS
    promises = rule.id.startswith(("function-", "fatigue-"))
    if (surface in {PRODUCT, SAFETY} or (promises and only_outside)) and rule.id not in FIT_EVERYWHERE:
        return _advice("function" if promises else "", surface, law, kinds, language), rule.why
    return rule.advice, rule.why


def _advice(rule: str, surface: str, law: str, kinds: tuple[str, ...], language: str) -> str:
    own = in_language(language)["advice"] if language in known() else {}
    said = own.get("sentence", SENTENCES[law])
    if surface == SAFETY:
        return ADVICE[rule] if rule in OF_DIRECTIONS else "Leave it out of warnings and directions."
    if surface == PRODUCT:
        if set(kinds) and set(kinds) <= OUTSIDE_KINDS:
            return "Leave it out. Say what it is and how it feels: “Unscented; leaves a mineral film on the skin.”"
        return f"Leave it out, or use an authorised sentence word for word, such as {said}."
    if rule == "function":
        if set(kinds) and set(kinds) <= OUTSIDE_KINDS:
            return "Leave it out."
        return f"Use an authorised sentence word for word, such as {said}, or leave it out."
    if rule not in ADVICE and own:
        return f"Say what was tested, with size and design in the same paragraph, or that it has not been shown ({own['not_shown']})."
    return ADVICE.get(rule, NOT_SHOWN)


def _source(rest_on: tuple[str, ...], law: str) -> str:
    by_id = {rule.id: rule.source for rule in rules(law)}
    return next(
        (by_id[name] for name in rest_on if name in by_id),
        "The shop’s rule: what is not recognised waits for a person." if not rest_on else "",
    )
