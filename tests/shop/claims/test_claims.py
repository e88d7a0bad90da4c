"""The claims check: every labelled sentence, whole texts, the articles that ship, and what a finding does."""

import json
from pathlib import Path

import pytest

from shop.claims.check import check, worst
from shop.claims.conditions import names_condition
from shop.claims.rules import ALONE, ARTICLE, PRODUCT, SAFETY, authorised, rules

HERE = Path(__file__).parent
LAWS = ("GB", "EU", "US")
EXAMPLES = json.loads((HERE / "examples.json").read_text())
OWN = json.loads((HERE / "own_examples.json").read_text())
TEXTS = sorted((HERE / "texts").glob("*.txt"))
pytestmark = pytest.mark.django_db  # the Owner’s rules stand in the database


def rule(rule_id):
    return next(row for law in LAWS for row in rules(law) if row.id == rule_id)


@pytest.mark.parametrize("rule_id", EXAMPLES["rules"])
def test_each_pattern_matches_what_it_must_and_nothing_else(rule_id):
    pattern = rule(rule_id).pattern
    for text in EXAMPLES["rules"][rule_id]["must_match"]:
        assert pattern.search(text), text
    for text in EXAMPLES["rules"][rule_id]["must_not_match"]:
        assert not pattern.search(text), text


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("row", EXAMPLES["article"], ids=lambda row: row["text"][:40])
def test_sentences_of_an_article_that_shows_products_get_their_colour(row, law):
    assert worst(check(row["text"], law)) == row["label"]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("row", EXAMPLES["product"], ids=lambda row: row["text"][:40])
def test_sentences_on_products_are_allowed_or_not(row, law):
    if row["applies_to"] == "article":
        colour = worst(check(row["text"], law, ALONE))
    else:
        surface = SAFETY if row["surface"] == "safety" else PRODUCT
        colour = worst(check(row["text"], law, surface, [row["applies_to"]]))
    assert ("violates" if colour == "red" else "ok") == row["labels"][law]


def counted(rows):
    """(share of the red that was found, share of the others that was called red), over all laws."""
    hits = {"red": [], "other": []}
    for row in rows:
        for law in LAWS:
            red = worst(check(row["text"], law)) == "red"
            hits["red" if row["label"] == "red" else "other"].append(red)
    return sum(hits["red"]) / len(hits["red"]), sum(hits["other"]) / len(hits["other"])


@pytest.mark.walk
def test_sentences_that_were_not_used_to_write_the_rules():
    assert len(OWN["held_out"]) >= 50
    found, false = counted(OWN["held_out"])
    assert found >= 0.95
    assert false <= 0.10


@pytest.mark.walk
def test_sentences_that_were_looked_at_while_writing_the_rules():
    assert len(OWN["worked_on"]) >= 50
    found, false = counted(OWN["worked_on"])
    assert found >= 0.98
    assert false <= 0.02


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_typical_article_from_elsewhere_is_red_in_the_right_places(path, law):
    """Lines that begin with “!” must be red, those with “!e” in the UK and the EU alone, and no other line."""
    lines = [
        line.partition(" ") if line[:1] == "!" else ("", "", line) for line in path.read_text().splitlines()
    ]
    text = "\n".join(words for *_, words in lines)
    red = [finding.sentence for finding in check(text, law) if finding.severity == "red"]
    for mark, _, words in lines:
        expected = mark == "!" or (mark == "!e" and law != "US")
        assert any(sentence in words for sentence in red) == expected, words


def test_there_are_ten_whole_texts():
    assert len(TEXTS) == 10


@pytest.mark.parametrize(
    "text",
    [
        "Magnesium relieves restless legs without a prescription.",
        "There is no better way to ease restless legs than magnesium.",
        "Magnesium is not only for bones: it eases restless legs.",
        "Don't wait: magnesium stops cramps.",
    ],
)
def test_a_negation_excuses_only_what_it_governs(text):
    assert worst(check(text, "GB")) == "red"


def test_an_authorised_sentence_is_allowed_word_for_word_where_the_product_qualifies():
    text = "Magnesium contributes to a reduction of tiredness and fatigue."
    assert text[:-1] in {row.text for row in authorised("GB")}
    assert check(text, "GB", PRODUCT, ["food_supplement"], 200) == []
    assert worst(check("Reduces tiredness and fatigue.", "GB", PRODUCT, ["food_supplement"], 200)) == "red"
    assert worst(check("Helps you sleep. " + text, "EU", PRODUCT, ["cosmetic_topical"])) == "red"


def test_warnings_may_name_a_condition_and_copy_may_not():
    text = "Ask a doctor first if you have diabetes."
    assert check(text, "EU", SAFETY, ["bath_salt"]) == []
    assert worst(check(text, "EU", PRODUCT, ["bath_salt"])) == "red"


def test_the_answer_to_a_question_is_a_claim():
    assert worst(check("Does magnesium help restless legs?", "GB")) == "amber"
    assert worst(check("Does magnesium help restless legs? Yes, it does.", "GB")) == "red"
    assert worst(check("Does magnesium help restless legs? Nobody knows.", "GB")) == "amber"


def test_a_positive_study_needs_its_size_and_its_design_beside_it():
    bare = "In one trial magnesium reduced the symptoms of RLS."
    assert worst(check(bare, "GB")) == "amber"
    assert "study-without-size" in check(bare, "GB")[0].rule
    full = "In one single-blind trial with 75 people magnesium reduced the symptoms of RLS after two months."
    assert all("study-without-size" not in finding.rule for finding in check(full, "GB"))
    assert worst(check("Studies prove that magnesium reduces RLS.", "GB")) == "red"


def test_findings_say_what_where_why_and_what_could_be_said():
    [finding] = [
        row for row in check("A warm day. Our spray stops cramps.", "GB", ARTICLE) if row.severity == "red"
    ][:1]
    assert finding.sentence == "Our spray stops cramps."
    assert finding.source
    assert finding.advice


@pytest.mark.parametrize(
    "text", ["", "\n\n", "…", "?" * 5000, "magnesium " * 4000, "\u00a0\u200b", "a.b.c" * 2000]
)
def test_odd_texts_are_read_to_the_end(text):
    check(text, "GB")


def test_names_condition_reads_the_same_rules():
    assert names_condition("Restless legs at night")
    assert not names_condition("Restless to try our new pouch")
