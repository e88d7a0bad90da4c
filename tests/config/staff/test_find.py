"""One search over what a member of staff may see, and one menu of the lists that they may open."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from articles.publishing.drafts import open_draft
from config.search.models import Kind, NameWord
from config.search.names import LAST, MOST, found_by_name, write_names
from shop.catalogue.models import Product, Variant
from tests.support.factories import an_order
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def found(client, text, **more):
    answer = client.get("/admin/find/", {"q": text, "part": "1", **more})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "heading"),
    [("citr", "Products"), ("CIT CAP 90", "Products"), ("label gu", "Articles"), ("ledg", "Pages"), ("owne", "People")],
)  # fmt: skip
def test_a_few_letters_find(text, heading):
    assert f"<h2>{heading}</h2>" in found(signed_in(), text)


@pytest.mark.slow
def test_an_order_is_found_by_its_number_and_its_buyer():
    order = an_order()
    owner = signed_in()
    assert order.number in found(owner, order.number[:5])
    assert order.number in found(owner, order.email.split("@")[0])


@pytest.mark.slow
def test_nobody_finds_what_they_may_not_see():
    order = an_order()
    writer = signed_in("Writer")
    page = found(writer, order.number)
    assert order.number not in page.replace(f"“{order.number}”", "")
    assert "People" not in found(writer, "owner")
    assert "Money ledger" not in found(writer, "money")
    assert "<h2>Articles</h2>" in found(writer, "magnesium")


def test_a_draft_is_found_by_its_new_title_and_no_longer_by_the_old_one():
    article = Article.objects.create(slug="x1")
    draft = open_draft(Article.objects.exclude(pk=article.pk).first(), "anna")
    draft.title = "Zirconium alone"
    draft.save()
    assert found_by_name(Kind.ARTICLE, "zircon al", 5) == [draft.article_id]
    draft.title = "Something else"
    draft.save()
    assert found_by_name(Kind.ARTICLE, "zirconium", 5) == []


def test_a_product_is_found_by_a_pack_that_came_later_until_it_is_gone():
    product = Product.objects.first()
    pack = Variant.objects.create(
        product=product, sku="GLY-CAP-777", label="7", pack_units=7, unit_name="capsule", net_quantity="7",
        ship_weight_g=1,
    )  # fmt: skip
    assert found_by_name(Kind.PRODUCT, "gly-cap-777", 5) == [product.pk]
    pack.delete()
    assert found_by_name(Kind.PRODUCT, "glycap777", 5) == []


def test_words_written_past_the_signals_come_with_the_next_index():
    Product.objects.filter(pk=(one := Product.objects.first()).pk).update(name="Vanadium")
    write_names(Kind.PRODUCT, [one.pk])
    assert found_by_name(Kind.PRODUCT, "vanad", 5) == [one.pk]


def test_a_word_that_all_have_reads_no_more_than_the_newest():
    NameWord.objects.bulk_create(
        [NameWord(kind=Kind.PRODUCT, key=10_000 + number, word="common") for number in range(LAST + MOST)]
    )
    NameWord.objects.create(kind=Kind.PRODUCT, key=10_001, word="rare")
    assert found_by_name(Kind.PRODUCT, "common", 3) == [10_000 + LAST + MOST - number for number in (1, 2, 3)]
    assert found_by_name(Kind.PRODUCT, "common rare", 3) == [10_001]


@pytest.mark.slow
def test_what_a_look_asks_does_not_grow():
    owner = signed_in()
    found(owner, "magnesium")
    with CaptureQueriesContext(connection) as few:
        found(owner, "magnesium")
    for number in range(60):
        User.objects.create(username=f"magnesium{number}")
        Article.objects.create(slug=f"magnesium-{number}")
    with CaptureQueriesContext(connection) as many:
        found(owner, "magnesium")
    assert len(many) <= len(few) <= 26


@pytest.mark.parametrize("text", ["", "m", "…", "\x00ma", "a" * 4000, "%", "'; --", "٣٣", "ﷺﷺﷺ"])
def test_odd_words_find_nothing_and_break_nothing(text):
    client = signed_in()
    assert client.get("/admin/find/", {"q": text}).status_code == 200
    found(client, text)


@pytest.mark.slow
def test_every_page_has_the_menu_with_what_the_person_may_open():
    writer = signed_in("Writer").get("/admin/articles/article/").content.decode()
    assert 'class="staff-nav__menu"' in writer
    assert "/admin/orders/order/" not in writer
    assert 'aria-current="page"' in writer.split('class="staff-nav__all"')[1].split("</details>")[0]
    desk = signed_in("Orders").get("/admin/").content.decode()
    assert "/admin/orders/order/?view=to_send" in desk
    assert "Money ledger" in desk
    assert "staff-nav" not in signed_in("Orders").get("/admin/catalogue/product/?_popup=1").content.decode()
