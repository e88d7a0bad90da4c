"""The list of contents of an article: each entry leads to one place, and says what the heading says."""

import re
from collections import Counter
from html import unescape

import pytest

from articles.models import Article, RichText
from articles.reading.page import Rendering
from tests.conftest import a_shopper
from tests.support.editions import in_english

pytestmark = pytest.mark.django_db
SLUG = "citrate-glycinate-oxide-label-guide"
IDS = re.compile(r'\sid="([^"]*)"')


def page_with(*headings):
    """The readers' page of an article with a text block for each of these headings (stored HTML) at its end."""
    version = Article.objects.get(slug=SLUG).publications.first().version
    for place, heading in enumerate(headings):
        RichText.objects.create(
            parent=version, region="main", ordering=900 + place, body=f"<h2>{heading}</h2><p>x</p>"
        )
    html = a_shopper().get(f"/uk/articles/{SLUG}/").content.decode()
    listed = re.search(r'<details class="contents".*?</details>', html, re.DOTALL)[0]
    return html, re.findall(r'<a href="#([^"]*)">(.*?)</a>', listed)[-len(headings) - 1 :]


@pytest.mark.parametrize("headings", [
    ["In short", "In short"],
    ["In short", "In short 2", "In short", "in SHORT!"],
    ["🔬", "💊", "Part 1"],
    ["Магний", "镁", "マグネシウム", "Магний"],
    ["Sources", "Questions", "Shop", "More", "Main", "Ref 1", "Cite 1", "Reading head", "Letter", "About"],
    ["H<sub>2</sub>O", "H2O", "<strong>H2O</strong>"],
    ["Product magnesium citrate capsules"],
])  # fmt: skip
def test_each_place_has_an_id_of_its_own(headings):
    html, _ = page_with(*headings)
    ids = Counter(IDS.findall(html))
    assert [name for name, count in ids.items() if count > 1] == []
    targets = re.findall(r'href="#([^"]*)"', html)
    assert {unescape(target) for target in targets} <= {unescape(name) for name in ids}


@pytest.mark.slow
def test_an_anchor_stays_what_it_was():
    _, one = page_with("In short", "Магний")
    assert [anchor for anchor, _ in one][:2] == ["in-short", "магний"]
    html, _ = page_with("In short")
    assert html.index('id="in-short"') < html.index('id="in-short-2"')


@pytest.mark.parametrize(("heading", "entry"), [
    ("Fish &amp; chips", "Fish &amp; chips"),
    ("Less than &lt; 10&nbsp;mg", "Less than &lt; 10 mg"),
    ("10<sup>3</sup> and H<sub>2</sub>O", "10<sup>3</sup> and H<sub>2</sub>O"),
    ('A <a href="https://example.org/" rel="noopener">link</a>', "A link"),
    ("Known [[nhs2023]]", "Known"),
    ("“Quoted” – it’s", "“Quoted” – it’s"),
])  # fmt: skip
def test_an_entry_says_what_the_heading_says(heading, entry):
    _, entries = page_with(heading)
    assert entry in [words for _, words in entries]


@pytest.mark.parametrize("heading", ["", "&nbsp;", "<strong></strong>", "[[nobody1999]]"])
def test_a_heading_without_words_is_not_listed(heading):
    rendering = Rendering([], lambda kind: {})
    rendering.html(f"<h2>{heading}</h2>")
    assert rendering.contents == []


@pytest.mark.slow
def test_the_feed_and_all_regions_have_the_same_anchors():
    page_with("In short", "In short")
    for region in in_english():
        html = a_shopper().get(f"/{region.code}/articles/{SLUG}/").content.decode()
        assert 'id="in-short-2"' in html
    assert 'id="in-short-2"' in unescape(a_shopper().get("/uk/articles/feed/").content.decode())
