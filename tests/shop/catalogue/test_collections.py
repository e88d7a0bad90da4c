"""Collections: by hand in staff's order, by rule by themselves, and only what is sold in a region."""

import html
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from articles.models import VersionTag
from shop.catalogue.models import Collection, Product, ProductTag, RelatedProductTag
from tests.conftest import a_shopper
from tests.support.factories import set_price
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def slugs(path: str) -> list[str]:
    return re.findall(r'<article class="card" id="product-([\w-]+)"', a_shopper().get(path).content.decode())


def test_a_rule_fills_itself():
    assert slugs("/uk/collections/powders/") == ["magnesium-citrate-powder", "magnesium-glycinate-powder"]
    salt = Product.objects.get(slug="epsom-salt-bath-crystals")
    ProductTag.objects.create(product=salt, tag=RelatedProductTag.objects.get(slug="powder"))
    assert "epsom-salt-bath-crystals" in slugs("/uk/collections/powders/")


def test_what_is_put_in_by_hand_keeps_staffs_order():
    assert slugs("/uk/collections/bath-and-skin/") == ["epsom-salt-bath-crystals", "magnesium-oil-spray"]
    rows = Collection.objects.get(slug="bath-and-skin").by_hand
    rows.filter(product__slug="epsom-salt-bath-crystals").update(position=9)
    assert slugs("/uk/collections/bath-and-skin/") == ["magnesium-oil-spray", "epsom-salt-bath-crystals"]


def test_what_is_not_sold_here_is_left_out_and_an_empty_collection_is_gone():
    for sku in ("EPS-CRY-1000", "EPS-CRY-2500", "OIL-SPR-100", "OIL-REF-250", "OIL-SPR-250"):
        if Product.objects.filter(variants__sku=sku).exists():
            set_price(sku, "us", None)
    left = slugs("/us/shop/")
    assert "epsom-salt-bath-crystals" not in left
    if "magnesium-oil-spray" not in left:
        assert a_shopper().get("/us/collections/bath-and-skin/").status_code == 404
        assert "Bath and skin" not in a_shopper().get("/us/shop/").content.decode()
    assert slugs("/uk/collections/bath-and-skin/")


def test_a_claim_in_its_name_is_refused():
    with pytest.raises(ValidationError, match="can’t stand here"):
        Collection(name="For restless legs", slug="x", summary="Relieves it.").full_clean()


def test_an_unknown_one_is_not_there():
    assert a_shopper().get("/uk/collections/nothing/").status_code == 404


def test_marketing_makes_one_and_the_list_says_what_is_in_it():
    client = signed_in("Marketing")
    page = client.get("/admin/catalogue/collection/").content.decode()
    assert "tag “Powder”" in page
    assert "UK 2 · US 2 · EU 2" in page
    assert signed_in("Orders").get("/admin/catalogue/collection/").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"), [("price=-15", None), ("mg=200-300", None), ("price=nonsense", 7), ("mg=1", 7)]
)
def test_price_and_dose_filter_the_list_and_their_counts_are_right(query, count):
    page = a_shopper().get(f"/uk/shop/?{query}").content.decode()
    shown = len(re.findall(r'<article class="card"', page))
    assert shown == (count or shown)
    if count is None:
        found = re.search(
            rf'href="/uk/shop/\?{query}" aria-current="true">[^<]*<span class="filter__count">(\d+)', page
        )
        assert int(found[1]) == shown
        assert 0 < shown < 7


def test_deleting_a_tag_names_once_what_bears_it(django_assert_max_num_queries):
    tag = RelatedProductTag.objects.get(slug="citrate")
    url = reverse("admin:catalogue_relatedproducttag_delete", args=[tag.pk])
    owner = signed_in("Owner")
    with django_assert_max_num_queries(40):
        page = owner.get(url).content.decode()
    listed = page[page.index("What goes, by name") :]
    assert "Author: " not in listed
    assert "Successor: " not in listed
    products = [row.product.name for row in ProductTag.objects.filter(tag=tag)]
    assert len(products) > 1
    for name in products:
        assert listed.count(f"Product: {name}<") == 1
    titles = {row.version.title for row in VersionTag.objects.filter(tag=tag)}
    assert all(listed.count(f"Version: {html.escape(title)}<") == 1 for title in titles)
    owner.post(url, {"post": "yes"})
    assert not RelatedProductTag.objects.filter(pk=tag.pk).exists()
