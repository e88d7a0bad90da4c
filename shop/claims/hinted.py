"""What promises by the turn of a phrase, in no word of its own: “call it placebo if you like”, “many doctors now suggest it”."""

import re

from shop.claims import frames
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence
from shop.claims.words import lemmas_of

SUGGESTIVE = re.compile(
    r"^(?:before|after)\s*:"
    r"|[,;] (?:it|they|this|that)(?: is| are|'s)? (?:just|simply|merely)\b"
    r"|\bno (?:more )?\w+, no \w+"
    r"|(?:, |– )(?:this|these) (?:is|are) "
    r"|\b(?:days|weeks?|month) from now\b"
    r"|[,;] (?:yet|but) .*\b(?:customers?|users?|regulars|buyers|owners)\b"
    r"|\bpiling up\b|\bmounting\b"
    r"|^(?:more \w+|\w+er) than\b.*\band\b"
    r"|\bgive (?:it|them|this|that) (?:\w+ ){0,3}(?:weeks?|nights?|months?|days?|evenings?|fortnight)\b"
    r"|\byou (?:don't|do not) need\b.*\byou need\b"
    r"|\bcall it\b.*\bif you (?:like|will|want)\b"
    r"|^unlike\b.*\b(?:ours?|we|it|this|magnesium)\b"
    r"|\band (?:the|your) (?:\w+ ){1,4}(?:stops?|dies?|fades?|quietens?|goes|go|settles?|melts?|lifts?|eases?|disappears?"
    r"|breathes?|relaxes|vanish(?:es)?)\b"
    r"|^there(?: is|'s) a reason (?!for|to)"
    r"|\bjust say(?:ing)?\b"
    r"|\bbut we (?:can|will)\b"
    r"|\b(?:with|for) good reason\b"
    r"|\b(?:needn't|need not) (?:be|have|feel|mean|end|come)\b",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"\b\d{1,2} ?(?:am|pm|o'clock)\b|\bhalf (?:past )?(?:six|seven|eight|nine|ten|eleven)\b", re.IGNORECASE
)
INSTEAD = re.compile(
    r"\byou (?:could|can|might|may) (?:just |simply |also |always )?"
    r"(?:keep|start|try|go|skip|spare|leave|put|do|begin|stay)\b",
    re.IGNORECASE,
)
WHOSE = frozenset(["your", "you", "us", "we", "our", "european", "american", "briton", "everyone", "anyone"])
REFILLED = frozenset({"store", "stores", "reserve", "flat", "tank"})
NO_MEDICINE_NEEDED = frozenset({"spare", "hooked", "groggy", "altogether"})


def hinted(reader: Reader) -> str:
    """The words that suggest it, whoever is spoken of; else “”."""
    sentence = reader.sentence
    if found := SUGGESTIVE.search(sentence.text):
        return (
            "" if {"not", "nobody"} & set(found[0].lower().split()) and "need" not in found[0] else found[0]
        )
    for look in (_works, _outdoes_a_medicine):
        if said := look(reader):
            return said
    for look_at in (_vouches, _lacks, _spins, _customers_say, _at_the_clock):
        if said := look_at(sentence):
            return said
    return ""


def _phrase(sentence: Sentence, place: int) -> str:
    return sentence.phrase(place, min(len(sentence.lemmas), place + 3))


def _works(reader: Reader) -> str:
    """“It works, and nobody can say why”: what follows takes nothing back."""
    sentence = reader.sentence
    if sentence.has("reported", "distanced", "law_bodies"):
        return ""
    for place, one in enumerate(sentence.lemmas):
        acts = sentence.lemma_at(place - 1) in {"it", "this", "they"} or any(
            span.end == place for span in reader.ours
        )
        ends = sentence.lemma_at(place + 1) in {",", ".", "!", ";", "and", ""}
        if one == "work" and place and acts and ends and not frames.before(sentence, place):
            return _phrase(sentence, place - 1)
    return ""


def _vouches(sentence: Sentence) -> str:
    """“Many doctors now suggest it”: an authority, and what it recommends."""
    authority = sentence.has("authorities") or lemmas_of("who_is_asked") & set(sentence.lemmas)
    if not authority or sentence.has("negators"):
        return ""
    objects = lemmas_of("shop_things") | {"it", "them", "magnesium"}
    for place, one in enumerate(sentence.lemmas):
        named = set(sentence.lemmas[place + 1 : place + 4]) & objects
        if one in lemmas_of("vouching") and named and not frames.before(sentence, place):
            return _phrase(sentence, place)
    return ""


def _lacks(sentence: Sentence) -> str:
    """“When your stores run dry”, “five signs you’re running low”: a lack, of the reader."""
    lemmas = set(sentence.lemmas)
    plainly = sentence.has("medicine_words", "study_words", "safety_words", "reported", "distanced")
    if plainly or sentence.is_question or {"iron", "ferritin", "keep", "bottle"} & lemmas:
        return ""
    metaphors = lemmas_of("lack_metaphors") & lemmas
    if len(metaphors) > 1 or (metaphors - REFILLED and WHOSE & lemmas):
        return " ".join(sorted(metaphors))
    if not WHOSE & lemmas or sentence.has("others", "negators"):
        return ""
    found = [span for span in sentence.of("lack_words") if "lack_heads" in span.classes]
    found = [span for span in found if sentence.lemmas[span.start : span.end] != ["low"]]
    return sentence.phrase(found[0].start, found[0].end) if found else ""


def _spins(sentence: Sentence) -> str:
    """“Newer work is considerably more encouraging”: what evidence is said to be worth, with nothing told of it."""
    told = sentence.has("study_words", "evidence_nouns", "authorities") or {"work", "outcome"} & set(
        sentence.lemmas
    )
    if not told or sentence.has("negators", "doubters", "little"):
        return ""
    for place, one in enumerate(sentence.words):
        if one in lemmas_of("spun_words") and not frames.before(sentence, place):
            return _phrase(sentence, place)
    return ""


def _customers_say(sentence: Sentence) -> str:
    if sentence.has("negators", "law_bodies", "study_words"):
        return ""
    for place, one in enumerate(sentence.lemmas):
        if one in lemmas_of("customers") and lemmas_of("customers_do") & set(sentence.lemmas[place + 1 :]):
            return _phrase(sentence, place)
    return ""


def _at_the_clock(sentence: Sentence) -> str:
    """“8 pm: two capsules”."""
    found = CLOCK.search(sentence.text)
    if not found or sentence.has("safety_words", "study_words"):
        return ""
    return found[0] if sentence.has("serving_words", "ours_words") else ""


def _outdoes_a_medicine(reader: Reader) -> str:
    """“Fewer side effects than …”, “it does what … does”, of nothing that is named; or ours without its trouble."""
    sentence, before = reader.sentence, reader.around.before
    lemmas = set(sentence.lemmas)
    first = sentence.lemmas[0]
    if not sentence.has("medicine_words") or sentence.has("study_words"):
        return ""
    if "than" in lemmas and (first in {"few", "fewer", "less", "more"} or sentence.words[0].endswith("er")):
        return first
    if reader.ours and lemmas_of("trouble") & lemmas and first not in lemmas_of("things_to_do"):
        return (
            "a medicine, and what is sold here without its trouble"
            if not sentence.has("safety_words")
            else ""
        )
    if (
        sentence.has("safety_words", "negators", "symptoms")
        or {"worse", "trigger", "call", "cause", "lead", "uptake", "hour", "absorb", "interact", "together"}
        & lemmas
    ):
        return ""
    if first in {"it", "this"} and (before is None or not before.has("medicine_words", "others")):
        return first
    return ""


def beside_a_medicine(sentence: Sentence) -> str:
    """“You could keep rotating through prescriptions, or you could start with the basics.”"""
    if not sentence.has("medicine_words") or sentence.has("safety_words", "study_words"):
        return ""
    if NO_MEDICINE_NEEDED & set(sentence.lemmas) and not sentence.has("negators"):
        return sentence.phrase(0, 4)
    found = INSTEAD.search(sentence.text)
    return found[0] if found else ""
