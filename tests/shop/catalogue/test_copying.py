"""A copy of a product begins as a draft with its words and packs, and can't be sold before somebody looked at it."""

import pytest
from django.core.exceptions import ValidationError

from shop.catalogue.copying import beginning, copy_product
from shop.catalogue.models import Product, Stock, Variant
from shop.catalogue.offers import amounts_in_force, offer
from tests.support.factories import region, set_price, variant
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def citrate() -> Product:
    return Product.objects.get(slug="magnesium-citrate-capsules")


def copy(product: Product, **more) -> Product:
    first = beginning(product)
    given = {"name": first.name, "slug": first.slug, "skus": first.skus, "with_prices": True, **more}
    return copy_product(product, **given)


def test_it_has_the_words_tags_packs_and_prices_but_no_stock_and_is_a_draft(citrate):
    set_price("CIT-CAP-90", "uk", 1234)
    made = copy(citrate)
    assert (made.is_active, made.description, made.kind) == (False, citrate.description, citrate.kind)
    assert list(made.tags.all()) == list(citrate.tags.all())
    assert made.variants.count() == citrate.variants.count()
    assert not Stock.objects.filter(variant__product=made).exists()
    assert {row.directions for row in made.wordings.all()} == {
        row.directions for row in citrate.wordings.all()
    }
    pack = made.variants.get(label=variant().label)
    assert amounts_in_force([pack])[pack.pk][region("uk").pk] == 1234
    assert pack.sku == "CIT-CAP-91"
    assert not amounts_in_force(copy(citrate, with_prices=False).variants.all())


def test_put_on_sale_it_is_still_not_sold_before_its_facts_were_compared(citrate):
    made = copy(citrate)
    Product.objects.filter(pk=made.pk).update(is_active=True)
    pack = made.variants.select_related("product").first()
    Stock.objects.create(variant=pack, region=region("uk"), on_hand=5)
    assert not offer(pack, region("uk")).can_buy
    row = made.wordings.get(region=region("uk"))
    row.review_by = citrate.wordings.get(region=region("uk")).review_by
    row.save()
    assert offer(pack, region("uk")).can_buy


def test_a_name_that_is_taken_makes_nothing_at_all(citrate):
    before = Product.objects.count(), Variant.objects.count()
    for wrong in ({"slug": citrate.slug}, {"skus": dict.fromkeys(beginning(citrate).skus, "CIT-CAP-90")}):
        with pytest.raises(ValidationError):
            copy(citrate, **wrong)
        assert (Product.objects.count(), Variant.objects.count()) == before


def test_staff_copy_it_from_its_page_and_what_they_typed_stays_where_it_can_not_be(citrate):
    owner = signed_in("Owner")
    address = f"/admin/catalogue/product/{citrate.pk}/copy/"
    assert address in owner.get(f"/admin/catalogue/product/{citrate.pk}/change/").content.decode()
    typed = fields_of(owner.get(address).content.decode())
    name = f"sku-{variant().pk}"
    refused = owner.post(address, typed | {name: "GLY-CAP-90", "name": "Another"})
    assert refused.status_code == 422
    assert 'value="Another"' in refused.content.decode()
    answer = owner.post(address, typed | {name: " cit-cap-77 ", "name": "Citrate Capsules of 77"})
    made = Product.objects.get(name="Citrate Capsules of 77")
    assert answer["Location"].endswith(f"/{made.pk}/change/")
    assert made.variants.filter(sku="CIT-CAP-77").exists()
    assert owner.get(answer["Location"]).status_code == 200
    assert signed_in("Marketing").get(address).status_code == 403
    assert owner.get("/admin/catalogue/product/99999/copy/").status_code == 404
