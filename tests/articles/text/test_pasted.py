"""Text from elsewhere keeps what carries meaning, posted as HTML; tests/browser/test_pasting.py pastes the same."""

import time

import pytest

from articles.models import Callout, RichText
from articles.text.pasted import from_elsewhere
from articles.text.pastes.real_links import real_address
from tests.support.pastes import PASTES, SHORT

FIELD, SHORT_FIELD = RichText._meta.get_field("body"), Callout._meta.get_field("body")


def stored(html, field=FIELD):
    """As nh3 writes it: a blank that does not break as &nbsp;."""
    return field.clean(html, None).replace("&nbsp;", "\xa0")


@pytest.mark.parametrize("name", PASTES)
def test_structure_that_carries_meaning_survives(name):
    html, kept = PASTES[name]
    assert stored(html) == kept
    assert stored(kept) == kept, "and stays as it is when it is saved again"


@pytest.mark.parametrize("name", SHORT)
def test_short_texts_keep_what_they_can_hold(name):
    assert stored(PASTES[name][0], SHORT_FIELD) == SHORT[name]


@pytest.mark.parametrize("html", [
    "<p>One.</p>", "<p>a &lt; b &amp; c</p><ul><li><p>x</p></li></ul>", "<blockquote><p>q</p></blockquote>",
    '<p><a href="/to/article/12/#part">x</a> 10<sup>3</sup><br>y</p>', "<table><tbody><tr><td><p>1</p></td></tr></tbody></table>",
    "", "<p></p>", "plain words",
])  # fmt: skip
def test_what_our_editor_writes_is_left_alone(html):
    assert from_elsewhere(html) == html


@pytest.mark.parametrize("html", [
    "<b>" * 3000, "<div>" * 3000 + "x", "<ul><li class=x>" * 400 + "x", "<table class=x><tr><td>" * 60 + "x", "<span style=';;:::'>x</span>",
    "<ol start=99999999999 class=x><li value=-1>x</li></ol>", "<b></p></b></ul>x", "<p class=MsoListParagraph style='mso-list:l0 level9 lfo1'>x",
    "<a class=x href='http://[::1'>x</a>", "<m:f></m:f>x<b>y", "<msup></msup>x<b>y", "<td class=x>x</td>",
    "<style>" + "@media{" * 9999 + ".a{" * 9999 + "</style><p class=a>x", "<style>" + ".a," * 9999 + ".a{top:1em}</style><p class=a>x",
    "<b class=x>" + "<i aria-hidden=true>y</i>" * 9999 + "<math></math>x", "<p class=MsoListParagraph style='mso-list:l0 level1'>ab.  </p>x",
])  # fmt: skip
def test_broken_markup_is_read_in_little_time_and_loses_no_word(html):
    begun = time.perf_counter()
    assert "x" in stored(html + " x")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(("href", "leads"), [
    ("https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fa.org%2F&usg=1", "https://a.org/"),
    ("https://www.google.com/url?q=https://l.facebook.com/l.php?u%3Dhttps%253A%252F%252Fb.org", "https://b.org"),
    ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
    ("https://notgoogle.com/url?q=https://a.org", "https://notgoogle.com/url?q=https://a.org"),
    ("https://urldefense.com/v3/__https://a.org/b__;!!x!y$", "https://a.org/b"),
    ("https://scholar.google.com/scholar_url?url=https://a.org/b.pdf&hl=en", "https://a.org/b.pdf"),
    ("https://a.org/b#:~:text=magnesium", "https://a.org/b"), ("https://a.org/b#part:~:text=x", "https://a.org/b#part"),
    ("mailto:a@example.org", "mailto:a@example.org"), ("about:blank", ""), ("#top", ""), ("//a.org/x", "//a.org/x"),
])  # fmt: skip
def test_a_link_leads_where_it_says(href, leads):
    assert real_address(href) == leads
