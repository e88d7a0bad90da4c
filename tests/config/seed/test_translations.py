"""The translations that ship come in beside their originals, each in the edition of its language."""

import pytest

from articles.models import Article, Publication
from config.seed.articles import load_translation
from config.seed.files import article_files, translation_files
from config.seed.rows import Rows
from shop.pictures.models import Picture
from tests.support.factories import region
from tests.support.languages import edition

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class AnyPicture:
    def get(self, filename):
        return Picture.objects.first()


def regions():
    return {code: region(code) for code in ("uk", "us", "eu", edition("de").code)}


def test_a_translation_has_all_but_its_words_from_its_original_and_comes_once():
    where = regions()
    Publication.objects.filter(article__language="de").delete()
    Article.objects.filter(language="de").delete()
    slug, file = translation_files("de")[0]
    version = load_translation(slug, "de", file, where, AnyPicture(), Rows(pytest.fail))
    original = Article.objects.get(slug=slug)
    said = original.newest()
    assert (version.article.original, version.article.language, version.translates) == (original, "de", said)
    assert (version.author, version.picture) == (said.author, said.picture)
    assert set(version.topics.all()) == set(said.topics.all())
    assert set(version.tags.all()) == set(said.tags.all())
    [row] = Publication.objects.filter(version=version)
    assert (row.region, row.starts_at) == (
        edition("de"),
        original.publications.earliest("starts_at").starts_at,
    )
    assert load_translation(slug, "de", file, where, AnyPicture(), Rows(pytest.fail)) is None


def test_english_articles_are_published_in_english_alone():
    edition("de")
    slugs = [file.head["slug"] for file in article_files()]
    rows = Publication.objects.filter(article__slug__in=slugs)
    assert set(rows.values_list("region__language", flat=True)) == {"en"}


def test_a_translation_waits_for_its_original_and_for_an_edition():
    where, (slug, file) = regions(), translation_files("de")[0]
    assert load_translation("no-such-article", "de", file, where, AnyPicture(), Rows(pytest.fail)) is None
    english = {code: row for code, row in where.items() if row.language == "en"}
    assert load_translation(slug, "de", file, english, AnyPicture(), Rows(pytest.fail)) is None
