"""What a sentence says about what is sold here: a claim, something recognised as allowed, or neither.

Red: it says or suggests that something sold here does something about a condition, and no honest frame governs that.
Amber: it needs a person: a study without its size, a function, or words that are of no recognised allowed kind.
Green: it is of a recognised allowed kind, or says nothing of what is sold here.
"""

from shop.claims import frames
from shop.claims.benefits import claims
from shop.claims.phrases.told import AGREED
from shop.claims.promises import kept_away, promised, vouched
from shop.claims.reading import AMBER, GREEN, RED, TAKEN_BACK, UNRECOGNISED, Around, Reader, Reading
from shop.claims.recognised import kind
from shop.claims.said import (
    against_medicine,
    dose,
    experience,
    guarantee,
    hint,
    lack,
    plan,
    through_skin,
    tied,
)
from shop.claims.sentence import Sentence, covered


def read(sentence: Sentence, around: Around, law: str) -> Reading:
    """The worst that a sentence says of what is sold here, in an article that shows products."""
    reader = Reader(sentence, around, law)
    found = _worst(reader)
    if found.colour == RED:
        return _softened(reader, found) or _distanced(reader, found) or found
    return found


STEPS = (
    through_skin,
    against_medicine,
    claims,
    lack,
    kept_away,
    dose,
    plan,
    guarantee,
    hint,
    vouched,
    promised,
    experience,
    tied,
)


def _worst(reader: Reader) -> Reading:
    for step in STEPS:
        found = step(reader)
        if found is not None:
            return found
    return reader.amber or kind(reader)


def _softened(reader: Reader, found: Reading) -> Reading | None:
    """What the next sentence takes back, where this one asks, reports or wishes."""
    after = reader.around.after
    if after is None or not frames.rebuts(after):
        return None
    if reader.sentence.is_question or frames.reported(reader.sentence) or frames.refers_back(after):
        return Reading(GREEN, TAKEN_BACK, found.phrase, f"taken back by “{after.text[:60]}”")
    return None


def _distanced(reader: Reader, found: Reading) -> Reading | None:
    """Amber for what is told as others’ words, or quoted in a heading, and not taken back."""
    text = reader.sentence.text.strip()
    quoted = reader.around.is_fragment and text.startswith('"') and text.rstrip("?.!").endswith('"')
    changes = covered(
        reader.sentence.of("change_words")
    )  # “you will hear less of cramps” reports nobody's words
    told = any(span.end - 1 not in changes for span in reader.sentence.of("distanced"))
    if (quoted or told) and not AGREED.search(text):
        return Reading(AMBER, UNRECOGNISED, found.phrase, "others’ words")
    return None
