"""Words that were saved before the rules, or past the forms, put nothing on sale: at a price, from the bin, in a list."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from shop.catalogue.admin.prices import PriceForm
from shop.catalogue.models import Collection, Product, ProductWording
from shop.catalogue.stated import refuse_to_sell
from tests.support.factories import region, variant
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
RED = "Relieves restless legs"


def priced(code, price="14.99"):
    data = {
        "variant": variant().pk,
        "region": region(code).pk,
        "valid_from": timezone.now(),
        "price": price,
        "meant": "on",
    }
    return PriceForm(data)


def test_a_price_is_refused_where_the_words_of_that_region_are_red():
    product = variant().product
    ProductWording.objects.filter(product=product, region=region("us")).update(summary=RED)
    assert priced("uk").is_valid()
    form = priced("us")
    assert not form.is_valid()
    [told] = form.errors["variant"]
    assert "can’t go on sale yet" in told
    assert "summary" in told
    assert "restless legs" in told
    assert priced("us", "").is_valid()  # not sold there from then on


@pytest.mark.parametrize("field", ["name", "summary", "description", "storage"])
def test_the_own_words_of_a_product_count_in_every_region(field):
    product = variant().product
    Product.objects.filter(pk=product.pk).update(**{field: RED})
    product.refresh_from_db()
    for code in ("uk", "us", "eu"):
        with pytest.raises(ValidationError, match="restless legs"):
            refuse_to_sell(product, [region(code)])


def test_a_pack_and_a_tag_count_too():
    product = variant().product
    refuse_to_sell(product, [region("uk")])
    product.variants.update(label="For cramps")
    with pytest.raises(ValidationError, match="Variant"):
        refuse_to_sell(product, [region("uk")])


@pytest.mark.slow
def test_what_is_red_stays_in_the_bin_and_the_rest_comes_out():
    one, other = Product.objects.order_by("pk")[:2]
    Product.objects.update(binned_at=timezone.now())
    Product.objects.filter(pk=one.pk).update(summary=RED)
    sent = {"action": "take_out_of_bin", "_selected_action": [one.pk, other.pk]}
    page = signed_in().post("/admin/catalogue/product/?bin=1", sent, follow=True).content.decode()
    assert "stays in the bin" in page
    assert "1 taken out of the bin" in page
    assert set(Product.objects.filter(binned_at=None)) == {other}


def test_a_collection_of_older_words_is_not_opened_from_the_list():
    row = Collection.objects.create(name="Evening set", slug="set", summary="Powders.", is_open=False)
    Collection.objects.filter(pk=row.pk).update(summary=RED)
    row.refresh_from_db()
    row.is_open = True
    with pytest.raises(ValidationError, match="restless legs") as refused:
        row.clean()
    assert list(refused.value.message_dict) == ["is_open"]
    Collection.objects.filter(pk=row.pk).update(is_open=True)
    row.clean()  # it was open: its place in the list can still be changed
