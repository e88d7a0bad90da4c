"""What begins or ends by the clock ends the pages that show it, on the second, and no others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Publication, Version, VersionTag
from config.middleware.kept import kept_pages
from shop.catalogue.models import Price, Product, ProductTag, RelatedProductTag
from shop.content import memo
from shop.content.memo import forget_all, next_moment, next_moment_of
from shop.content.models import content_changed
from shop.content.scopes import ANYTHING, SITE, card, product, products_in
from tests.conftest import a_shopper
from tests.support.clock import freeze
from tests.support.factories import region, variant

pytestmark = pytest.mark.django_db
CITRATE, OIL = "/uk/shop/magnesium-citrate-capsules/", "/uk/shop/magnesium-oil-spray/"
LIST, US_LIST, TERMS = "/uk/shop/", "/us/shop/", "/uk/help/terms/"
ARTICLES, GUIDE = "/uk/articles/", "/uk/articles/citrate-glycinate-oxide-label-guide/"
RESTLESS = "/uk/articles/magnesium-and-restless-legs-guide/"
PAGES = [CITRATE, OIL, LIST, US_LIST, TERMS, ARTICLES, GUIDE, RESTLESS]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(memo, "_also", [])  # such as the end of a working day, within the hour
    return freeze(monkeypatch, timezone.now() + MINUTE)


def a_price(amount: int, begins, sku: str = "CIT-CAP-90", where: str = "uk") -> None:
    Price.objects.create(variant=variant(sku), region=region(where), amount=amount, valid_from=begins)


def body(path: str) -> str:
    return a_shopper().get(path).content.decode()


def kept_at(moment, monkeypatch, paths=PAGES) -> set[str]:
    """Draw pages, let the clock say a moment, and ask for them again: those that were not drawn anew."""
    for path in paths:
        assert a_shopper().get(path).status_code == 200
    before = {key: id(page) for key, page in kept_pages._pages.items()}
    freeze(monkeypatch, moment)
    for path in paths:
        a_shopper().get(path)
    return {
        path
        for path in paths
        for key, page in kept_pages._pages.items()
        if key.partition("://")[2].partition("/")[2] == path[1:] + "?" and before.get(key) == id(page)
    }


def test_a_price_ends_the_pages_that_show_it_and_no_others(now, monkeypatch):
    begins = now + 30 * MINUTE
    a_price(555, begins)
    last = kept_at(begins - timedelta(microseconds=1), monkeypatch)
    assert last == set(PAGES)
    assert "£5.55" not in body(LIST) + body(CITRATE)
    kept = kept_at(begins, monkeypatch)
    assert {OIL, US_LIST, TERMS, ARTICLES} <= kept
    assert not {CITRATE, LIST} & kept
    assert "£5.55" in body(LIST)
    assert "£5.55" in body(CITRATE)


def test_an_article_that_begins_ends_lists_of_its_region_alone(now, monkeypatch):
    article = Article.objects.get(slug="magnesium-and-restless-legs-guide")
    Publication.objects.filter(article=article, region=region("uk")).delete()
    begins = now + 10 * MINUTE
    Publication.objects.create(version=article.newest(), region=region("uk"), starts_at=begins)
    paths = [ARTICLES, "/us/articles/", US_LIST, TERMS, LIST]
    kept = kept_at(begins, monkeypatch, paths)
    assert {"/us/articles/", US_LIST, TERMS} <= kept
    assert ARTICLES not in kept
    assert RESTLESS in body(ARTICLES)


def test_a_publication_that_ends_is_gone_on_the_second(now, monkeypatch):
    ends = now + 10 * MINUTE
    Publication.objects.filter(version__article__slug=RESTLESS.split("/")[3], region=region("uk")).update(
        ends_at=ends
    )
    kept = kept_at(ends, monkeypatch, [ARTICLES, RESTLESS, US_LIST, OIL])
    assert US_LIST in kept
    assert RESTLESS not in body(ARTICLES)
    assert a_shopper().get(RESTLESS).status_code == 404


def test_what_comes_to_show_a_planned_price_later_ends_with_it(now, monkeypatch):
    """The price was planned before the article had anything to do with the product."""
    begins = now + 20 * MINUTE
    a_price(777, begins, "OIL-SPR-100")
    body(GUIDE)
    tag = RelatedProductTag.objects.create(name="New", slug="new")
    VersionTag.objects.create(version=Version.objects.get(article__slug=GUIDE.split("/")[3]), tag=tag)
    ProductTag.objects.create(product=Product.objects.get(slug="magnesium-oil-spray"), tag=tag)
    kept_at(begins, monkeypatch, [GUIDE])
    kept_pages_say = body(GUIDE)
    kept_pages.clear()
    forget_all()
    assert kept_pages_say == body(GUIDE)


def test_several_moments_end_each_its_own(now):
    uk = region("uk")
    for minutes, sku in ((5, "OIL-SPR-100"), (9, "CIT-CAP-90"), (30, "OIL-SPR-100")):
        a_price(100 + minutes, now + minutes * MINUTE, sku)
    pk = variant("CIT-CAP-90").product_id
    other = variant("OIL-SPR-100").product_id
    at = {
        name: (next_moment_of(scopes, now) - now.timestamp()) / 60
        for name, scopes in {
            "one": {product("uk", pk)}, "other": {card("uk", other)}, "list": {products_in("uk")},
            "elsewhere": {products_in("us")}, "anything": {ANYTHING}, "nothing": set(), "site": {SITE},
        }.items()
    }  # fmt: skip
    assert at == pytest.approx(
        {"one": 9, "other": 5, "list": 5, "elsewhere": 60, "anything": 5, "nothing": 60, "site": 60}
    )
    assert next_moment_of({card(uk.code, other)}, now + 6 * MINUTE) == (now + 30 * MINUTE).timestamp()
    assert next_moment(now) == (now + 5 * MINUTE).timestamp()


def test_a_great_many_at_once_end_all_pages_and_cost_one_question(now, monkeypatch):
    monkeypatch.setattr(memo, "MANY", 5)
    begins = now + 30 * MINUTE
    a_price(90, now + 10 * MINUTE)
    for number in range(4):
        a_price(100, begins, ["CIT-CAP-90", "CIT-CAP-180", "OIL-SPR-100", "GLY-CAP-90"][number])
        a_price(100, begins, ["CIT-CAP-90", "CIT-CAP-180", "OIL-SPR-100", "GLY-CAP-90"][number], "us")
    assert next_moment_of({products_in("eu")}, now) == begins.timestamp()
    assert next_moment_of({products_in("uk")}, now) == (now + 10 * MINUTE).timestamp()
    content_changed()
    with CaptureQueriesContext(connection) as queries:
        next_moment_of({products_in("eu")}, now)
    assert sum("UNION ALL" in row["sql"] and "valid_from" in row["sql"] for row in queries) == 1


def test_many_different_moments_are_looked_up_a_few_at_a_time(now, monkeypatch):
    monkeypatch.setattr(memo, "MOMENTS", 2)
    for minutes in (5, 9, 30, 40):
        a_price(100 + minutes, now + minutes * MINUTE)
    assert next_moment_of({products_in("eu")}, now) == (now + 30 * MINUTE).timestamp()
    assert next_moment_of({products_in("eu")}, now + 31 * MINUTE) == (now + 91 * MINUTE).timestamp()


def test_what_is_planned_for_later_than_an_hour_is_seen_in_time(now):
    a_price(100, now + 150 * MINUTE)
    uk = {products_in("uk")}
    for minutes in (0, 50, 88):
        assert next_moment_of(uk, now + minutes * MINUTE) == (now + (minutes + 60) * MINUTE).timestamp()
    for minutes in (90, 100, 149):
        assert next_moment_of(uk, now + minutes * MINUTE) == (now + 150 * MINUTE).timestamp()
    assert next_moment_of(uk, now + 150 * MINUTE) == (now + 210 * MINUTE).timestamp()


@pytest.mark.parametrize(("most", "questions"), [(200, 1), (5, 2)])
def test_what_began_a_moment_ago_one_by_one_is_one_question_and_lets_pages_be_kept(
    now, monkeypatch, most, questions
):
    monkeypatch.setattr(memo, "MANY", most)
    for seconds in range(1, 31):
        a_price(100 + seconds, now - timedelta(seconds=seconds))
    a_price(99, now + 5 * MINUTE)
    content_changed()
    with CaptureQueriesContext(connection) as queries:
        assert next_moment_of({products_in("uk")}, now) == (now + 5 * MINUTE).timestamp()
        assert next_moment_of({products_in("us")}, now) == (now + 60 * MINUTE).timestamp()
    assert sum("UNION ALL" in row["sql"] and "valid_from" in row["sql"] for row in queries) == questions
    assert len(queries) <= 12, "three for the moment, not for each price"
    begun = now - timedelta(seconds=20)
    assert begun.timestamp() < next_moment_of({products_in("uk")}, begun) <= now.timestamp()
