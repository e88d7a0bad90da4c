"""What a list of sources may say beside products: titles of studies pass, titles that promise are held."""

import pytest

from shop.claims.check import explain_passages
from shop.claims.passages import SOURCE, Passage
from shop.claims.reading import AMBER, GREEN, RED, UNRECOGNISED, Reading
from shop.claims.sentence import sentence_of
from shop.claims.sources import read_source

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


CLAIM = Reading(RED, "claim", "eases")
NAMED = Reading(RED, "for-a-condition", "for cramps")
WAITS = Reading(AMBER, UNRECOGNISED, "eases")
FREE = Reading(GREEN)


@pytest.mark.parametrize(
    ("title", "reading", "colour"),
    [
        # The title of a study passes however it is read elsewhere, unless it also promises or speaks to a reader.
        ("Magnesium citrate improves sleep: a pilot", CLAIM, GREEN),
        ("The effect of magnesium on cramps", CLAIM, GREEN),
        ("Notes on the effect of magnesium, which eases cramps", CLAIM, RED),
        ("Magnesium eases cramps tonight: a pilot", CLAIM, RED),
        ("A trial of the miracle mineral", CLAIM, RED),
        ("A pilot that proves magnesium works", WAITS, AMBER),
        # What is only named beside a condition was studied.
        ("Magnesium for cramps", NAMED, GREEN),
        ("Magnesium for your cramps", NAMED, RED),
        # A claim is red with a verb in a finite form, or praise; else it waits.
        ("Magnesium eases cramps", CLAIM, RED),
        ("Magnesium eased cramps", CLAIM, RED),
        ("Magnesium easing cramps", CLAIM, AMBER),
        ("Magnesium to ease cramps", CLAIM, AMBER),
        ("Magnesium can ease cramps", CLAIM, RED),
        ("Magnesium may ease cramps", CLAIM, RED),
        ("Magnesium will ease cramps", CLAIM, RED),
        ("Magnesium does ease cramps", CLAIM, RED),
        # What waits elsewhere waits here if it names a benefit; else it is a source.
        ("Magnesium to ease cramps", WAITS, AMBER),
        ("Natures Naturals Ltd", WAITS, GREEN),
        ("Magnesium to ease cramps", FREE, GREEN),
        ("Magnesium to ease cramps", Reading(AMBER, "function", "ease"), GREEN),
    ],
)
def test_what_else_is_read_in_a_title(title, reading, colour):
    assert read_source(sentence_of(title, frozenset()), reading).colour == colour
