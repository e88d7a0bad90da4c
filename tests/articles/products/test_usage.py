"""Where a product is used: shown on its form, and asked before it goes into the bin."""

import pytest

from articles.models import Article, ProductCard, ProductLink, VersionTag
from articles.products.usage import used_in
from articles.publishing.drafts import open_draft
from shop.catalogue.models import Product
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
LABELS = "citrate-glycinate-oxide-label-guide"


def of(slug):
    return {use.article.slug: use for use in used_in(Product.objects.get(slug=slug))}


def test_a_product_lists_every_article_with_the_way_and_the_state():
    uses = of("magnesium-citrate-capsules")
    assert uses[LABELS].published_in == ["UK", "US", "EU"]
    assert {"a card in the text", "a shared tag"} <= uses[LABELS].ways
    assert uses["magnesium-and-restless-legs-guide"].ways == {"a shared tag"}
    assert "iron-first-questions-for-your-doctor" not in uses


def test_drafts_count_and_history_does_not():
    article = Article.objects.get(slug="iron-first-questions-for-your-doctor")
    product = Product.objects.get(slug="magnesium-oil-spray")
    draft = open_draft(article, "anna")
    link = ProductLink.objects.create(version=draft, product=product)
    assert of("magnesium-oil-spray")[article.slug].state == "in a draft"
    link.delete()
    ProductCard.objects.create(
        parent=article.versions.filter(is_draft=False).first(), region="main", ordering=1, product=product
    )
    assert of("magnesium-oil-spray")[article.slug].published_in, "the live version shows it"
    article.publications.all().delete()
    assert article.slug not in of("magnesium-oil-spray"), "what is history alone is no use"


def test_an_article_that_keeps_a_product_out_does_not_use_it():
    version = Article.objects.get(slug="magnesium-and-restless-legs-guide").newest()
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    ProductLink.objects.create(version=version, product=product, kind="exclude")
    assert version.article.slug not in of(product.slug)


def test_the_list_does_not_cost_more_with_more_articles(django_assert_max_num_queries):
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    for article in Article.objects.all():
        VersionTag.objects.get_or_create(version=article.newest(), tag=product.tags.first())
    with django_assert_max_num_queries(9):
        assert len(used_in(product)) == 24  # eight in each of three languages


@pytest.mark.slow
def test_the_bin_asks_with_the_list_first():
    owner = signed_in()
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    page = owner.get(f"/admin/catalogue/product/{product.pk}/change/").content.decode()
    assert "Where it is used" in page
    assert "live in UK, US, EU" in page
    sent = {"action": "put_into_bin", "_selected_action": [product.pk]}
    asked = owner.post("/admin/catalogue/product/", sent).content.decode()
    assert "reading a magnesium label" in asked
    product.refresh_from_db()
    assert product.binned_at is None
    owner.post("/admin/catalogue/product/", {**sent, "confirmed": "1"})
    product.refresh_from_db()
    assert product.binned_at is not None
