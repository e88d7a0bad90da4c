"""Numbers and money in staff forms: each reads them in one way, asks once where a price jumps, and refuses in words."""

from datetime import timedelta
from html import unescape

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.utils import timezone

from articles.models import Article
from shop.catalogue.models import Price
from shop.codes.models import Code
from shop.payments.models import Refund
from shop.text.fields import DecimalField, WholeField
from tests.support.factories import region, set_price, variant
from tests.support.orders import paid
from tests.support.product_form import PRICES, product_form, save_product
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def price_now(code):
    row = Price.objects.filter(variant=variant(), region=region(code), valid_from__lte=timezone.now())
    return row.order_by("-valid_from").first().amount


def test_every_number_of_every_admin_form_is_read_the_same_way():
    request = RequestFactory().get("/")
    request.user = User.objects.create_superuser("root")
    request.resolver_match = type("Match", (), {"kwargs": {}})()
    seen = 0
    for model, model_admin in admin.site._registry.items():
        found = [model_admin.get_form(request)] if model_admin.has_add_permission(request) else []
        found += [inline.get_formset(request).form for inline in model_admin.get_inline_instances(request)]
        for form in found:
            for name, field in form.base_fields.items():
                if isinstance(field, forms.IntegerField):
                    seen += 1
                    assert isinstance(field, WholeField | DecimalField), f"{model.__name__}.{name}"
                    assert field.widget.input_type in {"text", "hidden"}, f"{model.__name__}.{name}"
    assert seen > 15


@pytest.mark.walk
def test_a_price_that_can_not_be_read_is_refused_on_both_forms():
    was, opened = Price.objects.count(), product_form()
    form = {"variant": variant().pk, "region": region("uk").pk, "valid_from_0": "2090-01-01", "valid_from_1": "10:00"}  # fmt: skip
    for text in ("1.000", "1_000", "٣", "1e1", "+9", "$12", "12'50", "NaN", "0", "£"):
        answer = save_product(opened, price_uk=text)
        assert answer.status_code == 200, text
        assert text in unescape(answer.content.decode())
        assert opened[0].post(PRICES, {**form, "price": text}).status_code == 200, text
    assert Price.objects.count() == was


@pytest.mark.slow
def test_both_price_forms_take_the_same_words():
    set_price("CIT-CAP-90", "uk", 1195, ago=timedelta(days=1))
    assert save_product(price_uk="£12,50").status_code == 302
    assert price_now("uk") == 1250
    form = {"variant": variant().pk, "region": region("eu").pk, "price": "13,50 €", "valid_from_0": "2090-01-01", "valid_from_1": "10:00"}  # fmt: skip
    assert signed_in().post(PRICES, form).status_code == 302
    assert Price.objects.get(valid_from__year=2090).amount == 1350


@pytest.mark.walk
def test_a_price_that_jumps_is_asked_about_once_on_the_product():
    set_price("CIT-CAP-90", "uk", 1195, ago=timedelta(days=1))
    opened = product_form()
    for text, amount in (("1195", 119500), ("1.19", 119), ("£1,195.00", 119500)):
        page = save_product(opened, price_uk=text).content.decode()
        assert "more than half" in page, text
        assert price_now("uk") == 1195, text
        assert f'value="uk:{amount}"' in page, text
    assert "more than half" in save_product(opened, price_uk="2500", meant=f"uk:{amount}").content.decode()
    assert save_product(opened, price_uk=text, meant=f"uk:{amount}").status_code == 302
    assert price_now("uk") == amount


@pytest.mark.slow
def test_a_planned_price_that_jumps_is_asked_about_once():
    set_price("CIT-CAP-90", "us", 1495, ago=timedelta(days=1))
    form = {"variant": variant().pk, "region": region("us").pk, "price": "1495", "valid_from_0": "2090-01-01", "valid_from_1": "10:00"}  # fmt: skip
    page = signed_in().post(PRICES, form).content.decode()
    assert "$14.95 becomes $1,495.00" in page
    assert fields_of(page)["price"] == "1495"
    assert signed_in().post(PRICES, {**form, "meant": "us:149500"}).status_code == 302
    assert Price.objects.get(valid_from__year=2090).amount == 149500


@pytest.mark.slow
def test_a_refund_that_can_not_be_read_gives_nothing_back():
    order, orders = paid(), signed_in("Orders")
    for text in ("£", "٣", "1_0", "1.000", "-5", "$5", "1e1", "0"):
        form = {"action": "refund", "cause": "goodwill", "amount": text}
        assert orders.post(f"/admin/orders/order/{order.pk}/change/", form).status_code == 422, text
    assert not Refund.objects.exists()


@pytest.mark.slow
def test_a_thousand_is_a_thousand():
    order = paid()
    form = {"action": "refund", "cause": "goodwill", "amount": "1,000"}
    page = signed_in("Orders").post(f"/admin/orders/order/{order.pk}/change/", form).content.decode()
    assert "At most £11.95" in page


@pytest.mark.parametrize(("text", "words"), [("1.000", "two things"), ("5 $", "another currency"), ("٥", "digits")])  # fmt: skip
def test_amounts_of_a_code_are_read_by_region(text, words):
    page = "/admin/codes/code/add/"
    fields = fields_of(signed_in().get(page).content.decode())
    fields.pop("products")
    form = {
        **fields,
        "code": "FIVE",
        "kind": "amount",
        "terms-0-region": region("eu").pk,
        "terms-0-off": text,
    }
    assert words in signed_in().post(page, form).content.decode()
    assert not Code.objects.exists()
    answer = signed_in().post(page, {**form, "terms-0-off": "5,50", "terms-0-least": "1.000,00"})
    assert answer.status_code == 302, answer.context["errors"]
    terms = Code.objects.get().terms.get()
    assert (terms.amount, terms.minimum) == (550, 100000)


@pytest.mark.parametrize("text", ["10%", " 10 % ", "１０％", "10"])
def test_the_per_cent_of_a_code_may_have_its_sign(text):
    page = "/admin/codes/code/add/"
    fields = fields_of(signed_in().get(page).content.decode())
    fields.pop("products")
    form = {**fields, "code": "TEN", "kind": "percent", "percent": text, "terms-0-region": region("eu").pk}
    answer = signed_in().post(page, form)
    assert answer.status_code == 302, answer.context["errors"]
    assert Code.objects.get().percent == 10


@pytest.mark.walk
def test_an_emptied_stock_is_not_passed_over_without_a_word():
    answer = save_product(stock_uk=" ")
    assert answer.status_code == 200
    assert "Type how many there are: 0 for none." in answer.content.decode()
    assert save_product(stock_uk="0").status_code == 302
    assert variant().stock.get(region=region("uk")).on_hand == 0


@pytest.mark.slow
def test_stock_and_minimums_are_whole_numbers():
    opened = product_form()
    for text in ("1.000", "٣"):
        page = save_product(opened, stock_uk=text, pack_units=text).content.decode()
        assert page.count("Type it") + page.count("type a whole") + page.count("Type 1000") + page.count("Type the number") >= 2, text  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize("key", ["²", "٣", "-1", "1.0", "9" * 30, "x", ""])
def test_a_key_that_is_no_number_is_refused_on_every_page_that_takes_one(key):
    article, owner, order = Article.objects.first(), signed_in(), paid()
    page = f"/admin/articles/article/{article.pk}/change/"
    for form in (
        {"action": "restore", "version": key},
        {"action": "comment_done", "comment": key},
        {"action": "keep_out", "product": key, "region": "uk"},
    ):
        assert owner.post(page, form).status_code < 500, form
    assert owner.post("/admin/ledger/", {"fix": "give_back", "about": key}).status_code == 302
    form = {"action": "refund", "cause": "goodwill", "amount": "1", "payment": key, "turn": key}
    assert owner.post(f"/admin/orders/order/{order.pk}/change/", form).status_code < 500
    assert not Refund.objects.exists()
