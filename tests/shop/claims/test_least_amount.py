"""An authorised sentence may stand by a product that gives enough magnesium a day: equal, one below, one above."""

import pytest

from shop.claims.check import KINDS, check, worst
from shop.claims.rules import PRODUCT, Authorised, authorised

pytestmark = pytest.mark.django_db
LEAST = 56.25  # 15 % of 375 mg, the reference intake: Regulation (EU) 1169/2011, annex XIII
WORDS = "Reduces tiredness and fatigue"  # red by itself, as no sentence of the register is


@pytest.fixture
def register(monkeypatch):
    """A register of one sentence that would be red if it were not authorised; for which kinds can be changed."""
    kinds = ["food_supplement"]
    monkeypatch.setattr(
        "shop.claims.authorised.authorised",
        lambda law, language: (Authorised(WORDS, tuple(kinds), LEAST, "the register"),),
    )
    return kinds


def allowed(kinds=("food_supplement",), mg_a_day=None) -> bool:
    return worst(check(f"{WORDS}.", "GB", PRODUCT, kinds, mg_a_day)) == "green"


@pytest.mark.parametrize(
    ("mg_a_day", "is_allowed"),
    [(0, False), (56, False), (56.24, False), (LEAST, True), (56.26, True), (57, True), (375, True), (None, True)],
)  # fmt: skip
def test_the_least_magnesium_a_day_for_an_authorised_sentence(register, mg_a_day, is_allowed):
    assert allowed(mg_a_day=mg_a_day) is is_allowed


def test_without_the_register_the_same_words_are_red():
    assert not allowed(mg_a_day=375)


@pytest.mark.parametrize("kind", KINDS)
def test_an_authorised_sentence_is_for_some_kinds_of_product(register, kind):
    register[:] = [kind]
    assert allowed(["food_supplement"], 375) is (kind == "food_supplement")
    assert allowed(["food_supplement", kind], 375)


@pytest.mark.parametrize(("law", "count"), [("GB", 10), ("EU", 10)])
def test_every_sentence_of_the_register_has_the_same_least_amount(law, count):
    rows = authorised(law)
    assert len(rows) == count
    assert {row.least_mg_a_day for row in rows} == ({LEAST} if rows else set())
