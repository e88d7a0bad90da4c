"""What the EU shop shows is there in German, whole, and in the words of the register and of the law."""

from tests.support.translated import article_problems


def test_the_german_articles_have_all_of_their_originals():
    assert [what for what in article_problems("de") if not what.endswith("in one language only")] == []
