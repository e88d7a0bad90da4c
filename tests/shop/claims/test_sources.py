"""What a list of sources may say beside products: titles of studies pass, titles that promise are held."""

import pytest

from shop.claims.check import explain_passages
from shop.claims.passages import SOURCE, Passage
from shop.claims.reading import UNRECOGNISED

pytestmark = pytest.mark.django_db


def held(title):
    """Whether a title is red, or waits for a person."""
    [found] = explain_passages([Passage(title, SOURCE)], "GB")
    return found.colour == "red" or (found.finding is not None and found.finding.rule == UNRECOGNISED)


@pytest.mark.parametrize(
    "title",
    [
        "Magnesium: the natural remedy for restless legs",
        "A clinical trial proves magnesium stops restless legs for good",
        "Magnesium glycinate, the doctor-approved answer to night cramps",
        "Sleep through the night without twitching legs from the first week",
        "The Magnesium Solution: calmer legs in a week",
        "10 reasons to take magnesium for better sleep",
        "Magnesium helps restless legs, study finds",
        "Cures insomnia",
    ],
)
def test_a_title_that_promises_is_held(title):
    assert held(title)


@pytest.mark.parametrize(
    "title",
    [
        "Magnesium for skeletal muscle cramps",
        "Magnesium citrate monotherapy improves restless legs syndrome symptoms in an open-label pilot study",
        "Magnesium improves sleep efficiency in older adults: a randomized trial",
        "Therapeutic effects of magnesium and vitamin B6 in alleviating the symptoms of restless legs syndrome: a "
        "randomized controlled clinical trial",
        "Oral magnesium for restless legs syndrome (protocol)",
        "The effect of magnesium on sleep quality",
        "Serum magnesium in patients with restless legs syndrome",
        "Garrison SR, Korownyk CS, Kolber MR, He W, et al.",
        "Natures Naturals Ltd (magnesium oil spray)",
    ],
)
def test_the_title_of_a_study_and_a_name_pass(title):
    assert not held(title)


def test_a_title_is_read_alone_however_little_of_the_article_is_recognised():
    waiting = [Passage(f"Magnesium is the quiet one of family {number}.") for number in range(9)]
    found = explain_passages([*waiting, Passage("Magnesium Research 16(3):183-191", SOURCE)], "GB")
    assert {row.colour for row in found[:-1]} == {"amber"}
    assert found[-1].colour == "green"
