"""The book of rules: its name says which rules are in force, and each law has its own."""

import re

from shop.claims.rules import _book, authorised, book, data, expand, fixed_texts, rules, shipped, version

OWN = {
    "id": "moon", "pattern": r"\bfull moon\b", "applies_to": ["food_supplement"], "why": "Superstition.",
    "advice": "Leave it out.", "negation_ok": False, "changed_on": "2026-12-01",
    "laws": {"GB": {"product": "red", "article": "amber", "alone": "green", "source": "Own rule"}},
}  # fmt: skip
SHIPPED = f"{data()['version']} of {data()['date']}"


def test_the_name_depends_on_the_rules_and_not_on_the_day_of_a_change(db):
    assert version() == book().version == SHIPPED == _book([]).version
    assert re.fullmatch(r"[\d.]+\+[0-9a-f]{6} of 2026-12-01", _book([OWN]).version)
    later = _book([OWN | {"changed_on": "2026-12-09"}]).version
    assert later == _book([OWN]).version.replace("12-01", "12-09")
    assert _book([OWN | {"advice": "None."}]).version != _book([OWN]).version
    assert _book([OWN, OWN | {"id": "sun", "changed_on": "2026-12-05"}]).version.endswith("2026-12-05")
    assert _book([dict(reversed(OWN.items()))]).version == _book([OWN]).version


def test_a_rule_holds_in_its_laws_and_one_that_is_off_in_none():
    found = {law: [rule for rule in rows if rule.id == "moon"] for law, rows in _book([OWN]).by_law.items()}
    assert found["EU"] == found["US"] == []
    [rule] = found["GB"]
    assert rule.colours == {"product": "red", "article": "amber", "alone": "green"}
    assert rule.pattern.search("At Full Moon")
    assert (rule.source, rule.negation_ok, rule.applies_to) == ("Own rule", False, ("food_supplement",))
    off = _book([OWN | {"is_off": True}])
    assert not any(rule.id == "moon" for rows in off.by_law.values() for rule in rows)
    assert len(off.by_law["GB"]) == len(_book([]).by_law["GB"])
    changed = shipped()["disease-term"] | {"is_off": True, "changed_on": "2026-12-01"}
    assert "disease-term" not in {rule.id for rule in _book([changed]).by_law["US"]}


def test_names_in_braces_stand_for_words(db):
    assert "{" not in expand("{disease_terms}")
    assert {rule.id for rule in rules("GB")} < set(shipped())
    assert {row.least_mg_a_day for row in authorised("GB")} == {56.25}
    assert {row.least_mg_a_day for row in authorised("US")} == {0}
    assert set(authorised("GB")).isdisjoint(authorised("US"))


def test_of_texts_that_are_never_claims_the_longest_is_looked_for_first():
    lengths = [len(text) for text in fixed_texts()]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[-1]
