"""What a page reads does not grow with the shop: at 12 packs and at 3,000."""

import pytest

from shop.catalogue.models import Collection, Product
from shop.content import memo
from tests.support.cost import cost
from tests.support.factories import many_packs, region, set_price

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
PAGES = (
    "/uk/",
    "/uk/shop/",
    "/uk/shop/?page=2",
    "/uk/shop/?form=oil&price=-15&sort=-price",
    "/uk/shop/?mg=200-300&sort=dose",
    "/uk/shop/compare/",
    "/uk/shop/compare/?sort=day",
    "/uk/shop/compare/?pack=CIT-CAP-90&pack=OIL-SPR-100",
    "/uk/collections/bath-and-skin/",
    "/uk/collections/oil/",
    "/uk/shop/magnesium-citrate-capsules/",
    "/uk/shop/epsom-salt-bath-crystals/",  # not sold here: names the nearest
)


@pytest.mark.sqlite
def test_pages_cost_the_database_as_much_at_three_thousand_packs_as_at_a_hundred(a_collection, monkeypatch):
    monkeypatch.setattr(memo, "next_moment", lambda now: now.timestamp() + 3600)  # another room's question
    many_packs(100)
    few = {path: cost(path) for path in PAGES}
    many_packs(2900)
    for path, (queries, steps) in few.items():
        now = cost(path)
        assert now[0] == queries, path
        assert now[1] <= 1.3 * steps + 3, path


@pytest.fixture
def a_collection():
    Collection.objects.create(name="Oil", slug="oil", summary="s", rule_form="oil")
    for pack in Product.objects.get(slug="epsom-salt-bath-crystals").variants.all():
        set_price(pack.sku, "uk", None)
    assert region("uk")
