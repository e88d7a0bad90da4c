"""An article that nobody has translated: hidden in an edition, or shown in its own language, which the page says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Publication
from articles.publishing.publish import Slot, publish, take_back
from config.discovery.sitemaps import entries
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.languages import a_translation, an_original, edition, publish_now

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def shows(way="show"):
    where = edition("de")
    where.articles_without_translation = way
    where.save()
    return region("de")


def page(path):
    answer = a_shopper().get(path)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def standing_in(article):
    rows = Publication.objects.filter(article=article, stands_in=True).order_by("starts_at")
    return [(row.region.code, row.ends_at) for row in rows]


def test_what_is_not_translated_is_hidden_unless_the_edition_shows_it():
    shows("hide")
    original = an_original("cramps")
    assert page("/de/articles/cramps/") == 404
    assert "cramps" not in page("/de/articles/")
    shows()
    assert "On cramps" in page("/de/articles/cramps/")
    assert "/de/articles/cramps/" in page("/de/articles/")
    shows("hide")
    assert page("/de/articles/cramps/") == 404
    assert standing_in(original) == []


def test_it_says_its_language_and_search_engines_are_sent_to_its_own_address():
    here = shows()
    an_original("cramps")
    html = page("/de/articles/cramps/")
    assert '<h1 lang="en">On cramps</h1>' in html
    assert "article__spoken" in html
    assert "Englisch" in html
    assert '<link rel="canonical" href="http' in html
    assert (
        html.partition('<link rel="canonical" href="')[2].partition('"')[0].endswith("/eu/articles/cramps/")
    )
    assert 'hreflang="de"' not in html.partition("</head>")[0]
    assert "Englisch" in page("/de/articles/")
    assert "/de/articles/cramps/" not in [entry.path for entry in entries(here)]
    assert "Englisch" not in page("/eu/articles/cramps/")


def test_a_translation_takes_its_place_for_as_long_as_it_is_published():
    here = shows()
    original = an_original("cramps")
    soon = timezone.now() + timedelta(days=2)
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", live=False)
    publish(german.newest(), [Slot(here, soon)], "berta")
    assert standing_in(original) == [("de", soon)], "until it begins"
    publish_now(german.newest(), "de")
    assert a_shopper().get("/de/articles/cramps/")["Location"] == f"/de/articles/{german.slug}/"
    assert "/de/articles/cramps/" not in page("/de/articles/")
    take_back(german, here)
    assert "On cramps" in page("/de/articles/cramps/")


def test_it_follows_what_is_published_in_the_market():
    shows()
    original = an_original("cramps", live=("uk",))
    assert standing_in(original) == []
    publish_now(original.newest(), "eu")
    assert standing_in(original) == [("de", None)]
    take_back(original, region("eu"))
    assert page("/de/articles/cramps/") == 404
    assert "On cramps" in page("/uk/articles/cramps/")


def test_an_edition_that_hides_what_is_not_translated_has_nothing_that_stands_in():
    edition("de")
    original = an_original("cramps")
    assert not Publication.objects.filter(
        stands_in=True, region__articles_without_translation="hide"
    ).exists()
    assert Region.objects.get(code="de").articles_without_translation == "hide"
    assert standing_in(original) == []
