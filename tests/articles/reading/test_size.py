"""What pages of articles ask of the database does not grow with the articles and products that they don't show."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import (
    Article,
    Publication,
    Reference,
    ReferenceBlock,
    Version,
    VersionTag,
    VersionTopic,
)
from articles.reading import about
from articles.reading.page import related_versions
from articles.reading.published import counts_in, current_publications, most_sources_first, published_in
from articles.reading.shown_products import COUNTED, by_tag
from articles.templatetags import articles as tags
from articles.views import A_PAGE
from shop.catalogue.models import Product, ProductTag
from shop.content import memo
from tests.conftest import a_shopper
from tests.support.cost import cost
from tests.support.editions import in_english
from tests.support.factories import many_packs, region
from tests.support.reading import GUIDE, version_of

pytestmark = pytest.mark.django_db
ABOUT = "/uk/shop/magnesium-citrate-capsules/"
PAGES = (
    "/uk/articles/",
    "/uk/articles/?sort=evidence",
    "/uk/articles/?page=2",
    f"/uk/articles/{GUIDE}/",
    ABOUT,
)


def many_articles(count: int, like: Version) -> None:
    """Published like another one: with its topics and tags, each a day older than the one before."""
    places = range(Article.objects.count(), Article.objects.count() + count)
    articles = Article.objects.bulk_create(Article(slug=f"one-more-{place}") for place in places)
    versions = Version.objects.bulk_create(
        Version(
            article=article,
            title=f"More {article.pk}",
            summary="s",
            author=like.author,
            is_draft=False,
            region_facts=like.region_facts,
            claims=like.claims,
            claims_rules=like.claims_rules,
        )
        for article in articles
    )
    for model, column in ((VersionTopic, "topic_id"), (VersionTag, "tag_id")):
        own = list(model.objects.filter(version=like).values_list(column, flat=True))
        model.objects.bulk_create(model(version=row, **{column: pk}) for row in versions for pk in own)
    start = timezone.now() - timedelta(days=2000)
    Publication.objects.bulk_create(
        Publication(
            article_id=row.article_id, version=row, region=where, starts_at=start - timedelta(days=place)
        )
        for place, row in enumerate(versions)
        for where in in_english()
    )


def crowd(version: Version, count: int) -> None:
    """So many packs more, all with one of the version's tags."""
    before = set(Product.objects.values_list("pk", flat=True))
    many_packs(count)
    tag = VersionTag.objects.filter(version=version).first().tag
    new = Product.objects.exclude(pk__in=before)
    ProductTag.objects.bulk_create((ProductTag(product=row, tag=tag) for row in new), ignore_conflicts=True)


def as_queried(where, at) -> list[tuple[int, int]]:
    """What is published, worked out row by row: (publication, article)."""
    latest: dict[int, Publication] = {}
    first: dict[int, object] = {}
    rows = Publication.objects.filter(region=where, starts_at__lte=at, article__binned_at=None)
    for row in rows.order_by("starts_at", "pk"):
        latest[row.article_id] = row
        first.setdefault(row.article_id, row.starts_at)
    live = [row for row in latest.values() if row.ends_at is None or row.ends_at > at]
    live.sort(key=lambda row: (first[row.article_id], row.article_id), reverse=True)
    return [(row.pk, row.article_id) for row in live]


@pytest.mark.slow
def test_columns_that_follow_say_what_is_published_at_any_moment():
    now, where = timezone.now(), region("uk")
    version = version_of(GUIDE)
    for hours in (1, 2, -30, 2):
        Publication.objects.create(
            version=version, region=where, starts_at=now + timedelta(hours=hours), ends_at=None
        )
    own = Publication.objects.filter(article=version.article, region=where)
    own.filter(starts_at__gt=now + timedelta(minutes=90)).update(ends_at=now + timedelta(hours=3))
    own.filter(starts_at__lt=now - timedelta(hours=29), starts_at__gt=now - timedelta(hours=31)).delete()
    later = own.get(starts_at=now + timedelta(hours=1))
    later.region = region("eu")
    later.save()
    for code in ("uk", "eu"):
        for hours in (-40, -29, 0, 1, 1.5, 2, 2.5, 3, 4):
            at = now + timedelta(hours=hours)
            found = [(row.pk, row.article_id) for row in current_publications(region(code), at)]
            assert found == as_queried(region(code), at), (code, hours)


def test_counts_are_those_of_the_rows():
    many_articles(5, version_of(GUIDE))
    uk = region("uk")
    rows = list(current_publications(uk))
    assert counts_in(uk).total == len(rows)
    assert sum(counts_in(uk).by_author.values()) == len(rows)
    filed = VersionTopic.objects.filter(version__in=[row.version_id for row in rows]).count()
    assert sum(counts_in(uk).by_topic.values()) == filed


@pytest.mark.walk
@pytest.mark.sqlite
def test_pages_ask_as_much_with_hundreds_of_articles_and_products(monkeypatch):
    monkeypatch.setattr(memo, "next_moment", lambda now: now.timestamp() + 3600)  # another room's question
    like = version_of(GUIDE)
    many_articles(60, like)
    crowd(like, 100)
    few = {path: (cost(path), cost(path))[1] for path in PAGES}
    many_articles(340, like)
    crowd(like, 400)
    assert len(by_tag(like.parts()[1].in_region(region("uk")), region("uk"))) <= 3 * COUNTED
    assert len(related_versions(like, region("uk"), names_condition=True)) == 3
    for path, (queries, steps) in few.items():
        now = cost(path)
        assert now[0] == queries, path
        if path != ABOUT:  # a product's page also counts what is about it, up to a hundred
            assert now[1] <= 1.5 * steps + 6, path


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 9, 30])
def test_articles_about_a_product_are_counted_up_to_a_few(count, monkeypatch):
    monkeypatch.setattr(about, "COUNTED", 5)
    monkeypatch.setattr(tags, "COUNTED", 5)
    like = version_of(GUIDE)
    product = Product.objects.filter(tags__in=VersionTag.objects.filter(version=like).values("tag")).first()
    VersionTag.objects.exclude(version=like).delete()
    many_articles(count, like)
    text = a_shopper().get(product.url_in(region("uk"))).content.decode()
    assert bool(re.search(r"Over \d more in our articles", text)) == (count > 5)
    assert about.about(product, region("uk")).count <= 6


def test_the_articles_with_most_sources_are_found_by_an_index():
    like = version_of(GUIDE)
    first, second, third = Reference.objects.all()[:3]
    many_articles(80, like)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as after each release: PostgreSQL has not seen the new ones yet
    plan = most_sources_first(published_in(region("uk")))[:A_PAGE].explain()
    assert "publication_most_sources" in plan
    assert "TEMP B-TREE" not in plan
    row = Publication.objects.filter(region=region("uk"), article__slug="one-more-70").get()
    for number, source in enumerate([first, second, third, third]):
        ReferenceBlock.objects.create(parent=row.version, region="main", ordering=number, reference=source)
    row.refresh_from_db()
    assert row.sources == 3
    block = ReferenceBlock.objects.filter(parent=row.version).first()
    block.show_in, block.region_codes = "not", "uk"
    block.save()
    places = Publication.objects.filter(version=row.version).values_list("region__code", "sources")
    assert dict(places) == {"uk": 2, "us": 3, "eu": 3}
    block.delete()
    assert dict(places.all())["us"] == 2
    again = Publication.objects.create(version=row.version, region=region("uk"))
    assert again.sources == 2
    counted = Publication.objects.filter(version=like).values_list("sources", flat=True)
    assert set(counted) == {ReferenceBlock.objects.filter(parent=like).values("reference").distinct().count()}


def test_the_newest_products_of_a_tag_are_found_by_its_own_index():
    like = version_of(GUIDE)
    crowd(like, 80)
    linked = like.parts()[1].in_region(region("uk"))
    tag = VersionTag.objects.filter(version=like).first().tag_id
    with CaptureQueriesContext(connection) as captured:
        found = by_tag(linked, region("uk"))
    newest = ProductTag.objects.filter(tag=tag).order_by("-product_id").values_list("product_id", flat=True)
    assert set(newest[:COUNTED]) <= set(found)
    asked = next(row["sql"] for row in captured if "UNION" in row["sql"] or "shelfrow" in row["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked}" if connection.vendor == "sqlite" else f"EXPLAIN {asked}")
        plan = str(cursor.fetchall())
    assert '"catalogue_product"."position"' not in asked
    if connection.vendor == "sqlite":
        assert "producttag_newest" in plan
