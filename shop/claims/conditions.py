"""Does a text name a condition? It decides where products may stand under the *careful* policy."""

import re
from collections.abc import Iterable

from shop.claims.authorised import without_fixed
from shop.claims.check import KINDS, check
from shop.claims.languages import ENGLISH, engine, known
from shop.claims.languages.lexicon import lexicon
from shop.claims.names import own_names
from shop.claims.rules import CONDITION_RULES, PRODUCT, book
from shop.claims.sentence import sentence_of, split
from shop.claims.spoken import conditions
from shop.claims.words import vocabulary
from shop.text.normal import as_read


def _patterns() -> list[re.Pattern]:
    found = {rule.pattern for rules in book().by_law.values() for rule in rules if rule.id in CONDITION_RULES}
    return sorted(found, key=lambda pattern: pattern.pattern)


def conditions_named(text: str, language: str = ENGLISH) -> list[str]:
    """The phrases in plain text that name a disease or describe its signs, as a reader sees them.

    A caution (“ask a doctor first if you have asthma”) counts where a rule of the book names the condition, not
    where the list of ailments alone does. Where the Owner has switched those rules off, nothing counts.
    """
    if language != ENGLISH:
        is_off = not any(rule.id == "disease-term" for rules in book().by_law.values() for rule in rules)
        return [] if is_off else engine.conditions_in(text, language, own_names())
    plain, patterns = as_read(without_fixed(as_read(text, unwrap=False))), _patterns()
    found = [match.group(0) for pattern in patterns for match in pattern.finditer(plain)]
    if not any(rule.id == "disease-term" for rules in book().by_law.values() for rule in rules):
        return found
    names = own_names()
    for part in split(plain):
        sentence = sentence_of(part, names)
        for span in conditions(sentence):
            if "symptoms" not in span.classes and not sentence.has("safety_words"):
                found.append(sentence.phrase(span.start, span.end))
    return found


def conditions_written(words: Iterable[str]) -> list[str]:
    """Of words those that name a condition letter for letter: nothing is taken for a misspelling."""
    patterns, ailments = _patterns(), {term for term in vocabulary()["ailments"] if term.isalpha()}
    return [
        word
        for word in words
        if any(pattern.fullmatch(word) for pattern in patterns) or word.lower() in ailments
    ]


def conditions_run_together(words: Iterable[str]) -> list[str]:
    """Of words those that name a condition in another language than English, letter for letter."""
    return [
        word
        for word in words
        if any("conditions" in lexicon(code).classes_of(lexicon(code).folded(word)) for code in known())
    ]


def names_condition(text: str, language: str = ENGLISH) -> bool:
    return bool(conditions_named(text, language))


# Rules of the reading of a product that a word typed into a search may break: of a body, not of praise or price.
OF_A_BODY = frozenset(
    f"read: {what}-on-a-product"
    for what in ("condition", "a-function", "a-state", "legs", "a-part-of-the-body", "a-night")
)


def speaks_of_a_body(text: str, kinds: Iterable[str] = KINDS, language: str = ENGLISH) -> bool:
    """Whether words name a condition, or a symptom, a state or a function that products of these kinds may not speak of."""
    law = "GB" if language == ENGLISH else "EU"
    return names_condition(text, language) or any(
        row.rule in OF_A_BODY for row in check(text, law, PRODUCT, kinds, language=language)
    )
