"""The feed of each region, and the author's page."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Author, Publication
from tests.conftest import a_shopper
from tests.support.markup import squeezed

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
GUIDE = "citrate-glycinate-oxide-label-guide"
LEGS = "magnesium-and-restless-legs-guide"


def entries(code):
    answer = a_shopper().get(f"/{code}/articles/feed/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    return {entry.find(f"{ATOM}title").text: entry for entry in feed.findall(f"{ATOM}entry")}


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_feed_has_every_live_article_in_full_without_a_product(code):
    found = entries(code)
    assert len(found) == 8
    for entry in found.values():
        text = entry.find(f"{ATOM}summary").text
        assert len(re.sub(r"<[^>]+>", " ", text).split()) > 1000
        assert "/basket/" not in text
        assert f"/{code}/shop/magnesium-citrate" not in text
        assert "[[" not in text
        assert not re.search(r'(href|src)="[/#]', text), "an address that leads nowhere in a reader"
        assert entry.find(f"{ATOM}link").attrib["href"].startswith("http://127.0.0.1:8000/")


@pytest.mark.slow
def test_the_feed_follows_publishing_and_regions():
    Publication.objects.filter(article__slug=LEGS, region__code="eu").delete()
    title = "A plain guide to magnesium and restless legs, with questions"
    assert title not in entries("eu")
    assert title in entries("uk")


@pytest.mark.slow
def test_words_of_one_region_stay_out_of_the_others_feed():
    text = {code: a_shopper().get(f"/{code}/articles/feed/").content.decode() for code in ("uk", "us", "eu")}
    assert "116 123" in text["uk"]
    assert "116 123" not in text["us"] + text["eu"]
    assert "Gorantla" not in text["us"]


@pytest.mark.slow
def test_the_feed_reads_each_article_and_nothing_that_it_leads_to():
    with CaptureQueriesContext(connection) as captured:
        assert len(entries("uk")) == 8
    asked = [row["sql"] for row in captured]
    assert len([sql for sql in asked if 'FROM "articles_richtext"' in sql]) == 8
    assert not [sql for sql in asked if '"shared"' in sql or 'FROM "catalogue_product"' in sql]
    assert len(asked) <= 8 * 3 + 4


def test_pages_name_the_feed_and_the_author(client):
    page = squeezed(client.get(f"/us/articles/{GUIDE}/").content.decode())
    assert (
        '<link rel="alternate" type="application/atom+xml" title="Articles" href="/us/articles/feed/">'
        in page
    )
    author = Author.objects.get()
    assert f'href="/us/articles/authors/{author.slug}/"' in page
    about = client.get(f"/us/articles/authors/{author.slug}/").content.decode()
    assert about.count('class="article-card"') == 8
    assert author.about in about.replace("&#x27;", "'")
    assert client.get("/us/articles/authors/nobody/").status_code == 404


@pytest.mark.slow
def test_a_topic_has_a_feed_of_its_own_in_each_region():
    for code in ("uk", "us", "eu"):
        feed = a_shopper().get(f"/{code}/articles/feed/?topic=iron").content.decode()
        whole = a_shopper().get(f"/{code}/articles/feed/").content.decode()
        assert f"/{code}/articles/feed/?topic=iron" in feed
        assert "iron-first-questions-for-your-doctor" in feed
        assert 0 < feed.count("<entry") < whole.count("<entry")
    assert a_shopper().get("/uk/articles/feed/?topic=nothing").status_code == 404
    page = a_shopper().get("/uk/articles/?topic=iron").content.decode()
    assert 'href="/uk/articles/feed/?topic=iron"' in page
