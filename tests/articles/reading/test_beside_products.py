"""Lists that stand beside products, and letters, leave out what claims something in its title or summary."""

import pytest

from articles.evidence import facts
from articles.evidence.claims import sign_off
from articles.evidence.ticks import is_current
from articles.models import Article, Topic, Version
from articles.reading.page import related_versions
from articles.reading.published import newest_beside_products, newest_versions
from config.newsletter.letters import letter_context
from config.newsletter.models import Letter, LetterArticle
from config.search.models import Kind
from config.search.views import Results
from shop.content.models import content_changed
from tests.conftest import a_shopper
from tests.support.claims import LABELS
from tests.support.factories import region
from tests.support.places import RED, SPELLINGS

pytestmark = pytest.mark.django_db


def with_head(**head) -> Version:
    """The live article on labels, first in every list, with another title or summary."""
    version = Article.objects.get(slug=LABELS).newest()
    Version.objects.filter(pk=version.pk).update(**head)
    version.refresh_from_db()
    facts.refresh(version)
    content_changed()
    return version


def lists(version) -> dict[str, bool]:
    """By place whether the article stands there."""
    uk, article = region("uk"), version.article
    letter = Letter.objects.create(region=uk, subject="Read", words="Read.")
    LetterArticle.objects.create(letter=letter, article=article, position=1)
    other = Version.objects.filter(publications__isnull=False).exclude(article=article).first()
    version.topics.set(Topic.objects.all())  # so that it shares most
    content_changed()
    found = Results("citrate", uk)
    assert found.cards
    return {
        "home": article.url_in(uk) in a_shopper().get("/uk/").content.decode(),
        "newest": article in [row.article for row in newest_beside_products(uk, 90)],
        "related": article in [row.article for row in related_versions(other, uk, names_condition=True)],
        "search": str(article.pk) in found.keys[Kind.ARTICLE],
        "letter": article in [row.version.article for row in letter_context(letter)["published"]],
    }


@pytest.mark.slow
def test_an_honest_article_stands_in_all_of_them():
    places = lists(with_head())
    assert {place for place, stands in places.items() if not stands} <= {"home"}  # which has the three newest


@pytest.mark.slow
@pytest.mark.parametrize(
    "head",
    [
        {"title": SPELLINGS["entity"](f"{RED}: citrate")},
        {"summary": SPELLINGS["soft hyphen"](f"{RED}.")},
        {"title": "Citrate lets you sleep through the night without twitching legs"},
    ],
)
def test_one_that_claims_stands_in_none_of_them_but_in_the_list_of_articles(head):
    version = with_head(**head)
    assert version.head_claims_in(region("uk"))
    assert lists(version) == dict.fromkeys(["home", "newest", "related", "search", "letter"], False)
    assert version.article in [row.article for row in newest_versions(region("uk"))]


@pytest.mark.slow
def test_what_the_owner_signed_off_stands_in_them():
    version = with_head(title=f"{RED}: citrate")
    sign_off(version, region("uk"), "The title of a study.", "owner")
    content_changed()
    version.refresh_from_db()
    assert not version.head_claims_in(region("uk"))
    assert lists(version)["newest"]


def test_in_a_region_newer_than_the_check_no_product_stands_with_a_text():
    version = with_head()
    assert version.shows_products_in(region("uk"))
    version.claims.pop("uk")
    assert not version.shows_products_in(region("uk"))
    assert not is_current(version)
