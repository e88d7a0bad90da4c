"""What a page reads does not grow with the shop: at 12 packs and at 3,000."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.models import Collection, Product
from shop.content import memo
from shop.content.memo import forget_all
from tests.conftest import a_shopper
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


def cost(path) -> tuple[int, int]:
    """(queries, thousands of steps that SQLite takes for them) of a page drawn with nothing in any cache."""
    a_shopper().get(path)  # templates and addresses are compiled once
    cache.clear()
    forget_all()
    steps = 0

    def more() -> None:
        nonlocal steps
        steps += 1

    connection.connection.set_progress_handler(more, 1000)
    try:
        with CaptureQueriesContext(connection) as captured:
            assert a_shopper().get(path).status_code == 200
    finally:
        connection.connection.set_progress_handler(None, 0)
    return len(captured), steps


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
