"""Of what a text is made: the share that waits, ticks, the order of findings, what a finding is bound to."""

import pytest

from shop.claims.check import ClaimFinding, _waits, check, check_passages, digest_of, explain_passages, worst
from shop.claims.passages import ANSWER, CELL, HEAD, HEADING, ITEM, QUESTION, TEXT, Passage
from shop.claims.reading import UNRECOGNISED
from shop.claims.rules import ALONE, AMBER, ARTICLE, RED, SAFETY

pytestmark = pytest.mark.django_db
QUIET = "Magnesium is the quiet one of the family."


def finding(severity=AMBER, rule=UNRECOGNISED) -> tuple[ClaimFinding, str]:
    return ClaimFinding(severity, rule, "", "", "", ""), ""


@pytest.mark.parametrize(
    ("waiting", "of", "much"),
    [
        (7, 7, False),
        (1, 8, False),
        (2, 8, True),
        (2, 16, False),
        (3, 16, True),
        (0, 8, False),
        (3, 25, False),
    ],
)
def test_more_than_a_seventh_of_eight_sentences_or_more_is_much(waiting, of, much):
    for row in (finding(), finding(RED, "read: claim")):
        assert _waits([row] * waiting + [(None, "")] * (of - waiting)) is much
    assert not _waits([finding(AMBER, "disease-term")] * of)


def test_much_that_waits_makes_an_article_be_read_strictly_and_nothing_else():
    quiet = [Passage(f"The jar number {n} stands on the shelf.") for n in range(20)]
    stories = [Passage("My mother sleeps again since she has it.")] * 6
    for surface, strict in ((ARTICLE, True), (ALONE, False)):
        rows = explain_passages([*quiet, *stories], "GB", surface)
        assert any(row.finding for row in rows[:20]) is strict


def test_a_tick_holds_for_the_words_it_was_given_for_alone():
    [found] = check(QUIET, "GB")
    assert found.rule == UNRECOGNISED
    [row] = explain_passages([Passage(QUIET)], "GB", ticked={found.digest})
    assert (row.colour, row.reason, row.finding) == ("green", "ticked: no claim", None)
    assert check_passages([Passage(QUIET.replace("quiet", "loud"))], "GB", ticked={found.digest}) != []


@pytest.mark.parametrize(
    ("head", "part", "is_bound"),
    [(HEADING, ITEM, True), (QUESTION, ANSWER, True), (HEAD, CELL, True), (HEADING, TEXT, False)],
)
def test_a_tick_is_bound_to_the_heading_of_an_item_an_answer_and_a_cell(head, part, is_bound):
    story = "My mother sleeps again since she has it."
    rows = explain_passages([Passage("What we hear", head), Passage(story, part)], "GB")
    assert (rows[1].finding.digest != digest_of(story)) is is_bound


def test_only_what_waits_can_be_ticked():
    [found] = check("Magnesium relieves restless legs.", "GB")
    assert (found.rule, found.digest) == ("read: claim", "")
    assert check_passages([Passage(found.sentence)], "GB", ticked={""}) == [found]


def test_blanks_and_capitals_change_no_digest_and_words_do():
    assert digest_of("A  Word", "Head") == digest_of("a word", "head")
    assert len({digest_of("a word"), digest_of("a word", "head"), digest_of("words")}) == 3


def test_the_worst_comes_first_and_the_same_is_told_once():
    found = check(f"{QUIET} Magnesium relieves restless legs. Magnesium relieves restless legs.", "GB")
    assert [one.severity for one in found] == ["red", "amber"]
    assert worst(found) == "red"
    assert worst([]) == "green"


def test_a_finding_says_where_it_stands():
    rows = explain_passages([Passage("Magnesium relieves restless legs.", TEXT, "Text 3", "k")], "GB")
    assert [(row.finding.place, row.finding.key) for row in rows] == [("Text 3", "k")]


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("Ask a doctor first if you have diabetes.", "green"),
        ("Magnesium relieves diabetes.", "red"),
        ("For diabetes.", "red"),
        ("Take one capsule a day.", "green"),
        (QUIET, "green"),
    ],
)
def test_warnings_and_directions_name_conditions_as_cautions_alone(text, colour):
    assert worst(check(text, "GB", SAFETY, ["food_supplement"])) == colour


@pytest.mark.parametrize(
    "text", ["Magnesium relieves restless legs.", QUIET, "Our citrate is a guaranteed cure."]
)
def test_a_finding_is_the_reason_for_the_colour_of_its_sentence(text):
    [row] = explain_passages([Passage(text)], "GB")
    assert row.reason == (row.finding.why or row.finding.rule) != ""
