"""Ways round the check that were found in trials: each kind with several wordings, and its honest counterpart."""

import pytest

from shop.claims.check import check, explain, worst
from shop.claims.reading import UNRECOGNISED
from shop.claims.rules import PRODUCT, SAFETY

pytestmark = pytest.mark.django_db
HELD = {"red", "waits"}


def read(text, surface="article", law="GB", kinds=("food_supplement",)):
    """The worst of a text: red, waits (for a person), amber or green."""
    findings = check(text, law, surface, kinds)
    colour = worst(findings)
    return "waits" if colour == "amber" and any(row.rule == UNRECOGNISED for row in findings) else colour


@pytest.mark.parametrize(
    "text",
    [
        "Take two capsules before bed.",
        "Take one scoop nightly with water.",
        "Take 2 capsules an hour before you go to sleep.",
        "Spray on before you turn in.",
    ],
)
def test_directions_for_the_night_are_refused_since_they_suggest_sleep(text):
    assert read(text, SAFETY) == "red"


@pytest.mark.parametrize(
    "text",
    [
        "Take two capsules a day with your evening meal.",
        "Take one tablet in the morning and one in the evening, with food.",
        "Apply morning or night to clean skin.",
        "If you take medicines at night, ask a pharmacist first.",
        "Keep overnight in a cool place.",
    ],
)
def test_directions_may_say_when_by_meals_and_ends_of_the_day(text):
    assert read(text, SAFETY) == "green"


def test_a_product_may_say_that_a_dose_is_split_and_no_more_of_the_day():
    assert read("One tablet in the morning and one in the evening, with water.", PRODUCT) == "green"
    assert read("One tablet in the morning and one in the evening for calm.", PRODUCT) == "red"
    assert read("One tablet in the evening.", PRODUCT) == "red"


@pytest.mark.parametrize(
    "text",
    [
        "It helps to write down when restless legs come.",
        "It can help to note when your legs are restless.",
        "It may help to tell your GP about restless legs.",
    ],
)
def test_what_a_reader_may_do_does_not_wait(text):
    assert read(text) not in HELD


@pytest.mark.parametrize(
    "text",
    [
        "It helps to take magnesium when restless legs come.",
        "It helps to write down how much better your restless legs feel.",
        "Magnesium can help restless legs.",
    ],
)
def test_what_is_taken_or_promised_with_it_does(text):
    assert read(text) in HELD


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("A food supplement that quietens the evening.", "article"),
        ("This dietary supplement cures insomnia.", PRODUCT),
        ("Our food supplement stops cramps.", "article"),
    ],
)
def test_a_fixed_text_is_passed_over_only_where_it_stands_alone(text, surface):
    assert read(text, surface) in HELD
    assert read("Food supplement. Keep out of reach of children.", PRODUCT) == "green"


@pytest.mark.parametrize(
    "text",
    [
        "You can't cure restless legs with a spray, but you can certainly shorten a bad evening.",
        "Magnesium is not a cure for cramps, but it calms an evening.",
        "No trial is large, yet all of them point in one direction: longer sleep.",
        "Is low magnesium the reason your legs won't quit?",
    ],
)
def test_a_denial_excuses_its_own_clause_alone(text):
    assert read(text) in HELD


def test_a_denial_that_goes_on_is_still_one():
    assert (
        read(
            "One trial found fewer cramps with magnesium, but two others with 94 people found no difference from placebo."
        )
        not in HELD
    )


@pytest.mark.parametrize(
    "text",
    [
        "Every magnesium supplement in this shop keeps people from pacing.",
        "One capsule of magnesium keeps you off the landing.",
        "Until then, let magnesium carry some of the load.",
        "Up to 80 percent of us are deficient, and our legs pay the price.",
        "Restless tonight? Look at the three things beside this text.",
        "Restless legs? Have you thought about magnesium?",
        "Natural restless legs remedy | Magnesium with free delivery",
    ],
)
def test_words_of_the_page_an_amount_or_a_food_recognise_no_promise(text):
    assert read(text) in HELD


@pytest.mark.parametrize(
    "text",
    [
        "RLS plan: 100 mg at tea time, 200 mg at nine, and on bad nights another 100 mg.",
        "How to beat RLS in four weeks\n1. Week one: 75 mg with dinner\n2. Week two: 150 mg",
        "What helps when your legs act up?\n- Epsom salt bath\n- Stretching",
        "Before you fill that gabapentin script, give glycinate a month.",
        "No more night cramps",
        "With enough magnesium you will hear less of twitchy toes.",
        "Many people take magnesium against a stiff neck, and it works.",
        "Our promise: sleep through the night without twitching legs from the first week",
    ],
)
def test_plans_lists_and_slogans_are_red(text):
    assert read(text) == "red"


@pytest.mark.parametrize(
    "text",
    [
        "Taken together, the evidence is too weak to recommend magnesium for RLS.",
        "Online posts often list magnesium deficiency as a cause of RLS. That link has never been demonstrated.",
        "Does magnesium relieve restless legs?\nTaken together, the evidence is too thin to say so.",
        "Restless legs are common in late pregnancy. It usually fades within weeks after the birth.",
        "Epsom salt by mouth is a laxative drug with a risk of overdose.",
        "If a label promises to relieve restless legs, report it to Trading Standards.",
        "The reviewers judged the evidence on magnesium too thin to draw a conclusion.",
    ],
)
def test_honest_sentences_of_these_kinds_are_not_red(text):
    assert "red" not in {row.colour for row in explain(text, "GB")}
