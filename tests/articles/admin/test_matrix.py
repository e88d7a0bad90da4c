"""The matrix of regions, choosing products, help in place, the staff bar and the bin."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    ProductLink,
    Publication,
    Reference,
    RichText,
    Topic,
    Version,
    VersionTopic,
)
from articles.publishing.bin import BIN_DAYS, empty_bin
from articles.publishing.drafts import open_draft
from config.staff.form_help import FORM_HELP
from shop.basket.models import BasketLine
from shop.catalogue.models import Product
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.factories import set_price
from tests.support.library import LABELS, LEGS, reads
from tests.support.pictures import upload
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


# --- related articles --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_related_articles_share_topics_and_a_quiet_article_lists_no_condition():
    legs = reads(LEGS).split('class="wide more-articles"')[1].split("</section>")[0]
    assert 1 <= legs.count("<article") <= 3
    for code in ("uk", "us", "eu"):
        assert "more-articles" not in reads(LABELS, code) or "estless" not in reads(LABELS, code).split("more-articles")[1].split("</section>")[0]  # fmt: skip
    topic = Topic.objects.create(name="Shared", slug="shared")
    article, other = Article.objects.get(slug=LABELS), Article.objects.get(slug=LEGS)
    VersionTopic.objects.filter(version=other.newest()).delete()
    for one in (article, other):
        VersionTopic.objects.create(version=one.newest(), topic=topic)
    assert other.newest().title not in reads(LABELS)
    assert article.newest().title in reads(LEGS)


# --- the matrix and two regions --------------------------------------------------------------------------------


def test_the_matrix_loads_no_product(article):
    """It counts those of its rows; a shop may have any number of others."""
    with CaptureQueriesContext(connection) as captured:
        signed_in("Marketing").get("/admin/articles/article/matrix/")
    assert not [row for row in captured if '"catalogue_product"."name"' in row["sql"].split(" FROM ")[0]]


def test_the_matrix_shows_live_words_products_and_findings_by_region(article):
    editor = signed_in("Marketing")
    page = editor.get("/admin/articles/article/matrix/").content.decode()
    rows = page.split('class="staff-page matrix"')[1].split("</tbody>")[0].split("<tr>")[1:]
    assert len(rows) == 1 + 8
    row = next(part for part in rows if "reading a magnesium label" in part)
    assert row.count("live") >= 3
    assert "words <b>own</b>" in row
    assert re.search(r"[2-9] products", row)
    legs = next(part for part in rows if "A plain guide" in part)
    assert "names a condition" in legs


@pytest.mark.slow
def test_the_matrix_does_not_grow_with_the_articles(django_assert_max_num_queries):
    owner = signed_in()
    author = Author.objects.first()
    for number in range(60):
        Version.objects.create(
            article=Article.objects.create(slug=f"m{number}"), title=f"M{number}", summary="s", author=author
        )
    owner.get("/admin/articles/article/matrix/")
    with django_assert_max_num_queries(30):
        assert "Page 1 of 3" in owner.get("/admin/articles/article/matrix/").content.decode()


def test_two_regions_compare_word_by_word(article):
    address = f"/admin/articles/article/regions/{article.newest().pk}"
    page = signed_in("Writer").get(f"{address}/uk/us/").content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert "the same:" in page
    assert signed_in("Writer").get(f"{address}/uk/xx/").status_code == 404
    assert signed_in("Orders").get(f"{address}/uk/us/").status_code == 404


# --- choosing products -------------------------------------------------------------------------------------------


def choices(term, model="productlink"):
    address = f"/admin/autocomplete/?term={term}&app_label=articles&model_name={model}&field_name=product"
    return signed_in("Marketing").get(address).json()["results"]


def test_a_product_is_chosen_by_pack_number_and_shows_picture_and_prices():
    set_price("EPS-CRY-1000", "us", None)
    set_price("EPS-CRY-2500", "us", None)
    [found] = choices("EPS-CRY-1000")
    assert found["text"] == "Epsom Salt Bath Crystals"
    assert "EPS-CRY-1000" in found["note"]
    assert "UK £6.95" in found["note"]
    assert "not sold in the US" in found["note"]
    assert found["picture"].startswith("/media/")


def test_choosing_costs_no_query_more_with_more_products(django_assert_max_num_queries):
    client = signed_in("Marketing")
    address = "/admin/autocomplete/?term=&app_label=articles&model_name=productlink&field_name=product"
    client.get(address)
    with django_assert_max_num_queries(15):
        assert len(client.get(address).json()["results"]) > 4


@pytest.mark.walk
def test_a_product_that_is_not_sold_where_the_article_is_live_is_warned_of(article):
    set_price("OIL-SPR-100", "us", None)
    set_price("OIL-SPR-250", "us", None)
    for pack in Product.objects.get(slug="magnesium-oil-spray").variants.all():
        set_price(pack.sku, "us", None)
    owner = signed_in()
    draft = open_draft(article, "owner")
    ProductLink.objects.create(version=draft, product=Product.objects.get(slug="magnesium-oil-spray"))
    address = f"/admin/articles/version/{draft.pk}/change/"
    sent = {**fields_of(owner.get(address).content.decode()), "title": "Another", "_continue": "1"}
    page = owner.post(address, sent, follow=True).content.decode()
    assert "is not sold in the US: readers there see no card of it." in page
    assert "is not sold in the UK" not in page


# --- help in place, the staff bar, the bin, pictures ------------------------------------------------------------


def test_every_form_of_the_admin_has_three_lines_of_help_and_an_example():
    shown = {
        model._meta.label_lower
        for model, model_admin in admin.site._registry.items()
        if model._meta.label_lower != "articles.article"  # its page explains itself
    }
    assert shown == set(FORM_HELP)
    for guide in FORM_HELP.values():
        assert len(guide.lines) == 3
        assert guide.example
    page = signed_in().get("/admin/articles/topic/add/").content.decode()
    assert FORM_HELP["articles.topic"].lines[0] in page
    assert "Example:" in page


def test_the_handbook_is_a_page_of_the_admin_and_every_chapter_named_exists():
    page = signed_in("Writer").get("/admin/handbook/").content.decode()
    for guide in FORM_HELP.values():
        assert not guide.chapter or f'id="{guide.chapter}"' in page, guide.chapter
    for picture in re.findall(r'<img src="([^"]+)"', page.split('class="handbook"')[1]):
        assert signed_in("Writer").get(f"/admin/handbook/{picture}").status_code == 200
    assert a_shopper().get("/admin/handbook/").status_code == 302


def test_staff_see_a_bar_that_leads_to_what_the_page_is_made_of_and_shoppers_do_not(article):
    owner = signed_in()
    page = owner.get(f"/uk/articles/{LABELS}/").content.decode()
    assert f'href="/admin/articles/article/{article.pk}/change/"' in page
    assert f'href="/us/articles/{LABELS}/"' in page.split("staff-bar")[1]
    assert "staff-bar" not in reads()
    shopper = a_shopper()
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    assert "staff-bar" not in shopper.get(f"/uk/articles/{LABELS}/").content.decode()
    before = list(BasketLine.objects.values())
    answer = owner.get(f"/us/articles/{LABELS}/")
    assert not answer.cookies, "looking at another region chooses none"
    assert list(BasketLine.objects.values()) == before


def test_orders_staff_are_led_to_no_editor(article):
    assert "/admin/articles/" not in signed_in("Orders").get(f"/uk/articles/{LABELS}/").content.decode()


def test_the_bin_is_emptied_after_thirty_days_but_an_address_that_was_public_stays_gone():
    author = Author.objects.first()
    long_ago = timezone.now() - timedelta(days=BIN_DAYS + 1)
    never = Article.objects.create(slug="never-live", binned_at=long_ago)
    version = Version.objects.create(article=never, title="N", summary="s", author=author)
    RichText.objects.create(parent=version, region="main", ordering=1, body="<p>x</p>")
    fresh = Article.objects.create(slug="fresh", binned_at=timezone.now())
    once = Article.objects.get(slug=LABELS)
    family = Article.objects.filter(Q(pk=once.pk) | Q(original=once))
    Publication.objects.filter(article__in=family).update(ends_at=timezone.now())
    family.update(binned_at=long_ago)
    assert empty_bin() == 1
    assert empty_bin() == 0
    assert not Article.objects.filter(slug="never-live").exists()
    assert Article.objects.filter(pk=fresh.pk).exists()
    assert a_shopper().get(f"/uk/articles/{LABELS}/").status_code == 410


def test_a_picture_replaced_in_place_changes_on_every_page_that_shows_it(article):
    picture = article.newest().picture
    old = picture.file.name
    owner = signed_in()
    address = f"/admin/pictures/picture/{picture.pk}/change/"
    sent = {**fields_of(owner.get(address).content.decode()), "file": upload(size=(700, 500))}
    assert owner.post(address, sent).status_code == 302
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.file.name != old
    assert (picture.width, picture.height, picture.rendered_widths) == (700, 500, [])
    assert picture.file.url in reads()
    assert old not in reads()


def test_sources_are_found_by_their_doi():
    doi = Reference.objects.exclude(doi="").first().doi
    page = signed_in("Writer").get(f"/admin/articles/reference/?q={doi}").content.decode()
    assert page.count("field-authors") == 1
