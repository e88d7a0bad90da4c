"""A product's own words: refused in a form with field, phrase, region and a way out; what ships is clean."""

import pytest
from django.core.exceptions import ValidationError

from shop.catalogue.models import Product, ProductWording
from tests.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def test_every_product_that_ships_is_clean_in_every_region():
    for product in Product.objects.all():
        product.clean()
    for wording in ProductWording.objects.select_related("product", "region"):
        wording.clean()


@pytest.mark.parametrize(
    ("slug", "field", "text", "told"),
    [
        ("magnesium-citrate-capsules", "summary", "Capsules for people with restless legs.", "UK, US, EU"),
        ("magnesium-citrate-capsules", "description", "Helps you sleep soundly.", "UK, EU"),
        ("magnesium-oil-spray", "description", "Absorbed through the skin in seconds.", "UK, US, EU"),
        ("epsom-salt-bath-crystals", "summary", "Soothes sore muscles.", "UK, US, EU"),
        ("magnesium-glycinate-capsules", "name", "RLS Calm", "UK, US, EU"),
    ],
)
def test_a_claim_on_a_product_is_refused_with_phrase_and_region(slug, field, text, told):
    product = Product.objects.get(slug=slug)
    setattr(product, field, text)
    with pytest.raises(ValidationError) as refused:
        product.clean()
    words = refused.value.message_dict[field][0]
    assert {code for code in ("UK", "US", "EU") if f"{code} (" in words} == set(told.split(", "))


def test_what_one_region_allows_is_refused_in_the_others():
    wordings = {
        row.region.code: row
        for row in ProductWording.objects.filter(product__slug="magnesium-citrate-capsules")
    }
    for code, wording in wordings.items():
        wording.description = "Supports relaxation and calm."
        if code == "us":
            wording.clean()
        else:
            with pytest.raises(ValidationError, match="relaxation"):
                wording.clean()


def test_a_warning_may_name_a_condition():
    wording = ProductWording.objects.get(product__slug="epsom-salt-bath-crystals", region__code="eu")
    wording.warnings += "\nAsk a doctor first if you have diabetes."
    wording.clean()
    wording.description = "Good for people with diabetes."
    with pytest.raises(ValidationError, match="diabetes"):
        wording.clean()


def test_the_form_keeps_what_was_typed_and_says_what_to_do():
    owner = signed_in()
    product = Product.objects.get(slug="magnesium-citrate-powder")
    address = f"/admin/catalogue/product/{product.pk}/change/"
    sent = fields_of(owner.get(address).content.decode())
    answer = owner.post(address, {**sent, "summary": "Relieves restless legs."})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "can’t stand here" in page
    assert 'value="Relieves restless legs."' in page
    product.refresh_from_db()
    assert product.summary != "Relieves restless legs."
    assert owner.post(address, sent).status_code == 302
