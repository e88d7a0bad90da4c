"""The patterns under the reading: on which surface and for which kind of product each counts, and what excuses it."""

import json
from pathlib import Path

import pytest

from shop.claims.context import Neighbours, sentence_of
from shop.claims.floor import hits
from shop.claims.passages import SOURCE
from shop.claims.reading import EVIDENCE, EXCUSED, GREEN, RED, Reading
from shop.claims.rules import ALONE, ARTICLE, CONDITION_RULES, PRODUCT, SAFETY, shipped

pytestmark = pytest.mark.django_db
EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text())["rules"]
KINDS = ("food_supplement", "cosmetic_topical", "bath_salt")
NOTHING = Reading(GREEN)


def found(text, surface=ARTICLE, law="US", kinds=KINDS, reading=NOTHING, **around) -> dict[str, str]:
    sentence = sentence_of(text, frozenset())
    return {
        hit.rule: hit.colour for hit in hits(sentence, Neighbours(**around), law, surface, kinds, reading)
    }


@pytest.mark.parametrize("rule_id", EXAMPLES)
def test_a_pattern_counts_on_products_of_its_kinds_by_the_laws_that_name_it(rule_id):
    rule = shipped()[rule_id]
    for law in ("GB", "US"):
        for text in set(EXAMPLES[rule_id]["must_match"]) - {"Absorbs better"}:  # a phrase of chemistry
            here = rule["laws"].get(law, {}).get(PRODUCT)
            assert found(text, PRODUCT, law).get(rule_id) == here, text
            other = tuple(kind for kind in KINDS if kind not in rule["applies_to"])
            assert rule_id not in found(text, PRODUCT, law, other)
            if rule_id in CONDITION_RULES:
                assert rule_id not in found(text, SAFETY, law)


@pytest.mark.parametrize(
    ("text", "surface", "rule", "colour"),
    [
        ("Clinically proven magnesium.", ARTICLE, "proof-word", "red"),
        ("Clinically proven magnesium.", ALONE, "proof-word", "amber"),
        ("Clinically proven ropinirole.", ARTICLE, "proof-word", None),
        ("Is magnesium clinically proven?", ARTICLE, "proof-word", None),
        ("Magnesium is not clinically proven.", ARTICLE, "proof-word", None),
        ("Magnesium is not clinically proven.", PRODUCT, "proof-word", "red"),
        ("The spray is absorbed through the skin.", ARTICLE, "transdermal-absorption", "red"),
        ("The spray is not absorbed through the skin.", PRODUCT, "transdermal-absorption", None),
        ("The spray is not absorbed through the skin.", SAFETY, "transdermal-absorption", None),
        ("The spray is absorbed through the skin.", SAFETY, "transdermal-absorption", "red"),
        ("Magnesium treats restless legs.", ARTICLE, "treat-condition", None),  # the reading knows better
        ("RLS is common.", ARTICLE, "disease-term", "amber"),
        ("RLS is common.", ALONE, "disease-term", None),
        ("Results guaranteed.", ARTICLE, "guaranteed-result", "red"),
    ],
)
def test_what_a_pattern_makes_of_a_sentence(text, surface, rule, colour):
    assert found(text, surface).get(rule) == colour


@pytest.mark.parametrize(
    ("text", "reading", "rules"),
    [
        ("Shingles is common.", NOTHING, {"names-condition": "amber"}),
        ("Shingles is common.", Reading(GREEN, EXCUSED), {}),
        ("Shingles is common.", Reading(RED, "claim"), {}),
        ("Ask a doctor first if you have shingles.", NOTHING, {}),
        ("RLS is common.", Reading(GREEN, EVIDENCE), {}),
        ("Tea is common.", NOTHING, {}),
    ],
)
def test_an_ailment_that_no_pattern_knows_is_named_too(text, reading, rules):
    assert found(text, reading=reading) == rules


def test_an_ailment_is_named_in_articles_alone():
    assert found("Shingles is common.", ALONE) == found("Shingles is common.", PRODUCT) == {}


@pytest.mark.parametrize(("part", "rules"), [(SOURCE, {}), ("text", {"proof-word": "red"})])
def test_the_title_of_a_source_is_excused_as_evidence(part, rules):
    text, evidence = "Clinically proven magnesium.", Reading(GREEN, EVIDENCE)
    assert found(text, reading=evidence, part=part) == rules
    assert found(text, part=SOURCE) == {"proof-word": "red"}


@pytest.mark.parametrize(
    ("before", "counts"), [("Our capsules are white.", True), ("Ropinirole is white.", False), ("", False)]
)
def test_a_sentence_goes_on_about_what_was_sold_in_the_one_before(before, counts):
    assert ("fatigue-overclaim" in found("It fights fatigue.", law="GB", before=before)) is counts
