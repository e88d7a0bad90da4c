"""Pages keep a number of queries that does not grow with the data."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.evidence import facts
from articles.models import Article, Author, Faq, ProductCard, Publication, RichText, Version, VersionTag
from config.middleware.kept import kept_pages
from shop.catalogue.models import Price, Product, ProductTag, RelatedProductTag, Stock, Variant
from shop.catalogue.shelving import shelving_once
from shop.content import memo
from shop.content.memo import forget_all
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import with_facts

pytestmark = pytest.mark.django_db
GUIDE = "/uk/articles/citrate-glycinate-oxide-label-guide/"
BUDGET = {
    "/uk/": 17,
    "/uk/shop/": 19,
    "/uk/articles/": 16,
    "/uk/shop/magnesium-citrate-capsules/": 18,  # one for what is taken off by itself
    GUIDE: 19,
}
PRICES_MOVED = 4  # where they show, and the history that tells whether they are reductions


def queries(path, client=None) -> int:
    """Cold: nothing in any cache."""
    kept_pages.clear()
    forget_all()
    with CaptureQueriesContext(connection) as captured:
        assert (client or a_shopper()).get(path).status_code == 200
    return len(captured)


def prices_moved():
    """Of each pack everywhere, as little as can be: pages ask once more whether one of them is a reduction."""
    for row in list(Price.objects.in_force().select_related("variant", "region")):
        row.variant.set_price(row.region, row.amount)


def much_more():
    """40 products with 3 packs and prices, 30 articles with blocks, all linked to each other."""
    with shelving_once():
        many_products()
    many_articles()


def many_products():
    regions = Region.markets()
    tag = RelatedProductTag.objects.get(slug="citrate")
    start = timezone.now() - timedelta(days=1)
    for number in range(40):
        product = Product.objects.create(
            slug=f"p{number}", name=f"P{number}", kind="food_supplement", form="citrate", summary="s",
            description="d", ingredients="i",
        )  # fmt: skip
        ProductTag.objects.create(product=product, tag=tag)
        for pack in range(3):
            one = Variant.objects.create(
                product=product, sku=f"CIT-CAP-{1000 + number * 3 + pack}", label=str(pack), pack_units=9,
                unit_name="capsule", net_quantity="9", ship_weight_g=1,
            )  # fmt: skip
            for where in regions:
                for days in range(3):
                    Price.objects.create(
                        variant=one, region=where, amount=100 + days, valid_from=start - timedelta(days=days)
                    )
                Stock.objects.create(variant=one, region=where, on_hand=5)
        with_facts(product)


def many_articles():
    regions, tag = Region.markets(), RelatedProductTag.objects.get(slug="citrate")
    start = timezone.now() - timedelta(days=1)
    author = Author.objects.get()
    guide = Version.objects.get(article__slug="citrate-glycinate-oxide-label-guide")
    for number in range(30):
        version = Version.objects.create(
            article=Article.objects.create(slug=f"a{number}"), title=f"A{number}", summary="s", author=author
        )
        VersionTag.objects.create(version=version, tag=tag)
        for where in regions:
            Publication.objects.create(version=version, region=where, starts_at=start)
    for number in range(40):
        for made in (
            RichText(body=f"<p>{number}</p>"),
            Faq(question="Why?", answer="<p>So.</p>"),
            ProductCard(product=Product.objects.get(slug=f"p{number}")),
        ):
            made.parent, made.region, made.ordering = guide, "main", 10_000 + number
            made.save()
    facts.refresh(guide)  # the products that its tag brought are checked with it


@pytest.mark.parametrize("path", BUDGET)
def test_a_cold_page_stays_in_its_budget(path):
    assert queries(path) <= BUDGET[path]


@pytest.mark.walk
def test_no_page_needs_more_queries_with_more_data(shopper, monkeypatch):
    monkeypatch.setattr(
        memo, "DRAWING", timedelta(hours=1)
    )  # prices moved of late, however long the rest takes
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    prices_moved()
    before = {path: queries(path) for path in BUDGET}
    assert all(before[path] <= most + PRICES_MOVED for path, most in BUDGET.items()), before
    much_more()
    assert {path: queries(path) for path in BUDGET} == before


@pytest.mark.walk
def test_the_basket_stays_in_its_budget_with_many_lines(shopper):
    def cost():
        shopper.get("/uk/basket/")
        return queries("/uk/basket/", shopper)

    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    prices_moved()
    one = cost()
    much_more()
    for number in range(30):
        shopper.post("/uk/basket/add/", {"variant": f"CIT-CAP-{1000 + number}"})
    assert cost() == one <= 16


@pytest.mark.slow
def test_the_checkout_does_not_grow_with_lines(shopper):
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    one = queries("/uk/checkout/", shopper)
    for sku in ("CIT-CAP-180", "CIT-PWD-250", "GLY-CAP-90", "OIL-SPR-100", "EPS-CRY-1000"):
        shopper.post("/uk/basket/add/", {"variant": sku})
    shopper.get("/uk/basket/")
    assert queries("/uk/checkout/", shopper) <= one
