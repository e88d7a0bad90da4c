"""What a sentence leaves over that could carry a promise; and honest sentences that leave nothing over."""

import pytest

from shop.claims.check import check, worst
from shop.claims.passages import HEADING, ITEM, QUESTION, TITLE, from_plain
from shop.claims.reading import UNRECOGNISED

pytestmark = pytest.mark.django_db


def waits(text, law="GB"):
    return any(one.rule == UNRECOGNISED or one.severity == "red" for one in check(text, law))


@pytest.mark.parametrize(
    "text",
    [
        "Citrate gives those marching feet their marching orders.",
        "One scoop in warm water and the ants go home.",
        "The powder that puts the hum in your shins to bed.",
        "Your calves deserve a bedtime story too.",
        "Get your side of the bed back.",
        "Sleep like the furniture.",
        "Many doctors now suggest it before reaching for the prescription pad.",
        "Fewer side effects than pramipexole, and you can buy it without seeing anyone.",
        "It is not a drug, it just behaves like the good part of one.",
        "It works, and nobody can quite say why.",
        "Newer work is considerably more encouraging.",
        "Five signs you're running low",
        "An empty tank twitches.",
        "8 pm: two capsules of our glycinate with a biscuit",
        "After three weeks the charts speak a clear language.",
        "Nobody at our office needs convincing any more.",
        "A quieter night, one jar at a time",
    ],
)
def test_what_promises_in_no_word_of_any_list_waits(text):
    assert waits(text)


@pytest.mark.parametrize(
    "text",
    [
        "Why trials disagree",
        "How to read the label",
        "The label must show the amount per daily portion and the percentage of the reference value.",
        "Citrate is made by reacting magnesium carbonate with citric acid.",
        "The spray leaves a white film that can be rinsed off with water.",
        "We have changed this page since March: a study from 2025 was added.",
        "If one leg swells and hurts, go to hospital.",
        "The people in these trials had cramps, not RLS.",
        "Capsules are easier to carry; powder lets you measure smaller amounts.",
        "Can I put magnesium oil on my legs?",
        "Doctors help people with restless legs, and we sell magnesium.",
        "Magnesium has not been shown to treat, ease, calm or prevent restless legs.",
        "It is too early to say that magnesium eases restless legs.",
    ],
)
def test_honest_words_leave_nothing_over(text):
    assert not waits(text)


@pytest.mark.parametrize(
    "text",
    [
        "Take magnesium instead of iron for restless legs.",
        "Money back guarantee for RLS",
        "RLS gone or your money back.",
        "You do not kick when magnesium eases restless legs.",
        "Don't let anyone tell you magnesium doesn't help restless legs.",
    ],
)
def test_a_denial_of_something_else_excuses_nothing(text):
    assert worst(check(text, "GB")) == "red"


def test_markdown_is_read_as_its_reader_sees_it():
    lines = [
        "# Magnesium and *restless* legs", "## Does it help?", "**Nobody** knows.", "### Who should ask first",
        "- anyone with diabetes", "| Form | Share |", "|---|---|", "| oxide | 60 % |",
    ]  # fmt: skip
    found = from_plain("\n".join(lines))
    assert [row.text for row in found] == [
        "Magnesium and restless legs", "Does it help?", "Nobody knows.", "Who should ask first", "anyone with diabetes",
        "Form, Share", "oxide, 60 %",
    ]  # fmt: skip
    assert [row.part for row in found][:2] == [TITLE, QUESTION]
    assert [row.part for row in found][3:5] == [HEADING, ITEM]


def test_a_heading_that_cautions_governs_its_items():
    cautioned = "# Labels\n## Who should ask first\n- anyone with diabetes who is planning an Epsom bath"
    assert worst(check(cautioned, "GB")) != "red"
    assert worst(check(cautioned.replace("Who should ask first", "Who it is for"), "GB")) == "red"
