"""What staff read of a finding: advice that is lawful on that surface, for that kind of product, under that law."""

from dataclasses import replace

import pytest

from shop.claims.rules import ARTICLE, PRODUCT, SAFETY, rules
from shop.claims.wording import ADVICE, FAULTS, NOT_SHOWN, ON_PRODUCT, advice_for, words_of

pytestmark = pytest.mark.django_db
PILL, BATH = ("food_supplement",), ("bath_salt",)
BOTH = ("food_supplement", "bath_salt")
OUTER = ("cosmetic_topical", "bath_salt")
LEAVE = "Leave it out, or use an authorised sentence word for word, such as "
OUTSIDE = "Leave it out. Say what it is and how it feels: "
UNSAFE = "Leave it out of warnings and directions."


def rule_of(name, law="GB"):
    return next(rule for rule in rules(law) if rule.id == name)


@pytest.mark.parametrize(
    ("rule", "surface", "kinds", "advice"),
    [
        ("claim", ARTICLE, PILL, NOT_SHOWN),
        ("hint", ARTICLE, PILL, ADVICE["hint"]),
        ("function", ARTICLE, PILL, "Use an authorised sentence"),
        ("function", ARTICLE, BOTH, "Use an authorised sentence"),
        ("function", ARTICLE, (), "Use an authorised sentence"),
        ("function", ARTICLE, BATH, "Leave it out."),
        ("function", ARTICLE, OUTER, "Leave it out."),
        ("claim", PRODUCT, OUTER, OUTSIDE),
        ("claim", PRODUCT, PILL, LEAVE),
        ("claim", PRODUCT, BOTH, LEAVE),
        ("claim", PRODUCT, (), LEAVE),
        ("claim", PRODUCT, BATH, OUTSIDE),
        ("claim", PRODUCT, ("cosmetic_topical",), OUTSIDE),
        ("claim", SAFETY, PILL, UNSAFE),
        ("hint", SAFETY, PILL, UNSAFE),
        ("condition-in-directions", SAFETY, PILL, ADVICE["condition-in-directions"]),
        ("night-in-directions", SAFETY, BATH, ADVICE["night-in-directions"]),
    ],
)
def test_a_reading_is_advised_on_as_it_may_be_said_there(rule, surface, kinds, advice):
    told, why, source = advice_for(rule, surface, "GB", kinds)
    assert told.startswith(advice)
    assert (told == "Leave it out.") == (advice == "Leave it out.")
    assert (why, bool(source)) == (FAULTS[rule].why, True)


def test_an_authorised_sentence_is_offered_of_the_law_that_reads_it():
    assert "“Magnesium contributes to" in advice_for("claim", PRODUCT, "EU", PILL)[0]
    assert "“Magnesium supports" in advice_for("claim", PRODUCT, "US", PILL)[0]


def test_the_source_is_that_of_the_first_rule_the_law_has():
    assert advice_for("claim", ARTICLE, "GB", ())[2] == rule_of("unhedged-efficacy").source
    assert advice_for("lack-as-cause", ARTICLE, "GB", ())[2] == rule_of("deficiency-scare").source
    assert advice_for("lack-as-cause", ARTICLE, "US", ())[2] == rule_of("unhedged-efficacy", "US").source
    assert advice_for("unrecognised", ARTICLE, "GB", ())[2].startswith("The shop’s rule")
    assert advice_for("praise-on-a-product", PRODUCT, "GB", PILL)[1:] == (
        ON_PRODUCT.why,
        rule_of("disease-term").source,
    )


@pytest.mark.parametrize(
    ("rule", "surface", "kinds", "advice"),
    [
        ("disease-term", ARTICLE, PILL, "Nothing to change"),
        ("disease-implied-symptom", ARTICLE, (), "Nothing to change"),
        ("disease-term", PRODUCT, PILL, LEAVE),
        ("disease-term", PRODUCT, BATH, OUTSIDE),
        ("disease-term", SAFETY, PILL, UNSAFE),
        ("disease-term", "alone", PILL, None),
        ("function-sleep", ARTICLE, PILL, None),
        ("function-sleep", ARTICLE, (), None),
        ("function-sleep", ARTICLE, BOTH, None),
        ("function-sleep", ARTICLE, BATH, "Leave it out."),
        ("fatigue-overclaim", ARTICLE, BATH, "Leave it out."),
        ("fatigue-overclaim", ARTICLE, OUTER, "Leave it out."),
        ("proof-word", ARTICLE, BATH, None),
        ("cure-word", PRODUCT, PILL, None),
        ("internal-use-of-external", SAFETY, BATH, None),
    ],
)
def test_a_pattern_has_its_own_advice_where_that_may_stand(rule, surface, kinds, advice):
    row = rule_of(rule)
    told, why = words_of(row, surface, "GB", kinds)
    assert told.startswith(advice or row.advice)
    assert why == ("It names a condition, or describes one." if advice == "Nothing to change" else row.why)


def test_advice_of_one_law_that_fits_everywhere_stands():
    row = rule_of("us-sleep-external", "US")
    assert words_of(row, PRODUCT, "US", BATH) == (row.advice, row.why)


def test_the_owners_own_rules_speak_for_themselves():
    own = replace(rule_of("disease-term"), id="moon", advice="Leave the moon out.", why="Superstition.")
    for surface in (ARTICLE, PRODUCT, SAFETY):
        assert words_of(own, surface, "GB", PILL) == ("Leave the moon out.", "Superstition.")
