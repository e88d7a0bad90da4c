"""What readers are told of an article's other languages, and where an address of another language leads."""

import json
import re

import pytest

from articles.models import Article, RichText
from articles.publishing.publish import take_back
from articles.publishing.versions import save_version
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.languages import a_translation, an_original, edition, publish_now

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def pair():
    edition("de")
    original = an_original("cramps", "<p>One night.</p>")
    return original, a_translation(original, "de", "<p>Eine Nacht.</p>")


def page(path):
    return a_shopper().get(path).content.decode()


def test_both_pages_name_each_other_for_search_engines_and_for_readers(pair):
    _original, german = pair
    wanted = {
        ("en-GB", "uk/articles/cramps"),
        ("en", "eu/articles/cramps"),
        ("de", f"de/articles/{german.slug}"),
    }
    for path in ("/eu/articles/cramps/", f"/de/articles/{german.slug}/"):
        html = page(path)
        named = re.findall(r'rel="alternate" hreflang="([\w-]+)" href="[^"]*?//[^/"]+/([^"]+)/"', html)
        assert set(named) - {("x-default", "uk/articles/cramps")} == wanted, path
        assert ("x-default", "uk/articles/cramps") in named, path
    assert f'<a href="/de/articles/{german.slug}/" hreflang="de" lang="de">' in page("/eu/articles/cramps/")
    assert '<a href="/eu/articles/cramps/" hreflang="en" lang="en">' in page(f"/de/articles/{german.slug}/")
    assert "article__languages" not in page("/uk/articles/cramps/"), "another language there is another shop"


def test_machines_read_what_it_is_a_translation_of(pair):
    _original, german = pair
    html = page(f"/de/articles/{german.slug}/")
    found = [
        json.loads(text)
        for text in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.S)
    ]
    data = next(row for row in found if "headline" in row)
    assert data["inLanguage"] == "de"
    assert data["translationOfWork"]["url"].endswith("/eu/articles/cramps/")


def test_an_address_of_another_language_leads_to_the_translation(pair):
    _original, german = pair
    assert a_shopper().get("/de/articles/cramps/")["Location"] == f"/de/articles/{german.slug}/"
    assert a_shopper().get(f"/uk/articles/{german.slug}/")["Location"] == "/uk/articles/cramps/"
    assert a_shopper().get(f"/us/articles/{german.slug}/").status_code == 404


def test_a_kept_page_names_a_translation_from_its_first_moment_to_its_last(pair):
    _original, _german = pair
    other = an_original("sleep", "<p>Nights.</p>")
    assert "article__languages" not in page("/eu/articles/sleep/")
    made = a_translation(other, "de", "<p>Nächte.</p>")
    assert f"/de/articles/{made.slug}/" in page("/eu/articles/sleep/")
    take_back(made, region("de"))
    assert "article__languages" not in page("/eu/articles/sleep/")


def test_a_list_has_the_articles_of_its_language(pair):
    _original, german = pair
    assert f"/de/articles/{german.slug}/" in page("/de/articles/")
    assert "/de/articles/cramps/" not in page("/de/articles/")
    assert german.slug not in page("/eu/articles/")


def test_a_link_to_the_original_leads_to_its_translation(pair):
    original, german = pair
    other = an_original("sleep", f'<p>See <a href="/to/article/{original.pk}/">cramps</a>.</p>')
    a_translation(other, "de", f'<p>Siehe <a href="/to/article/{original.pk}/">Krämpfe</a>.</p>')
    assert f'href="/de/articles/{german.slug}/"' in page("/de/articles/sleep-de/")
    take_back(german, region("de"))
    assert f'href="/de/articles/{german.slug}/"' not in page("/de/articles/sleep-de/")
    publish_now(german.newest(), "de")
    assert f'href="/de/articles/{german.slug}/"' in page("/de/articles/sleep-de/")


def test_nobody_finds_an_article_at_the_address_of_a_draft(pair):
    original, _ = pair
    edition("fr")
    french = a_translation(original, "fr", "<p>Une nuit.</p>", live=False)
    assert a_shopper().get(f"/fr/articles/{french.slug}/").status_code == 404
    assert french.slug not in page("/eu/articles/cramps/")


def test_what_is_for_a_market_is_for_its_editions(pair):
    _original, german = pair
    draft = german.newest()
    save_version(
        draft,
        write=lambda: [
            RichText.objects.create(
                parent=draft,
                region="main",
                ordering=20 + place,
                body=f"<p>{words}</p>",
                show_in=way,
                region_codes=codes,
            )
            for place, (words, way, codes) in enumerate(
                [
                    ("Für die EU", "only", "uk eu"),
                    ("Nur hier", "only", "de"),
                    ("Nicht in der EU", "not", "eu"),
                    ("Nur UK", "only", "uk"),
                ]
            )
        ],
    )
    html = page(f"/de/articles/{german.slug}/")
    assert [words in html for words in ("Für die EU", "Nur hier", "Nicht in der EU", "Nur UK")] == [
        True,
        True,
        False,
        False,
    ]
    assert Article.objects.get(pk=german.pk).language == "de"
