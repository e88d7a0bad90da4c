"""Plain text as its readers meet it: which line is a title, a heading, a question, its answer or an item."""

import pytest

from shop.claims.passages import ANSWER, CELL, HEADING, ITEM, QUESTION, TEXT, TITLE, from_plain

LONG = "A line of fourteen words is short enough to be the heading of it"
SIX = ["Nuts", "Seeds.", "Beans.", "Greens.", "Water.", "Salt."]


def parts(*lines):
    return [row.part for row in from_plain("\n".join(lines))]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # A question is one where something follows it, and only what follows it next is its answer.
        (["Does it dissolve?"], [TEXT]),
        (["Does it dissolve?", "Yes.", "In water."], [QUESTION, ANSWER, TEXT]),
        (["Does it dissolve? ", "Yes."], [QUESTION, ANSWER]),
        (["Does it dissolve? Yes.", "In water."], [TEXT, TEXT]),
        (["It dissolves.", "Does it clump?"], [TEXT, TEXT]),
        # A heading is short, has no stop at its end, and something follows it.
        (["Forms", "Citrate dissolves."], [HEADING, TEXT]),
        (["Forms.", "Citrate dissolves."], [TEXT, TEXT]),
        (["“Forms.”", "Citrate dissolves."], [TEXT, TEXT]),
        (["Forms…", "Citrate dissolves."], [TEXT, TEXT]),
        (["Forms. And amounts", "Citrate dissolves."], [HEADING, TEXT]),
        (["Citrate dissolves.", "Forms"], [TEXT, TEXT]),
        ([LONG, "Citrate dissolves."], [HEADING, TEXT]),
        ([f"{LONG} all", "Citrate dissolves."], [TEXT, TEXT]),
        # The first of seven lines or more is the title.
        (SIX, [HEADING, *[TEXT] * 5]),
        ([*SIX, "Ice."], [TITLE, *[TEXT] * 6]),
        (["Salt.", *SIX, "Ice."], [TEXT, HEADING, *[TEXT] * 6]),
        # Marks say what a line is, wherever it stands.
        (["## Forms", "### Forms", "# Why?"], [TITLE, HEADING, QUESTION]),
        (["- Citrate", "12. Oxide", "123. Oxide."], [ITEM, ITEM, TEXT]),
        (["| Form | Share |", "|---|---|", "| oxide | 60 % |"], [CELL, CELL]),
    ],
)
def test_each_line_has_its_part(lines, expected):
    assert parts(*lines) == expected


def test_marks_are_no_words():
    found = from_plain(
        "# *Forms*\n> Citrate __dissolves__.\n- **Oxide** does not\n| a | b |\n2 * 3 * 4 is 24.\n---\n"
    )
    assert [row.text for row in found] == [
        "Forms", "Citrate dissolves.", "Oxide does not", "a, b", "2 * 3 * 4 is 24.",
    ]  # fmt: skip
