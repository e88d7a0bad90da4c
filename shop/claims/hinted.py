"""What promises by the turn of a phrase, in no word of its own: “call it placebo if you like”, “many doctors now suggest it”."""

from shop.claims import frames
from shop.claims.phrases.hints import CLOCK, SUGGESTIVE, YOU_COULD
from shop.claims.reading import Reader
from shop.claims.sentence import Sentence
from shop.claims.words import lemmas_of

WHOSE = lemmas_of("whose_lack")
REFILLED = lemmas_of("refilled")
NO_MEDICINE_NEEDED = lemmas_of("no_medicine_needed")


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
    if plainly or sentence.is_question or lemmas_of("stores_of_others") & lemmas:
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
    if "than" in lemmas and (first in lemmas_of("compares_at_the_start") or sentence.words[0].endswith("er")):
        return first
    if reader.ours and lemmas_of("trouble") & lemmas and first not in lemmas_of("things_to_do"):
        return (
            "a medicine, and what is sold here without its trouble"
            if not sentence.has("safety_words")
            else ""
        )
    if sentence.has("safety_words", "negators", "symptoms") or lemmas_of("told_of_a_medicine") & lemmas:
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
    found = YOU_COULD.search(sentence.text)
    return found[0] if found else ""
