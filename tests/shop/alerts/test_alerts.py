"""One mail when a sold-out pack is back: asked twice, sent once, then forgotten."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.models import Article, ProductLink
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from shop.alerts.alerts import ask, forget_unconfirmed, send_alerts
from shop.alerts.models import StockAlert
from shop.catalogue.models import Product, Variant
from shop.optin.asking import confirm
from shop.outbox.keys import alert_kind
from shop.outbox.models import Mail
from shop.outbox.send import send_next
from tests.conftest import a_shopper
from tests.support.factories import (
    everywhere,
    post_with_token,
    region,
    set_price,
    set_stock,
    shown_next,
    variant,
)
from tests.support.staff import signed_in

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


@pytest.mark.slow
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
    mail = Mail.objects.get(key__startswith=alert_kind("back"))
    assert "£11.11 incl. VAT" in mail.text
    assert PAGE in mail.text
    assert not StockAlert.objects.exists(), "the address is deleted with the mail"
    assert a_shopper().get(page).status_code == 404


def test_it_can_be_stopped_with_one_button_and_is_then_forgotten():
    asked()
    page = link(Mail.objects.get())
    assert "Your address is deleted" in shown_next(post_with_token(a_shopper(), page, page, {"stop": "1"}))
    assert not StockAlert.objects.exists()
    assert not Mail.objects.exists(), "what was not sent yet is not sent any more"


def test_asking_again_at_once_sends_no_second_mail_and_tells_nobody_that_it_was_known():
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
    for sku in ("NO-SUCH", "", "x" * 500, "\x00"):
        page = shown_next(a_shopper().post("/uk/alerts/", {"variant": sku, "email": "a@b.de"}))
        assert "We no longer sell this pack" in page, "it may have been deleted while the page was open"
    assert asked(next="https://evil.example/")["Location"].startswith("/uk/shop/")
    assert a_shopper().get("/alerts/guessed/").status_code == 404
    assert a_shopper().get("/uk/alerts/").status_code == 405


def test_what_is_in_stock_needs_no_alert():
    set_stock(SKU, "uk", 2)
    asked()
    assert not StockAlert.objects.exists()


@pytest.mark.slow
def test_the_card_in_an_article_has_it_too():
    for sku in Product.objects.get(slug="magnesium-citrate-capsules").variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    draft = open_draft(Article.objects.get(slug="iron-first-questions-for-your-doctor"), "mia")
    ProductLink.objects.create(version=draft, product=Product.objects.get(slug="magnesium-citrate-capsules"))
    facts.refresh(draft)
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


# --- many who wait, lost mails, and forgetting --------------------------------------------------------------------


def waits(email, sku=SKU, code="uk"):
    alert = ask(variant(sku), region(code), email)
    confirm(alert)
    return alert


@pytest.mark.slow
@pytest.mark.parametrize("dead", ["sold out", "not sold here", "withdrawn", "pack taken off"])
def test_people_who_wait_for_a_dead_pack_keep_nobody_waiting(dead, monkeypatch):
    monkeypatch.setattr("shop.alerts.alerts.MAX_PER_SWEEP", 3)
    other = "OIL-SPR-100"
    for number in range(7):
        waits(f"dead{number}@example.org")
    if dead != "sold out":
        set_stock(SKU, "uk", 9)
    if dead == "not sold here":
        set_price(SKU, "uk", None)
    if dead == "withdrawn":
        Product.objects.filter(variants__sku=SKU).update(is_active=False)
    if dead == "pack taken off":
        Variant.objects.filter(sku=SKU).update(is_active=False)
    set_stock(other, "uk", 0)
    for number in range(4):
        waits(f"late{number}@example.org", other)
    set_stock(other, "uk", 5)
    assert [send_alerts() for _ in range(3)] == [3, 1, 0]
    assert StockAlert.objects.count() == 7


@pytest.mark.slow
def test_how_many_wait_changes_no_number_of_queries(django_assert_max_num_queries):
    for number in range(30):
        waits(f"ada{number}@example.org")
    with django_assert_max_num_queries(7):
        assert send_alerts() == 0


@pytest.mark.parametrize(("minutes", "mails"), [(0, 1), (9, 1), (11, 2), (600, 2)])
def test_a_lost_confirmation_can_be_had_again_after_some_minutes(minutes, mails):
    answers = [asked()]
    Mail.objects.update(written_at=timezone.now() - timedelta(minutes=minutes))
    answers.append(asked())
    assert Mail.objects.count() == mails
    assert {(one.status_code, one["Location"]) for one in answers} == {(303, answers[0]["Location"])}
    for mail in Mail.objects.all():
        assert a_shopper().get(link(mail)).status_code == 200, "each of them can be confirmed with"


def test_who_confirmed_gets_no_mail_by_asking_again():
    waits("ada@example.org")
    Mail.objects.update(written_at=timezone.now() - timedelta(days=1))
    asked()
    assert Mail.objects.count() == 1


@pytest.mark.slow
def test_nobody_is_pestered_with_confirmations_for_many_packs():
    skus = list(Variant.objects.values_list("sku", flat=True))
    for sku in skus:
        for code in ("uk", "us", "eu"):
            ask(variant(sku), region(code), "victim@example.org")
    assert Mail.objects.filter(to="victim@example.org", gave_up_at=None).count() == 10 < len(skus) * 3


@pytest.mark.slow
@pytest.mark.parametrize("how", ["page", "staff", "week", "product deleted"])
def test_a_deleted_address_stands_nowhere_any_more(how):
    asked("ada@example.org")
    Mail.objects.update(sent_at=timezone.now())
    alert = StockAlert.objects.get()
    if how == "page":
        post_with_token(a_shopper(), f"/alerts/{alert.token}/", f"/alerts/{alert.token}/", {"stop": "1"})
    if how == "staff":
        signed_in("Orders").post(f"/admin/alerts/stockalert/{alert.pk}/delete/", {"post": "yes"})
    if how == "week":
        forget_unconfirmed(timezone.now() + timedelta(days=8))
    if how == "product deleted":
        StockAlert.objects.filter(variant__sku=SKU).delete()
    assert not everywhere("ada@example.org")


@pytest.mark.slow
def test_the_mail_that_a_pack_is_back_is_forgotten_once_it_is_sent(settings, mailoutbox):
    settings.EMAIL_URL = "smtp://mail.example.org"
    waits("ada@example.org")
    set_stock(SKU, "uk", 3)
    send_alerts()
    while send_next():
        pass
    assert [one.subject for one in mailoutbox][-1:]
    assert not everywhere("ada@example.org")
