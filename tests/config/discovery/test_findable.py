"""Search engines, feeds and people who share links are told what the pages say, in each region."""

import csv
import html as markup
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from articles.models import Article, Publication
from articles.reading.published import newest_versions
from config.discovery.sitemaps import entries
from shop.catalogue.models import Product
from shop.catalogue.offers import offers
from shop.money import to_decimal
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import region, set_price, set_stock

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
SITE = "http://127.0.0.1:8000"
CODES = ("uk", "us", "eu")
SHIPPED = (*CODES, "de", "fr")
SM = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def get(path: str) -> str:
    answer = a_shopper().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def paths(code: str) -> list[str]:
    return [row.path for row in entries(region(code))]


def one(pattern: str, text: str) -> str:
    found = re.findall(pattern, text)
    assert len(found) == 1, (pattern, found)
    return markup.unescape(found[0])


def linked_data(text: str) -> list[dict]:
    return [json.loads(found) for found in re.findall(r'ld\+json">(.*?)</script>', text, re.DOTALL)]


def of_type(text: str, kind: str) -> dict | None:
    return next((row for row in linked_data(text) if kind in row["@type"]), None)


def words(text: str) -> str:
    """What a reader of the page reads, in one line."""
    main = text.split('<main id="main"')[1].split("</main>")[0]
    main = re.sub(r'\s?<sup class="cite">.*?</sup>', "", main)
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL))
    return " ".join(markup.unescape(plain).replace("\u00a0", " ").split())


def test_every_page_has_its_own_title_description_canonical_and_card():
    titles, seen = {}, 0
    for code in CODES:
        for path in paths(code):
            text = get(path)
            title = one(r"<title>(.*?)</title>", text)
            assert 10 <= len(title) <= 60, (path, title)
            assert title not in titles, (path, titles[title])
            titles[title] = path
            description = one(r'<meta name="description" content="([^"]+)"', text)
            assert 30 <= len(description) <= 200, (path, description)
            assert description == " ".join(description.split()), path
            assert one(r'<link rel="canonical" href="([^"]+)"', text) == SITE + path
            picture = one(r'<meta property="og:image" content="([^"]+)"', text)
            assert picture.startswith(f"{SITE}/{code}/card/"), path
            assert one(r'<meta property="og:image:width" content="(\d+)"', text) == "1200"
            assert one(r'<meta property="og:title" content="([^"]+)"', text)
            assert "noindex" not in text, path
            seen += 1
    assert seen > 60


def test_the_ways_to_other_regions_lead_back():
    found = {}
    for code in SHIPPED:
        for path in paths(code):
            text = get(path)
            found[path] = dict(
                re.findall(r'rel="alternate" hreflang="([\w-]+)" href="' + SITE + r'([^"]+)"', text)
            )
            assert "x-default" in found[path], path
            assert path in found[path].values(), f"{path} names itself"
    for path, ways in found.items():
        for hreflang, other in ways.items():
            if hreflang != "x-default":
                assert path in found[other].values(), f"{other} leads back to {path}"


def test_filters_and_packs_are_the_same_page_and_later_pages_their_own(monkeypatch):
    assert (
        one(r'rel="canonical" href="([^"]+)"', get("/uk/shop/?form=citrate&sort=price")) == f"{SITE}/uk/shop/"
    )
    product = "/uk/shop/magnesium-citrate-capsules/"
    assert one(r'rel="canonical" href="([^"]+)"', get(f"{product}?variant=CIT-CAP-180")) == SITE + product
    monkeypatch.setattr("articles.views.A_PAGE", 3)
    assert (
        one(r'rel="canonical" href="([^"]+)"', get("/uk/articles/?page=2")) == f"{SITE}/uk/articles/?page=2"
    )
    assert (
        one(r'rel="canonical" href="([^"]+)"', get("/uk/articles/?topic=iron"))
        == f"{SITE}/uk/articles/?topic=iron"
    )
    assert "page 2" in one(r"<title>(.*?)</title>", get("/uk/articles/?page=2"))


def test_the_article_list_has_pages(monkeypatch):
    monkeypatch.setattr("articles.views.A_PAGE", 3)
    shown = [
        re.findall(r'article-card__title">\s*<a href="([^"]+)"', get(f"/uk/articles/?page={n}"))
        for n in (1, 2, 3)
    ]
    assert [len(page) for page in shown] == [3, 3, 2]
    assert len({path for page in shown for path in page}) == 8
    assert 'href="/uk/articles/?page=2" rel="next"' in get("/uk/articles/")
    assert 'href="/uk/articles/" rel="prev"' in get("/uk/articles/?page=2")


def test_articles_with_most_sources_may_come_first():
    text = get("/uk/articles/?sort=evidence")
    shown = re.findall(r'article-card__title">\s*<a href="([^"]+)"', text)
    counts = [len(re.findall(r'<li id="ref-\d+">', get(path))) for path in shown]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]
    assert one(r'rel="canonical" href="([^"]+)"', text) == f"{SITE}/uk/articles/"
    topic = get("/uk/articles/?topic=evidence&sort=evidence")
    assert 'href="/uk/articles/?topic=evidence" ' in topic or 'href="/uk/articles/?topic=evidence">' in topic
    assert get("/uk/articles/?sort=nonsense").count("article-card__title") == 8


# --- sitemaps -------------------------------------------------------------------------------------------------------


def test_the_index_names_a_sitemap_for_each_region():
    found = [row.text for row in ET.fromstring(get("/sitemap.xml")).iter(f"{SM}loc")]
    assert found == [f"{SITE}/{code}/sitemap.xml" for code in SHIPPED]
    assert f"Sitemap: {SITE}/sitemap.xml" in a_shopper().get("/robots.txt").content.decode()


@pytest.mark.parametrize("code", CODES)
def test_a_sitemap_holds_all_that_may_be_found_and_nothing_else(code):
    set_price("EPS-CRY-1000", code, None)
    set_price("EPS-CRY-2500", code, None)
    Product.objects.filter(slug="magnesium-oil-spray").update(is_active=False)
    Publication.objects.filter(article__slug="low-magnesium-cause-restless-legs", region__code=code).delete()
    rows = list(ET.fromstring(get(f"/{code}/sitemap.xml")).iter(f"{SM}url"))
    found = {row.find(f"{SM}loc").text.removeprefix(SITE) for row in rows}
    here = region(code)
    published = {row.url for row in newest_versions(here)}
    sold = {product.url_in(here) for product in Product.objects.on_sale_in(here)}
    assert published | sold < found
    assert {
        path
        for path in found
        if path.startswith(f"/{code}/articles/") and path.count("/") == 4 and "authors" not in path
    } == published
    assert f"/{code}/shop/epsom-salt-bath-crystals/" not in found
    assert f"/{code}/shop/magnesium-oil-spray/" not in found
    for path in found:
        assert a_shopper().get(path).status_code == 200, path


def test_a_sitemap_names_the_other_regions_and_when_an_article_changed():
    rows = list(ET.fromstring(get("/us/sitemap.xml")).iter(f"{SM}url"))
    article = next(row for row in rows if "iron-first" in row.find(f"{SM}loc").text)
    ways = {link.get("hreflang") for link in article.iter(f"{XHTML}link")}
    assert ways == {"en-GB", "en-US", "en", "de", "fr"}
    current = Publication.objects.filter(
        article__slug="iron-first-questions-for-your-doctor", region__code="us"
    ).get()
    assert (
        article.find(f"{SM}lastmod").text[:10]
        == f"{max(current.starts_at, current.version.changed_at):%Y-%m-%d}"
    )


# --- structured data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_breadcrumbs_are_what_the_page_shows(code):
    seen = 0
    for path in paths(code):
        text = get(path)
        data = of_type(text, "BreadcrumbList")
        shown = re.search(r'<nav class="breadcrumbs".*?</nav>', text, re.DOTALL)
        assert bool(data) == bool(shown), path
        if data:
            names = [
                markup.unescape(name)
                for name in re.findall(r"<li>\s*<(?:a|span)[^>]*>(.*?)</(?:a|span)>", shown[0])
            ]
            assert [row["name"] for row in data["itemListElement"]] == names
            links = [markup.unescape(link) for link in re.findall(r'<a href="([^"]+)"', shown[0])]
            assert [row["item"].removeprefix(SITE) for row in data["itemListElement"]][:-1] == links
            seen += 1
    assert seen >= 15


@pytest.mark.parametrize("code", CODES)
def test_product_data_equals_the_page_for_every_pack(code):
    here = region(code)
    set_stock("GLY-CAP-90", code, 0)
    for product in Product.objects.on_sale_in(here):
        found = offers(list(product.variants.all()), here)
        for offer in found.values():
            if offer.amount is None:
                continue
            text = get(offer.variant.url_in(here))
            row = next(one for one in of_type(text, "Product")["offers"] if one["sku"] == offer.variant.sku)
            page_words = words(text)
            assert row["price"] == str(to_decimal(offer.amount, here.currency))
            assert " ".join(offer.price.replace("\u00a0", " ").split()) in page_words
            assert row["priceCurrency"] == here.currency
            assert row["availability"].endswith("InStock" if offer.can_buy else "OutOfStock")
            assert offer.availability_words in page_words
            assert row["priceSpecification"]["valueAddedTaxIncluded"] == ("incl." in offer.tax_words)
            assert offer.tax_words in page_words
            assert row["shippingDetails"]["shippingRate"]["value"] == "0"
            assert "Delivery free" in page_words
            days = row["shippingDetails"]["deliveryTime"]["transitTime"]
            assert f"{days['minValue']} to {days['maxValue']} working days" in page_words
            assert f"{row['hasMerchantReturnPolicy']['merchantReturnDays']} days" in page_words


@pytest.mark.parametrize("code", CODES)
def test_article_data_and_questions_are_what_the_page_says(code):
    for row in newest_versions(region(code)):
        text = get(row.url)
        page_words = words(text)
        data = of_type(text, "Article")
        assert data["headline"] in page_words
        assert data["description"] in page_words
        assert data["author"]["name"] in page_words
        assert f"{row.since:%Y-%m-%d}" == data["datePublished"][:10]
        for source in data["citation"]:
            assert source["name"] in page_words
        assert "reviewedBy" not in data
        assert "Not yet medically reviewed" in page_words
        asked = of_type(text, "FAQPage")
        shown = re.findall(r"<summary>(.*?)</summary>", text.split('class="questions"')[1]) if asked else []
        if asked:
            assert [row["name"] for row in asked["mainEntity"]] == [markup.unescape(q) for q in shown]
            for row in asked["mainEntity"]:
                assert "[[" not in row["acceptedAnswer"]["text"]
                assert row["acceptedAnswer"]["text"][:40] in page_words


def test_the_start_page_says_who_runs_the_shop_and_how_to_search_it():
    text = get("/uk/")
    seller = of_type(text, "OnlineStore")
    assert seller["legalName"] in text
    assert seller["email"] in text
    assert (
        of_type(text, "WebSite")["potentialAction"]["target"]["urlTemplate"]
        == f"{SITE}/uk/search/?q={{words}}"
    )


def test_no_page_rates_itself():
    for path in paths("uk"):
        assert "aggregateRating" not in get(path)


# --- feeds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_both_product_feeds_say_the_same(code):
    g = "{http://base.google.com/ns/1.0}"
    google = {
        item.find(f"{g}id").text: item
        for item in ET.fromstring(get(f"/{code}/feeds/google.xml")).iter("item")
    }
    meta = {row["id"]: row for row in csv.DictReader(io.StringIO(get(f"/{code}/feeds/meta.csv")))}
    assert set(google) == set(meta)
    assert len(meta) >= 7
    for key, row in meta.items():
        assert row["price"] == google[key].find(f"{g}price").text
        assert row["availability"] == google[key].find(f"{g}availability").text.replace("_", " ")
        assert row["link"] == google[key].find(f"{g}link").text
        assert all(row[name] for name in ("title", "description", "condition", "image_link", "brand"))


# --- cards ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/uk/", "/us/shop/magnesium-glycinate-capsules/", "/eu/articles/citrate-glycinate-oxide-label-guide/"],
)
def test_a_social_card_is_drawn_once_and_kept(path):
    address = one(r'<meta property="og:image" content="([^"]+)"', get(path)).removeprefix(SITE)
    answer = a_shopper().get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as card:
        assert card.size == (1200, 630)
    assert len(answer.content) < 200_000
    assert a_shopper().get(address).content == answer.content


def test_a_new_title_is_a_new_card_and_the_old_address_leads_to_it():
    path = "/uk/shop/magnesium-glycinate-capsules/"
    old = one(r'<meta property="og:image" content="([^"]+)"', get(path)).removeprefix(SITE)
    product = Product.objects.get(slug="magnesium-glycinate-capsules")
    product.name = "Another name"
    product.save()
    product.wordings.update(name="")
    new = one(r'<meta property="og:image" content="([^"]+)"', get(path)).removeprefix(SITE)
    assert new != old
    assert a_shopper().get(old).url == new


@pytest.mark.parametrize(
    "path",
    [
        "/uk/card/product/nothing.jpg",
        "/uk/card/article/nothing.jpg",
        "/uk/card/site/x.jpg",
        "/uk/card/odd/home.jpg",
    ],
)
def test_there_is_no_card_of_what_is_not_there(path):
    assert a_shopper().get(path).status_code == 404


def test_no_card_shows_an_article_before_its_time():
    Publication.objects.filter(article__slug="iron-first-questions-for-your-doctor").delete()
    slug = Article.objects.get(slug="iron-first-questions-for-your-doctor").slug
    assert a_shopper().get(f"/uk/card/article/{slug}.jpg").status_code == 404


def test_regions_are_all_walked():
    assert {row.code for row in Region.all_open()} == set(SHIPPED)
