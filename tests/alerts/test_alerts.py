"""One mail when a sold-out pack is back: asked twice, sent once, then forgotten."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.editing import Slot, open_draft, publish
from articles.models import Article, ProductLink
from articles.stored import store_facts
from shop.alerts.alerts import ask, confirm, forget_unconfirmed, send_alerts
from shop.alerts.models import StockAlert
from shop.catalogue.models import Product
from shop.outbox.models import Mail
from tests.conftest import a_shopper
from tests.factories import post_with_token, region, set_price, set_stock, shown_next, variant
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"
PAGE = f"/uk/shop/magnesium-citrate-capsules/?variant={SKU}"


@pytest.fixture(autouse=True)
def sold_out(db):
    set_stock(SKU, "uk", 0)


def asked(email="ada@example.org", **more):
    return a_shopper().post("/uk/alerts/", {"variant": SKU, "email": email, **more})


def link(mail):
    return re.search(r"http://127\.0\.0\.1:8000(/alerts/[\w-]+/)", mail.text).group(1)


def test_the_whole_way_from_sold_out_to_the_one_mail():
    shopper = a_shopper()
    assert "Tell me when it is back" in shopper.get(PAGE).content.decode()
    assert asked().status_code == 303
    page = link(Mail.objects.get())
    assert send_alerts() == 0, "nobody has confirmed"
    shopper.get(page)
    assert StockAlert.objects.get().confirmed_at is None, "a mail scanner that opens links confirms nothing"
    post_with_token(shopper, page, page, {})
    assert send_alerts() == 0, "still sold out"
    set_price(SKU, "uk", 1111)
    set_stock(SKU, "us", 9)
    assert send_alerts() == 0, "back in another region is not back"
    set_stock(SKU, "uk", 3)
    assert send_alerts() == 1
    assert send_alerts() == 0
    told = Mail.objects.get(key__startswith="alert-back")
    assert "£11.11 incl. VAT" in told.text
    assert PAGE in told.text
    assert not StockAlert.objects.exists(), "the address is deleted with the mail"
    assert a_shopper().get(page).status_code == 404


def test_it_can_be_stopped_with_one_button_and_is_then_forgotten():
    asked()
    page = link(Mail.objects.get())
    assert "Your address is deleted" in shown_next(post_with_token(a_shopper(), page, page, {"stop": "1"}))
    assert not StockAlert.objects.exists()
    assert not Mail.objects.exists(), "what was not sent yet is not sent any more"


def test_asking_again_sends_no_second_mail_and_tells_nobody_that_it_was_known():
    first, second = asked(), asked("ADA@example.org")
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert Mail.objects.count() == 1


def test_what_nobody_confirms_goes_after_a_week():
    alert = ask(variant(SKU), region("uk"), "ada@example.org")
    forget_unconfirmed(timezone.now() + timedelta(days=6))
    assert StockAlert.objects.filter(pk=alert.pk).exists()
    forget_unconfirmed(timezone.now() + timedelta(days=8))
    assert not StockAlert.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 300 + "@example.org", "ada@example.org\r\nBcc: x@y.z", "\x00"])  # fmt: skip
def test_what_is_no_address_is_said_and_nothing_is_kept(email):
    assert "nothing was kept" in shown_next(asked(email))
    assert not StockAlert.objects.exists()


def test_nonsense_and_other_peoples_pages():
    assert a_shopper().post("/uk/alerts/", {"variant": "NO-SUCH", "email": "a@b.de"}).status_code == 404
    assert asked(next="https://evil.example/")["Location"].startswith("/uk/shop/")
    assert a_shopper().get("/alerts/guessed/").status_code == 404
    assert a_shopper().get("/uk/alerts/").status_code == 405


def test_who_asks_too_often_waits():
    answers = [asked(f"ada{number}@example.org") for number in range(12)]
    assert ["wait a little" in shown_next(answer) for answer in answers] == [False] * 10 + [True] * 2
    assert StockAlert.objects.count() == 10


def test_what_is_in_stock_needs_no_alert():
    set_stock(SKU, "uk", 2)
    asked()
    assert not StockAlert.objects.exists()


def test_the_card_in_an_article_has_it_too():
    for sku in Product.objects.get(slug="magnesium-citrate-capsules").variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    draft = open_draft(Article.objects.get(slug="iron-first-questions-for-your-doctor"), "mia")
    ProductLink.objects.create(version=draft, product=Product.objects.get(slug="magnesium-citrate-capsules"))
    store_facts(draft)
    publish(draft, [Slot(region("uk"), timezone.now())], "mia")
    html = a_shopper().get("/uk/articles/iron-first-questions-for-your-doctor/").content.decode()
    assert "Tell me when it is back" in html


def test_staff_of_the_order_desk_may_delete_a_wish_and_nobody_may_make_one():
    alert = ask(variant(SKU), region("uk"), "ada@example.org")
    confirm(alert)
    orders = signed_in("Orders")
    assert orders.get("/admin/alerts/stockalert/add/").status_code == 403
    assert "ada@example.org" in orders.get("/admin/alerts/stockalert/").content.decode()
    assert signed_in("Marketing").get("/admin/alerts/stockalert/").status_code == 403
