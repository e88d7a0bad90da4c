import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.evidence import facts
from articles.models import (
    NOT_REVIEWED,
    Article,
    ProductCard,
    ProductLink,
    RichText,
    Version,
)
from articles.reading.about import published_about
from articles.reading.shown_products import choose
from config.seed.files import article_files, references
from shop.catalogue.models import Product, ProductTag, RelatedProductTag
from shop.claims.conditions import conditions_named
from shop.regions.models import Region
from tests.support.factories import region, set_price, set_stock, with_facts
from tests.support.markup import squeezed
from tests.support.reading import GUIDE, an_article, page, version_of

pytestmark = pytest.mark.django_db


BATH = "epsom-salt-bath-magnesium-spray-how-to"


LEGS = "magnesium-and-restless-legs-guide"


def a_product(slug, *tags):
    product = Product.objects.create(
        slug=slug,
        name=slug,
        kind="food_supplement",
        form="citrate",
        summary="s",
        description="d",
        ingredients="i",
    )
    from shop.catalogue.models import Stock, Variant

    variant = product.variants.create(
        sku=f"CIT-CAP-{2000 + Variant.objects.count()}", label="1", pack_units=1, unit_name="capsule",
        net_quantity="1", ship_weight_g=1,
    )  # fmt: skip
    set_price(variant.sku, "uk", 500)
    Stock.objects.create(variant=variant, region=region("uk"), on_hand=5)
    for tag in tags:
        ProductTag.objects.create(product=product, tag=tag)
    return with_facts(product)


# --- what ships ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", article_files(), ids=lambda file: file.head["slug"])
def test_each_article_is_long_enough_and_cites_every_source(file):
    text = " ".join(block.body for block in file.blocks)
    words = len(re.sub(r"<[^>]+>", " ", text).split())
    assert 1000 <= words <= 2200
    cited = set(re.findall(r"\[\[([\w-]+)\]\]", text))
    listed = {block.values["key"] for block in file.blocks if block.kind == "reference"}
    asked = {block.values["question"] for block in file.blocks if block.kind == "evidence"}
    tabled = {row["key"] for row in references() if row["question"] in asked}
    assert cited | (tabled & listed) == listed
    assert cited <= listed
    assert sum(block.kind == "faq" for block in file.blocks) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
@pytest.mark.parametrize("slug", [file.head["slug"] for file in article_files()])
def test_each_citation_leads_to_its_source_and_back(client, slug, code):
    html = page(client, slug, code)
    numbers = set(re.findall(r'href="#ref-(\d+)"', html))
    assert numbers
    for number in numbers:
        assert html.count(f'id="ref-{number}"') == 1
        assert html.count(f'id="cite-{number}"') == 1
        assert f'href="#cite-{number}"' in html
    assert numbers == set(re.findall(r'<li id="ref-(\d+)"', html)), "no source stands there uncited"
    assert "[[" not in html


def test_the_shop_ships_eight_articles_by_their_briefs():
    assert {file.head["slug"] for file in article_files()} == {
        "magnesium-citrate-restless-legs-evidence",
        "magnesium-and-restless-legs-guide",
        "magnesium-glycinate-restless-legs-facts",
        "low-magnesium-cause-restless-legs",
        "restless-legs-causes-care-magnesium",
        "citrate-glycinate-oxide-label-guide",
        "iron-first-questions-for-your-doctor",
        "epsom-salt-bath-magnesium-spray-how-to",
    }


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_article_about_iron_shows_no_product_at_all(client, code):
    html = page(client, "iron-first-questions-for-your-doctor", code)
    assert "/basket/add/" not in html
    assert f"/{code}/shop/magnesium" not in html
    assert "From our shop" not in html


@pytest.mark.parametrize("code", ["us"])
@pytest.mark.parametrize(
    "slug", ["magnesium-citrate-restless-legs-evidence", "low-magnesium-cause-restless-legs"]
)
def test_a_pilot_without_placebo_is_not_told_in_the_us(client, slug, code):
    assert "Gorantla" not in page(client, slug, code)
    assert "Gorantla" in page(client, slug, "eu")


@pytest.mark.slow
@pytest.mark.parametrize("slug", [GUIDE, BATH])
def test_nutrient_articles_name_no_condition(client, slug):
    for code in ("uk", "us", "eu"):
        body = page(client, slug, code).split("<article")[1].split("</footer>")[0]
        assert conditions_named(re.sub(r"<[^>]+>", " ", body)) == []
    assert version_of(slug).condition_regions == []


@pytest.mark.slow
def test_articles_say_that_nobody_medical_has_reviewed_them(client):
    for slug in (GUIDE, BATH, LEGS):
        assert NOT_REVIEWED in page(client, slug)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Dr A. Person, MRCGP", "Prof. B. Other", "Łucja Żak, PhD"])
def test_what_is_said_of_the_author_is_not_said_of_the_reviewer(client, name):
    Version.objects.filter(article__slug=GUIDE).update(medical_reviewer=name, reviewed_on="2026-11-01")
    facts.refresh(version_of(GUIDE))
    lines = re.search(r'class="review"> (.*?) </p>', squeezed(page(client, GUIDE))).group(1).split("<br>")
    [reviewed] = [line for line in lines if name in line]
    assert "Not medical professionals" not in reviewed
    assert any(line.startswith("The Fellbrook editors:") and "Not medical" in line for line in lines)


def test_the_database_keeps_no_reviewer_without_a_date():
    version = version_of(GUIDE)
    version.medical_reviewer = "Dr A. Person, MRCGP"
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


@pytest.mark.parametrize(
    ("code", "mine", "others"),
    [
        ("uk", "three tablets a day", ["one tablet twice a day"]),
        ("us", "Supplement Facts", ["three tablets a day"]),
        ("eu", "250 mg a day for magnesium", ["Supplement Facts"]),
    ],
)
def test_words_for_one_region_stay_there(client, code, mine, others):
    html = page(client, GUIDE, code)
    assert mine in html
    for other in others:
        assert other not in html


# --- policy: careful, in its simplest form -----------------------------------------------------------------------


def test_an_article_that_names_a_condition_shows_products_only_after_it(client):
    html = page(client, LEGS)
    assert version_of(LEGS).condition_regions == ["uk", "us", "eu", "de", "fr"]
    assert "inline-card" not in html
    after = html.split('class="wide from-our-shop"')[1]
    assert "From our shop" in after
    assert "not medicines" in after
    assert after.count("Our own product") == 3


@pytest.mark.slow
def test_a_card_put_into_an_article_that_names_a_condition_stands_after_it(client):
    version = version_of(LEGS)
    ProductCard.objects.create(
        parent=version, region="main", ordering=15, product=Product.objects.get(slug="magnesium-oil-spray")
    )
    facts.refresh(version)
    inside, after = page(client, LEGS).split('class="wide from-our-shop"')
    assert "magnesium-oil-spray" not in inside
    assert 'id="product-magnesium-oil-spray"' in after


def test_an_article_that_names_none_shows_cards_between_its_paragraphs(client):
    html = page(client, GUIDE)
    assert html.count('class="inline-card"') == 2
    first = html.index('class="inline-card"')
    assert html.rindex("<p>", 0, first) > 0
    assert html.index("<p>", first) > first


@pytest.mark.slow
def test_naming_a_condition_later_takes_the_inline_cards_away(client):
    block = RichText.objects.filter(parent=version_of(GUIDE)).first()
    block.body += "<p>Some people ask about restless legs.</p>"
    block.save()
    facts.refresh(version_of(GUIDE))
    assert "inline-card" not in page(client, GUIDE)


@pytest.mark.slow
def test_a_product_page_counts_condition_articles_without_naming_them(client):
    html = client.get("/uk/shop/magnesium-citrate-capsules/").content.decode()
    about = html.split("Articles about it")[1].split("</section>")[0]
    assert "reading a magnesium label" in about
    assert "restless" not in about
    assert "4 more in our articles" in about
    listing = client.get(re.search(r'href="(/uk/articles/\?[^"]+)"', about).group(1)).content.decode()
    assert listing.split("<main")[1].count('class="article-card"') == 5
    assert "Citrate Capsules" not in listing.split("<main")[1], "no product beside the name of a condition"
    assert "noindex" in listing


@pytest.mark.slow
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_each_product_leads_to_all_of_its_articles_and_to_no_others(client, code):
    where = Region.objects.get(code=code)
    for product in Product.objects.on_sale_in(where):
        listing = client.get(f"/{code}/articles/?product={product.slug}").content.decode().split("<main")[1]
        linked = [row.article_id for row in published_about(product, where)]
        shown = set(Article.objects.filter(pk__in=linked).values_list("slug", flat=True))
        assert (
            set(re.findall(rf'class="article-card".*?href="/{code}/articles/([\w-]+)/', listing, re.DOTALL))
            == shown
        )
    assert client.get(f"/{code}/articles/?product=no-such").status_code == 404


# --- cards ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_card_shows_price_and_stock_of_now(client):
    assert "£11.95" in page(client, GUIDE)
    set_price("CIT-CAP-90", "uk", 1345)
    set_price("CIT-CAP-180", "uk", 2345)
    assert "£13.45" in page(client, GUIDE)
    for sku in ("CIT-CAP-90", "CIT-CAP-180"):
        set_stock(sku, "uk", 0)
    card = page(client, GUIDE).split('id="product-magnesium-citrate-capsules"')[1].split("</article>")[0]
    assert "Sold out" in card
    assert "Add to basket" not in card


def test_a_withdrawn_product_leaves_no_trace_in_the_article(client):
    Product.objects.filter(slug="magnesium-citrate-capsules").update(is_active=False)
    html = page(client, GUIDE)
    assert 'id="product-magnesium-citrate-capsules"' not in html


@pytest.mark.slow
def test_a_product_not_sold_here_has_no_card_here(client):
    for sku in ("CIT-CAP-90", "CIT-CAP-180"):
        set_price(sku, "us", None)
    assert 'id="product-magnesium-citrate-capsules"' not in page(client, GUIDE, "us")
    assert 'id="product-magnesium-citrate-capsules"' in page(client, GUIDE, "uk")


def test_a_card_stores_only_the_product_and_protects_it():
    stored = ProductCard.objects.filter(product__slug="magnesium-citrate-capsules").values().first()
    assert {name for name in stored if "price" in name or "amount" in name} == set()
    product = Product.objects.create(
        slug="x", name="x", kind="bath_salt", form="epsom", summary="s", description="d", ingredients="i"
    )
    ProductCard.objects.create(parent=version_of(GUIDE), region="main", ordering=1, product=product)
    with pytest.raises(ProtectedError):
        product.delete()


@pytest.mark.slow
def test_tags_fill_the_cards_pins_first_then_shared_tags_then_newest():
    one, two = (RelatedProductTag.objects.create(name=name, slug=name) for name in ("one", "two"))
    products = {slug: a_product(slug, one) for slug in ("p1", "p2", "p3", "p4", "p5", "p6", "p7")}
    products["both"] = a_product("both", one, two)
    products["pinned"] = a_product("pinned")
    products["out"] = a_product("out", one, two)
    version = an_article(tags=[one, two])
    ProductLink.objects.create(version=version, product=products["pinned"], kind="pin")
    ProductLink.objects.create(version=version, product=products["out"], kind="exclude")
    shown = [
        row.card.product.slug
        for row in choose(version.parts()[1].in_region(region("uk")), region("uk"), [])[1]
    ]
    assert shown == ["pinned", "both", "p7"]
    [card] = choose(version.parts()[1].in_region(region("us")), region("us"), [])[1]
    assert card.replaces == "pinned", (
        "none of them is sold there; only for the one by hand something stands in"
    )


@pytest.mark.slow
def test_a_product_page_lists_its_three_newest_live_articles(client):
    tag = RelatedProductTag.objects.create(name="one", slug="one")
    a_product("p1", tag)
    now = timezone.now()
    for days in (5, 4, 3, 2):
        an_article(f"a{days}", [tag], title=f"Article {days}", starts_at=now - timedelta(days=days))
    an_article("later", [tag], title="Article later", starts_at=now + timedelta(days=1))
    an_article("ended", [tag], title="Article ended", starts_at=now - timedelta(days=1), ends_at=now)
    html = client.get("/uk/shop/p1/").content.decode()
    assert re.findall(r"Article (\w+)<", html) == ["2", "3", "4"]
    assert "1 more in our articles" in html
