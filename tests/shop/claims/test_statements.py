"""What a product may state: on the list of its law, from an amount on, and with its mark in the US."""

from types import SimpleNamespace

import pytest

from shop.claims.statements import (
    Statement,
    allowed_in_texts,
    as_listed,
    bare,
    on_its_own,
    problems,
    statements,
    with_marks,
)

MUSCLE = "Magnesium contributes to normal muscle function"
US_MUSCLE = "Magnesium supports normal muscle function"
BARE = Statement("Said", ("food_supplement",), 56.25, "", is_marked=False, is_choice=True)


@pytest.mark.parametrize(
    ("kind", "mg", "why"),
    [
        ("food_supplement", 56.25, ""),
        ("food_supplement", 60, ""),
        ("food_supplement", 56, "needs 56.25 mg a day; this one gives 56"),
        ("food_supplement", None, "needs a pack and a daily amount of magnesium, saved before"),
        ("food_supplement", 0, "needs a pack and a daily amount of magnesium, saved before"),
        ("bath_salt", 100, "only food supplements may state it"),
    ],
)
def test_a_product_is_told_what_it_lacks(kind, mg, why):
    assert BARE.why_not(kind, mg) == why


def test_the_lists_differ_by_law_and_only_authorised_sentences_of_the_us_are_marked():
    for law in ("GB", "EU", "US"):
        listed = allowed_in_texts(law)
        assert set(statements(law)) <= set(listed)
        assert all(row.is_marked == row.written.endswith(".*") for row in listed)
        assert any(row.is_marked for row in listed) == (law == "US")
        assert any(not row.is_marked for row in listed)
        assert all(row.is_choice for row in statements(law))
    assert {row.least_mg_a_day for row in allowed_in_texts("GB")} >= {56.25, 112.5}
    assert 0 in {row.least_mg_a_day for row in allowed_in_texts("US")}
    assert MUSCLE in [row.written for row in statements("GB")]
    assert f"{US_MUSCLE}.*" in [row.written for row in statements("US")]


def test_lines_are_brought_to_the_spelling_and_the_order_of_the_list():
    assert bare("  Magnesium \n SUPPORTS sleep. * ") == "magnesium supports sleep"
    one, two = (row.written for row in statements("GB")[:2])
    given = [" Another ", f"{two.upper()}.", "", " ", one, two]
    assert as_listed(given, "GB") == [one, two, "Another"]
    assert as_listed([], "GB") == []


def test_each_line_that_may_not_be_stated_is_told():
    assert problems([MUSCLE], "GB", "food_supplement", 100) == []
    unknown, lacking = problems(["It soothes", MUSCLE], "GB", "food_supplement", 10)
    assert unknown.startswith("“It soothes” is not on the list")
    assert lacking == f"“{MUSCLE}”: needs 56.25 mg a day; this one gives 10."


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        (f"<p>{US_MUSCLE}.</p>", f"<p>{US_MUSCLE}.*</p>"),
        (f"<p>{US_MUSCLE}.*</p>", f"<p>{US_MUSCLE}.*</p>"),
        (f"{US_MUSCLE} and more", f"{US_MUSCLE}* and more"),
        (
            "<b>magnesium</b> supports&nbsp;normal muscle function",
            "<b>magnesium</b> supports&nbsp;normal muscle function*",
        ),
    ],
)
def test_a_statement_gets_its_mark_once(html, marked):
    assert with_marks(html, "US") == (marked, True)


@pytest.mark.parametrize(
    "html", ["<p>Magnesium is a mineral.</p>", f'<img alt="{US_MUSCLE}">', f"{US_MUSCLE}s"]
)
def test_what_is_no_statement_or_stands_in_a_tag_is_left_alone(html):
    assert with_marks(html, "US") == (html, False)


def test_elsewhere_nothing_is_marked():
    assert with_marks(f"{MUSCLE}.", "GB") == (f"{MUSCLE}.", False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{US_MUSCLE}.", f"{US_MUSCLE}.* *Not evaluated."),
        (f"{US_MUSCLE}. Not evaluated.", f"{US_MUSCLE}.* Not evaluated."),
        ("It is a mineral.", "It is a mineral."),
    ],
)
def test_away_from_a_page_the_disclaimer_follows_once(text, shown):
    place = SimpleNamespace(law="US", claims_law="US", legal=SimpleNamespace(disclaimer="Not evaluated."))
    assert on_its_own(text, place) == shown
