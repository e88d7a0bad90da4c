"""Which words of a sentence act, as far as a word’s form and the word before it tell: there is no grammar behind it."""

from functools import lru_cache

from shop.claims.sentence import Sentence
from shop.claims.words import is_english, lemma, lemmas_of

FEWEST_LETTERS = 3
GERUND_AFTER = lemmas_of("before_a_gerund")


@lru_cache(maxsize=16384)
def can_be_verb(one: str) -> bool:
    """Whether a lemma has the forms of a verb."""
    if len(one) < FEWEST_LETTERS or not one.isalpha() or one in lemmas_of("small_words"):
        return False
    forms = (one + "ing", one[:-1] + "ing" if one.endswith("e") else one + one[-1] + "ing")
    return any(is_english(form) and lemma(form) == one for form in forms)


def is_verb(sentence: Sentence, place: int) -> bool:
    """Whether a word is used as a verb there."""
    one, word = sentence.lemmas[place], sentence.words[place]
    if not can_be_verb(one):
        return False
    before = sentence.lemma_at(place - 1)
    if before in lemmas_of("before_a_noun") and not (before == "that" and word.endswith("s")):
        return word.endswith("ing") and word != one and before in GERUND_AFTER
    if word != one and not word.endswith("s"):
        return True
    if not place or (before in {"and", "or"} and word == one):
        return _has_an_object(sentence, place)
    return before in lemmas_of("before_a_verb") or (word != one and acts_for_ours(sentence, place))


def _has_an_object(sentence: Sentence, place: int) -> bool:
    """“Refill the …”, “and feel your …”: an object or a particle follows, so that it is told to be done."""
    after = place + 1
    return sentence.lemma_at(after) in lemmas_of("after_an_imperative") or any(
        span.start == after for span in sentence.of("ours_words")
    )


def acts_for_ours(sentence: Sentence, place: int) -> bool:
    """Whether it stands right behind a word for what is sold here, or a brand."""
    return any(span.end == place for span in sentence.of("ours_words")) or (
        sentence.lemma_at(place - 1) in sentence.names
    )
