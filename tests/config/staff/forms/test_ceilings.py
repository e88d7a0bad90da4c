"""Every text that staff can type has a length, every form a count."""

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import resolve

from articles.models import Article
from config.staff.forms.ceilings import MOST, is_text, length_of, limited_formset
from shop.catalogue.models import Product
from tests.support.editing import begin, form
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def every_form():
    """(of which model, a form) for each form and inline of the admin, as the Owner gets it."""
    request = RequestFactory().get("/")
    request.resolver_match = resolve("/admin/")
    signed_in(name="olga")
    request.user = User.objects.get(username="olga")
    for model, one in admin.site._registry.items():
        if one.has_add_permission(request) or one.has_change_permission(request):
            yield model, one.get_form(request)()
        for inline in one.get_inline_instances(request):
            yield inline.model, limited_formset(inline.get_formset(request))().empty_form


def test_every_text_of_every_form_has_a_length():
    made = list(every_form())
    assert len(made) > 40
    for model, one in made:
        for name, field in one.fields.items():
            if is_text(field) and not isinstance(
                field.widget, forms.PasswordInput
            ):  # it is digested, and shown nowhere
                assert length_of(field), (model, name)


@pytest.mark.slow
@pytest.mark.parametrize(("length", "is_kept"), [(MOST, True), (MOST + 1, False)])
def test_a_text_beyond_it_is_refused_in_words_and_stays_typed(length, is_kept):
    owner, product = signed_in(), Product.objects.first()
    path = f"/admin/catalogue/product/{product.pk}/change/"
    typed = {
        **fields_of(owner.get(path).content.decode()),
        "us_ingredients": ("salt, " * length)[: length - 1] + "x",
    }
    answer = owner.post(path, typed)
    product.refresh_from_db()
    assert (len(product.us_ingredients) == length) is is_kept
    if not is_kept:
        assert f"at most {MOST} characters" in answer.content.decode()
        assert "salt, " * 3000 in answer.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("total", ["9999999999", "99999", "²", "-5", "1e9", ""])
def test_a_form_that_says_it_has_many_rows_is_answered_at_once(total):
    owner = signed_in()
    draft = begin(owner, Article.objects.first())
    for path in (form(draft), f"/admin/catalogue/product/{Product.objects.first().pk}/change/"):
        typed = fields_of(owner.get(path).content.decode())
        counts = [name for name in typed if name.endswith("TOTAL_FORMS")]
        for sent in ({"_check": "1"}, {"_save": "1"}, {"_insert": "articles_richtext_set"}):
            answer = owner.post(path, {**typed, **dict.fromkeys(counts, total), **sent})
            assert answer.status_code in {200, 302}
            assert len(answer.content) < 3_000_000
