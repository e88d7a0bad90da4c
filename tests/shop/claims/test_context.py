"""What stands around a sentence: headings, questions, what is taken back, and how much of a text waits."""

import re
import sys

import pytest

from shop.claims import check as check_module
from shop.claims.check import STRICT_SHARE, check, check_passages, explain, worst
from shop.claims.context import is_on_condition, neighbours_of
from shop.claims.models import OwnRule
from shop.claims.passages import (
    ALT,
    ANSWER,
    CELL,
    HEAD,
    HEADING,
    ITEM,
    QUESTION,
    SOURCE,
    TEXT,
    TITLE,
    Passage,
)
from shop.claims.reading import UNRECOGNISED
from shop.claims.rules import ALONE, ARTICLE, CONDITION_RULES, PRODUCT, SAFETY, data, rules
from shop.claims.wording import words_of
from shop.claims.words import meant, vocabulary

pytestmark = pytest.mark.django_db


def colour(*passages, law="GB"):
    return worst(
        check_passages([Passage(text, part, str(n)) for n, (part, text) in enumerate(passages)], law)
    )


def test_a_heading_governs_its_items():
    assert (
        colour((HEADING, "What calms restless legs"), (ITEM, "Iron, if you are low"), (ITEM, "Magnesium"))
        == "red"
    )
    assert (
        colour((HEADING, "What calms restless legs"), (ITEM, "Iron, if you are low"), (ITEM, "A cool room"))
        != "red"
    )


def test_a_question_governs_its_answer():
    asked = (QUESTION, "Does the powder do anything for jittery legs?")
    assert colour(asked, (ANSWER, "Our customers certainly think so.")) == "red"
    assert colour(asked, (ANSWER, "Nobody has tested it.")) != "red"


def test_the_head_of_a_table_governs_its_cells():
    assert colour((HEAD, "Relieves restless legs"), (CELL, "Glycinate")) == "red"
    assert colour((HEAD, "Magnesium by weight"), (CELL, "Glycinate: 14 %")) != "red"


def test_a_claim_that_is_taken_back_in_the_next_sentence_is_reported():
    claimed = "Many websites say that magnesium relieves restless legs."
    assert worst(check(f"{claimed} They rarely name a study.", "GB")) != "red"
    assert worst(check("Magnesium relieves restless legs. They rarely name a study.", "GB")) == "red"


def test_the_title_of_a_study_is_a_source_and_a_sentence_about_it_is_not():
    title = "Magnesium therapy for periodic leg movements-related insomnia: an open pilot study"
    assert check_passages([Passage(title, SOURCE)], "GB") == []
    assert colour((SOURCE, "Magnesium relieves restless legs.")) == "red"


@pytest.mark.parametrize(
    ("said", "excused"),
    [
        ("Magnesium has not been shown to relieve restless legs.", True),
        ("Magnesium relieves restless legs and has no aftertaste.", False),
        ("No trial has shown that magnesium relieves restless legs.", True),
        ("Nobody told me that magnesium relieves restless legs.", False),
        ("Whether magnesium relieves restless legs is not known.", True),
        ("Nothing relieves restless legs like magnesium.", False),
        ("We would be lying if we said that magnesium doesn't relieve restless legs.", False),
        ("It would be wrong to say that magnesium relieves restless legs.", True),
        ("It would be wrong to ignore that magnesium relieves restless legs.", False),
        ("The FDA warned a seller who wrote that magnesium stops restless legs.", True),
    ],
)
def test_a_frame_excuses_what_it_governs_and_nothing_else(said, excused):
    assert (worst(check(said, "GB")) != "red") is excused


def test_a_misspelt_key_word_is_read_as_meant():
    assert meant("Magneisum") == ("magnesium",)
    assert meant("restlesslegs") == ("restless", "leg")
    assert meant("Monday") == ("monday",)
    assert worst(check("Magneisum calms restles legs within days.", "EU")) == "red"


def test_a_text_that_waits_for_a_good_part_is_not_read_generously():
    quiet = [f"The jar number {n} stands on the shelf." for n in range(20)]
    stories = ["My mother sleeps again since she has it." for _ in range(6)]
    assert len(stories) > STRICT_SHARE * (len(quiet) + len(stories))
    waits = sum(row.finding is not None for row in explain("\n".join(quiet), "GB"))
    rows = explain("\n".join([*quiet, *stories]), "GB")
    assert waits == 0
    assert sum(bool(row.finding) and row.finding.rule == UNRECOGNISED for row in rows) > 20


def test_without_products_only_what_is_red_is_found():
    assert check("Magnesium is the quiet one of the family.", "GB", ALONE) == []
    assert worst(check("Magnesium relieves restless legs.", "GB", ALONE)) == "red"


@pytest.mark.parametrize("law", ["GB", "EU", "US"])
def test_advice_on_a_product_breaks_no_law_there(law):
    for text, kind in (
        ("Relieves restless legs.", "food_supplement"),
        ("Soothes sore muscles.", "cosmetic_topical"),
    ):
        for finding in check(text, law, PRODUCT, [kind]):
            said = finding.advice.partition("“")[2].rpartition("”")[0]
            assert finding.advice
            assert said == "" or worst(check(said, law, PRODUCT, [kind])) != "red", finding.advice


def _in_a_text_on_legs(sentence, law):
    rows = [
        Passage("Restless legs syndrome is an urge to move."),
        Passage("What it feels like", HEADING),
        Passage(sentence),
    ]
    return worst(row for row in check_passages(rows, law) if row.sentence == sentence)


@pytest.mark.parametrize("law", ["GB", "US"])
@pytest.mark.parametrize(
    ("sentence", "is_red"),
    [
        ("It is often worse in the evening, and when you sit or lie still for a long time.", False),
        ("It starts soon after you lie still.", False),
        ("Lying still makes it worse.", False),
        ("That is why it is hard to lie still.", False),
        ("It lets your legs lie still.", True),
        ("It helps you lie still.", True),
        ("It works when you lie still.", True),
        ("Take it and lie still all night.", True),
    ],
)
def test_ones_own_rest_is_when_a_symptom_comes_and_no_benefit(sentence, is_red, law):
    assert (_in_a_text_on_legs(sentence, law) == "red") is is_red


@pytest.mark.parametrize("law", ["GB", "EU", "US"])
@pytest.mark.parametrize("kind", ["food_supplement", "cosmetic_topical", "bath_salt"])
@pytest.mark.parametrize("surface", [PRODUCT, SAFETY, ARTICLE])
def test_the_advice_of_each_pattern_breaks_no_law_where_it_is_given(surface, kind, law):
    for rule in rules(law):
        advice, why = words_of(rule, surface, law, (kind,))
        assert why
        if surface != ARTICLE:  # evidence is for articles
            assert not re.search(r"trial|tested|which study|source|In an article", advice), (rule.id, advice)
        elif rule.id in CONDITION_RULES:
            assert "On a product" not in advice
        for said in re.findall("“([^”…]+)”", advice):
            assert worst(check(said, law, surface, [kind], 375)) != "red", (rule.id, said)


def test_an_own_rule_of_the_owner_speaks_for_itself():
    OwnRule.objects.create(
        code="hum", pattern="hums", applies_to=["food_supplement"], why="It hums.", advice="Say which trial heard it.",
        laws={"GB": {"source": "Own", "product": "red", "article": "red", "alone": "green"}},
    )  # fmt: skip
    for surface in (PRODUCT, SAFETY):
        [finding] = check("The jar hums.", "GB", surface)
        assert (finding.why, finding.advice) == ("It hums.", "Say which trial heard it.")


def test_words_rules_and_grammar_are_of_one_version():
    import json
    from pathlib import Path

    here = Path(sys.modules["shop.claims.words"].__file__).parent
    versions = {
        (row["version"], row["date"])
        for row in (json.loads((here / f"{name}.json").read_text()) for name in ("rules", "words", "grammar"))
    }
    assert versions == {(data()["version"], data()["date"])}
    assert len(vocabulary()["ailments"]) > 1500


def test_a_text_that_is_as_it_was_is_not_read_again(monkeypatch):
    rows = [
        Passage(f"Take one capsule at {hour} with food. It gives 100 mg.", place=str(hour))
        for hour in range(9)
    ]
    found = check_passages(rows, "GB")
    asked = []
    monkeypatch.setattr(check_module, "as_read", lambda text, **how: asked.append(text) or text)
    assert check_passages(rows, "GB") == found
    assert asked == []
    rows[4] = Passage("Magnesium relieves the restless legs of Skye.", place="4")
    assert worst(check_passages(rows, "GB")) == "red"
    assert set(asked) == {rows[4].text}


@pytest.mark.slow
def test_what_it_costs_grows_with_the_length_of_a_sentence_and_no_faster():
    def calls(times):
        text = "magnesium and the quiet legs of " * times + f"evening {times}."
        counted = 0

        def count(frame, event, arg):
            nonlocal counted
            counted += event in {"call", "c_call"}

        sys.setprofile(count)
        try:
            check(text, "GB")
        finally:
            sys.setprofile(None)
        return counted

    calls(10)
    assert calls(400) < 7 * calls(100)  # four times the length; the square of it would be sixteen


# --- what stands around a sentence ------------------------------------------------------------------------------


def lines_of(*parts, place="1"):
    """A line of each part, named by its number."""
    return [(Passage(str(number), part, place), str(number)) for number, part in enumerate(parts)]


@pytest.mark.parametrize(("lines", "heading"), [(1, "0"), (40, "0"), (41, "")])
def test_a_heading_governs_the_forty_lines_after_it(lines, heading):
    assert neighbours_of(lines_of(HEADING, *[TEXT] * lines), lines, False).heading == heading


@pytest.mark.parametrize(
    ("head", "part", "governs"),
    [
        (TITLE, TEXT, True), (TITLE, ANSWER, True), (TITLE, ITEM, False), (TITLE, CELL, False), (TITLE, HEADING, False),
        (HEADING, ITEM, True), (HEADING, CELL, True), (HEADING, QUESTION, False), (HEADING, HEADING, False),
        (HEAD, CELL, True), (HEAD, ITEM, False), (HEAD, TEXT, False),
        (QUESTION, ANSWER, True), (QUESTION, TEXT, False), (QUESTION, ITEM, False), (QUESTION, TITLE, False),
        (TEXT, ITEM, False), (ALT, TEXT, False),
    ],
)  # fmt: skip
def test_what_governs_what(head, part, governs):
    assert neighbours_of(lines_of(head, part), 1, False).heading == ("0" if governs else "")


def test_the_nearest_heading_governs_and_a_sentence_of_the_same_passage_does_not():
    assert neighbours_of(lines_of(HEADING, HEADING, TEXT), 2, False).heading == "1"
    passage = Passage("Salt. Sleep?", HEAD)
    assert neighbours_of([(passage, "Salt."), (passage, "Sleep?")], 1, False).heading == ""


@pytest.mark.parametrize(
    ("part", "is_before", "is_after"),
    [(TEXT, True, True), (HEAD, False, True), (CELL, False, False), (HEADING, True, False), (TITLE, True, False),
     (ITEM, True, False), (QUESTION, True, True)],
)  # fmt: skip
def test_which_lines_a_sentence_goes_on_from_and_goes_on_in(part, is_before, is_after):
    around = neighbours_of(lines_of(part, TEXT, part), 1, True)
    assert (around.before, around.after) == ("0" if is_before else "", "2" if is_after else "")
    assert (around.part, around.on_condition) == (TEXT, True)
    alone = neighbours_of(lines_of(TEXT), 0, False)
    assert (alone.before, alone.after) == ("", "")


def test_a_paragraph_is_what_stands_in_the_same_place_three_lines_around():
    assert neighbours_of(lines_of(*[TEXT] * 9), 4, False).paragraph == "1 2 3 4 5 6 7"
    assert neighbours_of([*lines_of(TEXT), *lines_of(TEXT, place="2")], 1, False).paragraph == "0"
    assert neighbours_of(lines_of(ITEM, TEXT), 1, False).paragraph == "1"


NAMES, CAUTION, LEGS, NIGHT, OTHER = (
    "RLS is common.", "Ask a doctor first if you have RLS.", "The calf is a muscle.", "The legs are two.", "Salt is white.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "part", "is_on"),
    [
        ([NAMES], TEXT, True),
        ([NAMES, OTHER, OTHER], TEXT, True),
        ([NAMES, OTHER, OTHER, OTHER], TEXT, False),
        ([NAMES, OTHER, OTHER, OTHER], TITLE, True),
        ([NAMES, OTHER, OTHER, OTHER], HEADING, True),
        ([NAMES, OTHER, OTHER, OTHER], QUESTION, True),
        ([NAMES, OTHER, OTHER, OTHER], ITEM, False),
        ([NAMES, OTHER, OTHER, NAMES], TEXT, True),
        ([CAUTION], TEXT, False),
        ([NAMES, OTHER, OTHER, CAUTION], TEXT, False),
        ([LEGS, NIGHT, LEGS], TEXT, False),
        ([LEGS, NIGHT, LEGS, LEGS], TEXT, True),
        ([OTHER] * 5, TEXT, False),
    ],
)
def test_whether_a_text_is_about_a_condition(said, part, is_on):
    lines = [(Passage(text, part if not number else TEXT), text) for number, text in enumerate(said)]
    assert is_on_condition(lines, frozenset()) is is_on
