"""Which texts name a condition, by the rules of the book and by the list of ailments."""

import pytest

from shop.claims.conditions import conditions_named, conditions_written, names_condition
from shop.claims.models import OwnRule

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Restless legs at night.", ["Restless legs"]),
        ("What helps with shingles?", ["shingles"]),
        ("Tea with magnesium.", []),
        ("Ask a doctor first if you have shingles.", []),
        ("Ask a doctor first if you have RLS.", ["RLS"]),
        ("It kicks and tingles.", []),
        ("", []),
    ],
)
def test_the_phrases_that_name_a_condition(text, named):
    assert list(dict.fromkeys(map(str.casefold, conditions_named(text)))) == [one.casefold() for one in named]
    assert names_condition(text) is bool(named)


def test_nothing_counts_where_the_owner_has_switched_the_rule_off():
    OwnRule.objects.create(code="disease-term", is_off=True, pattern="x", why="x", advice="x")
    assert conditions_named("What helps with shingles?") == []
    [signs] = conditions_named("An urge to move the legs at night.")
    assert "urge to move" in signs


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["RLS", "tea", "Shingles", "shingels"], ["RLS", "Shingles"]),
        (["tea"], []),
        (["asthma"], ["asthma"]),
        ([], []),
    ],
)
def test_words_name_a_condition_letter_for_letter(words, named):
    assert conditions_written(words) == named
