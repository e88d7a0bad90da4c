"""What a product's own words may be: facts of a label. Praise, uptake, rank, proof and times of night are none."""

import json
from pathlib import Path

import pytest

from shop.claims.check import check, worst
from shop.claims.refuse import IN_AN_ADDRESS
from shop.claims.rules import LAWS, PRODUCT
from shop.claims.statements import allowed_in_texts, with_marks

pytestmark = pytest.mark.django_db
SETS = json.loads((Path(__file__).parent / "unseen" / "labels.json").read_text())


def colours(text, kind="food_supplement", surface=PRODUCT):
    text = text if " " in text else IN_AN_ADDRESS.sub(" ", text)
    return {worst(check(text, law, surface, [kind])) for law in LAWS}


@pytest.mark.parametrize("name", ["first", "second"])
def test_labels_by_others_are_read_as_they_must(name):
    wrong = [
        row["text"]
        for row in SETS[name]
        if (colours(row["text"], row["kind"], row["surface"]) == {"red"}) != (row["label"] == "red")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Better absorbed than oxide.",
        "Taken up in full.",
        "The proven choice.",
        "Take two capsules before bed.",
        "Helps you sleep.",
        "Supports a calm mind.",
        "Outperforms every tablet.",
        "Harmonising magnesium",
        "SNOOZE20",
        "Hundreds of families stay with it.",
        "Isn’t it time you felt like yourself?",
    ],
)
def test_what_is_no_fact_of_a_label_is_refused(text):
    assert colours(text) == {"red"}


@pytest.mark.parametrize(
    "text",
    [
        "More than 60 servings in each jar.",
        "The lid is larger than that of the small jar.",
        "Best before: see base.",
        "Certified organic by the Soil Association.",
        "Order before 8 pm, and it leaves the next working day.",
        "Sorry: the rest of the order follows on Monday.",
    ],
)
def test_a_fact_of_a_label_stands(text):
    assert colours(text) == {"green"}


def test_what_the_us_list_allows_is_what_gets_its_mark():
    for row in allowed_in_texts("US"):
        if row.is_marked:
            assert worst(check(row.written, "US", PRODUCT, ["food_supplement"], 375)) == "green"
            assert with_marks(row.written.rstrip(".*"), "US")[1]


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("Doctor recommended.", "red"),
        ("Clinically proven.", "red"),
        ("Trusted by pharmacists.", "red"),
        ("Sleep through the night without twitching legs from the first week.", "red"),
        ("Wake up without cramps from day one.", "red"),
        ("Enjoy nights free from restless legs at last.", "red"),
        ("“Doctor recommended” on a label means nothing.", "green"),
        ("It helps to tell your partner what wakes you.", "green"),
        ("Magnesium is a mineral found in food. It disappears while you move.", "green"),
        ("Magnesium is in nuts. It eases once you walk.", "green"),
        ("Magnesium can stop some antibiotics from being absorbed.", "green"),
        ("Cramps at night and magnesium: what is known", "green"),
    ],
)
def test_praise_by_an_authority_and_promises_are_red_in_an_article_and_advice_is_not(text, colour):
    assert {worst(check(text, law)) for law in LAWS} == {colour}
