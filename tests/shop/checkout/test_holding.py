"""Nobody keeps the whole shelf from others by ordering and not paying; an honest basket does not notice."""

import pytest
from django.utils import timezone

from shop.checkout.holding import ENOUGH, most
from shop.orders.models import Order
from tests.support.factories import set_stock, shown_next, stock
from tests.support.from_anywhere import from_address, order_as

pytestmark = pytest.mark.django_db
SKU = "CIT-CAP-90"


def orders(packs: int, network: str, shopper=None):
    shopper = shopper or from_address(network)
    shopper.post("/uk/basket/add/", {"variant": SKU, "quantity": str(packs - 1)})
    return order_as(shopper, f"a{Order.objects.count()}@example.org")


@pytest.mark.parametrize(("on_hand", "packs"), [(0, 12), (5, 12), (24, 12), (26, 13), (120, 60), (1000, 500)])
def test_half_of_what_is_there_may_wait_for_one_network_and_a_dozen_at_least(on_hand, packs):
    assert ENOUGH == 12
    assert most(on_hand) == packs


@pytest.mark.slow
def test_two_unpaid_orders_of_one_network_leave_half_for_others():
    set_stock(SKU, "uk", 120)
    first, _ = orders(40, "203.0.113.9")
    assert first is not None
    second, answer = orders(21, "203.0.113.9")
    assert second is None
    page = shown_next(answer)
    assert "we hold 60 of them at most" in page
    assert 'value="High Street' in page or "High Street" in page, "what was typed is kept"
    assert stock(SKU).held == 40
    assert orders(20, "203.0.113.9")[0] is not None, "just so many"
    assert orders(60, "198.51.100.7")[0] is not None, "others are not concerned"


@pytest.mark.slow
def test_ipv6_addresses_of_one_customer_are_one_network():
    set_stock(SKU, "uk", 120)
    assert orders(50, "2001:db8:1:2::1")[0] is not None
    assert orders(50, "2001:db8:1:2::99")[0] is None
    assert orders(50, "2001:db8:1:3::1")[0] is not None


@pytest.mark.slow
def test_who_orders_again_in_place_of_the_first_order_and_who_paid_is_not_stopped():
    set_stock(SKU, "uk", 30)
    shopper = from_address("203.0.113.9")
    order, _ = orders(12, "", shopper)
    assert order is not None
    assert order_as(shopper, "another@example.org")[1].status_code == 303
    Order.objects.update(status="paid", paid_at=timezone.now())
    assert orders(12, "203.0.113.9")[0] is not None, "what is paid for is not held against anybody"
