"""Before a deletion staff read how much goes with it; the page reads no more rows than it names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Author, Version, VersionTag
from config.staff.forms import deleting
from shop.catalogue.models import Product, ProductTag, RelatedProductTag
from tests.support.factories import many_packs
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def articles_of(author: Author, count: int, tag: RelatedProductTag | None = None) -> None:
    first = Article.objects.count()
    articles = Article.objects.bulk_create(Article(slug=f"more-{first + n}") for n in range(count))
    versions = Version.objects.bulk_create(
        Version(article=row, title=f"More {row.pk}", summary="s", author=author, is_draft=False)
        for row in articles
    )
    if tag:
        VersionTag.objects.bulk_create(VersionTag(version=row, tag=tag) for row in versions)


def asked(url: str, client) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url).content.decode()
    return page, len(captured)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(deleting, "MOST", 10)


def test_an_author_of_many_articles_stays_and_the_page_names_the_first(few):
    author = Author.objects.create(name="Ada", slug="ada", about="a")
    url, client = f"/admin/articles/author/{author.pk}/delete/", signed_in()
    articles_of(author, 20)
    page, queries = asked(url, client)
    assert page.count("Draft: ") == deleting.FIRST
    assert "and 10 more drafts" in page
    articles_of(author, 60)
    again, later = asked(url, client)
    assert "and 70 more drafts" in again
    assert later <= queries
    client.post(url, {"post": "yes"})
    assert Author.objects.filter(pk=author.pk).exists()


def test_what_goes_with_a_tag_is_counted_and_goes(few):
    tag = RelatedProductTag.objects.create(name="Quixotite", slug="quixotite")
    url, client = f"/admin/catalogue/relatedproducttag/{tag.pk}/delete/", signed_in()
    many_packs(25)
    ProductTag.objects.bulk_create(
        ProductTag(product=row, tag=tag) for row in Product.objects.order_by("-pk")[:25]
    )
    articles_of(Author.objects.first(), 30, tag)
    page, queries = asked(url, client)
    assert "and 5 more products" in page
    assert "and 10 more drafts" in page
    assert page.count("Version: More ") == 20
    articles_of(Author.objects.first(), 50, tag)
    again, later = asked(url, client)
    assert "and 60 more drafts" in again
    assert later == queries
    client.post(url, {"post": "yes"})
    assert not RelatedProductTag.objects.filter(pk=tag.pk).exists()
    assert not VersionTag.objects.filter(tag=tag.pk).exists()


def test_of_a_few_all_are_named():
    tag = RelatedProductTag.objects.create(name="Quixotite", slug="quixotite")
    articles_of(Author.objects.first(), 12, tag)
    page, _ = asked(f"/admin/catalogue/relatedproducttag/{tag.pk}/delete/", signed_in())
    assert page.count("Version: More ") == 12
    assert "more drafts" not in page
