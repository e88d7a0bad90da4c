"""Stored rich text as lines with their parts, in the words that readers see."""

import pytest

from articles.text.lines import passages_of
from shop.claims.passages import ANSWER


def told(html, **given):
    return [(row.part, row.text) for row in passages_of(html, **given)]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<h2>Causes</h2><p>Iron is one.</p>", [("heading", "Causes"), ("text", "Iron is one.")]),
        ("<h3>A <b>bold</b> word</h3>", [("heading", "A bold word")]),
        (
            "<ul><li><p>One</p><ul><li><p>Two</p></li></ul></li></ul><p>Three</p>",
            [("item", "One"), ("item", "Two"), ("text", "Three")],
        ),
        (
            "<table><tbody><tr><th><p>Form</p></th><td><p>Oxide</p><p>A salt</p></td></tr></tbody></table>",
            [("head", "Form"), ("cell", "Oxide"), ("cell", "A salt")],
        ),
        ("<table><tr><td><ul><li>In a cell</li></ul></td></tr></table>", [("item", "In a cell")]),
        ("<blockquote><p>Said.</p></blockquote>", [("text", "Said.")]),
        ("<p>Rest<em>less</em>&nbsp;legs &amp; more</p>", [("text", "Restless legs & more")]),
        ("<p>It works [[walker2003]][[claim]].</p>", [("text", "It works.")]),
        ("<p>One<br>two</p><p></p><p>&nbsp;</p>", [("text", "One\ntwo")]),
        ("bare &lt;words&gt;", [("text", "bare <words>")]),
        ("<p>never closed<li>an item", [("text", "never closed"), ("item", "an item")]),
        ("", []),
    ],
)
def test_each_line_has_the_part_that_its_place_gives_it(html, lines):
    assert told(html) == lines


def test_the_paragraphs_of_an_answer_are_answers_and_its_items_items():
    html = "<p>Not by itself.</p><ul><li><p>Iron</p></li></ul>"
    assert told(html, part=ANSWER) == [("answer", "Not by itself."), ("item", "Iron")]
