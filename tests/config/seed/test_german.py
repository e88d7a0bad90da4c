"""What the EU shop shows is there in German, whole, and in the words of the register and of the law."""

import pytest

from tests.support.translated import article_problems, page_problems
from tests.support.translated_words import word_problems


@pytest.mark.slow
def test_the_german_articles_have_all_of_their_originals():
    assert list(article_problems("de")) == []


@pytest.mark.slow
def test_products_packs_and_all_rows_that_shoppers_read_have_german_words():
    assert list(word_problems("de")) == []


def test_every_page_of_help_and_of_law_is_there_in_german():
    assert list(page_problems("de")) == []
