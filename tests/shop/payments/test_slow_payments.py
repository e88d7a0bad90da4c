"""While a bank takes its time the packs are bought: the basket offers them to nobody a second time; should it not pay, they are back."""

import pytest

from shop.basket.models import Basket
from shop.orders.models import Order
from shop.payments.cancel import end_unknown
from shop.payments.models import Payment
from shop.payments.receive import settle
from shop.payments.sandbox.stripe import sessions
from tests.conftest import a_shopper
from tests.support.factories import post_with_token, session_of, set_stock, stock
from tests.support.orders import a_code

pytestmark = pytest.mark.django_db

TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP", "shown_total": "2390"}  # fmt: skip


def ordered(shopper, **changes) -> Order:
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "2"})
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, **changes})
    return Order.objects.get()


def awaited(order) -> Order:
    session = session_of(order)
    sessions.pay_slowly(session, succeeds=True)
    session.refresh_from_db()
    settle({**sessions.session_object(session), "payment_status": "unpaid"}, source="webhook")
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    return order


def bank_refuses(order) -> None:
    settle(sessions.session_object(session_of(order)), source="webhook", failed=True)


def stripe_forgets(order) -> None:
    end_unknown(order.payments.get())


def in_basket() -> list:
    return list(Basket.objects.get().lines.values_list("variant__sku", "quantity").order_by("pk"))


@pytest.mark.slow
def test_the_basket_is_empty_and_the_same_is_not_ordered_twice(shopper):
    awaited(ordered(shopper))
    assert "Your basket is empty" in shopper.get("/uk/basket/").content.decode()
    for typed in (TYPED, {**TYPED, "line1": "2"}):
        assert shopper.post("/uk/checkout/", typed)["Location"] == "/uk/basket/"
    assert Order.objects.count() == 1


@pytest.mark.slow
def test_its_packs_are_sold_to_its_buyer_as_to_others(shopper):
    set_stock("CIT-CAP-90", "uk", 2)
    awaited(ordered(shopper))
    for visitor in (shopper, a_shopper()):
        page = visitor.get("/uk/shop/magnesium-citrate-capsules/?variant=CIT-CAP-90").content.decode()
        assert "Sold out" in page


@pytest.mark.slow
def test_what_is_added_meanwhile_stays_when_it_is_paid(shopper):
    order = awaited(ordered(shopper))
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    settle(sessions.session_object(session_of(order)), source="webhook")
    order.refresh_from_db()
    assert order.status == "paid"
    assert in_basket() == [("CIT-CAP-90", 1)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "meanwhile"),
    [
        (bank_refuses, []),
        (bank_refuses, ["CIT-CAP-90"]),
        (stripe_forgets, []),
        (stripe_forgets, ["OIL-SPR-100"]),
    ],
)
def test_what_was_bought_is_back_when_no_money_comes(shopper, ends, meanwhile):
    order = awaited(ordered(shopper))
    for sku in meanwhile:
        shopper.post("/uk/basket/add/", {"variant": sku})
    ends(order)
    order.refresh_from_db()
    assert (order.status, stock().held) == ("failed", 0)
    counted = {sku: meanwhile.count(sku) for sku in meanwhile}
    assert dict(in_basket()) == {**counted, "CIT-CAP-90": 2 + meanwhile.count("CIT-CAP-90")}
    assert "Your basket is as it was" in shopper.get(order.get_absolute_url()).content.decode()
    assert "Checkout" in shopper.get("/uk/basket/").content.decode()


@pytest.mark.slow
def test_the_code_comes_back_with_the_packs(shopper):
    a_code()
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "2"})
    shopper.post("/uk/basket/code/", {"code": "NOVEMBER10"})
    order = awaited(ordered_with_code(shopper))
    assert Basket.objects.get().code == ""
    bank_refuses(order)
    assert Basket.objects.get().code == "NOVEMBER10"


def ordered_with_code(shopper) -> Order:
    page = shopper.get("/uk/checkout/").content.decode()
    total = page.split('name="shown_total" value="')[1].split('"')[0]
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**TYPED, "shown_total": total})
    return Order.objects.get()


@pytest.mark.slow
def test_money_that_comes_after_it_was_given_up_takes_the_packs_out_again(shopper):
    order = awaited(ordered(shopper))
    bank_refuses(order)
    Payment.objects.update(status="open")
    settle(sessions.session_object(session_of(order)), source="webhook")
    order.refresh_from_db()
    assert order.status == "paid"
    assert in_basket() == []


@pytest.mark.slow
def test_a_basket_that_is_gone_stops_nothing(shopper):
    order = awaited(ordered(shopper))
    Basket.objects.all().delete()
    bank_refuses(order)
    assert stock().held == 0
