"""What the shop and its products are called is known as soon as it is so, and read once until then."""

import pytest

from shop.catalogue.models import Product
from shop.claims.names import own_names

pytestmark = pytest.mark.django_db


def test_a_new_name_is_known_at_once():
    assert "zorbaxium" not in own_names()
    product = Product.objects.first()
    product.name = "Zorbaxium capsules"
    product.save()
    assert "zorbaxium" in own_names()
    Product.objects.filter(pk=product.pk).update(name="Magnesium capsules")
    assert "zorbaxium" not in own_names()


def test_names_are_not_read_again_for_other_changes(django_assert_max_num_queries):
    own_names()
    product = Product.objects.first()
    product.summary = "Other words."
    product.save()
    with django_assert_max_num_queries(2):  # the numbers of two scopes
        own_names()
