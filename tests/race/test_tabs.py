"""One shopper with many tabs: whatever they post at the same moment, one basket has one page where it can be paid."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from shop.basket.models import Basket
from shop.catalogue.models import Hold, Stock
from shop.codes.models import Code, CodeTerms
from shop.ledger.check import breaches
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.sandbox.models import SandboxSession
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TYPED = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
         "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip


def tabs(count) -> list[Client]:
    """Tabs of one browser, with a pack in the basket."""
    Stock.objects.update(on_hand=50)
    first = a_shopper()
    first.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    first.get("/uk/checkout/")
    made = [first, *(a_shopper() for _ in range(count - 1))]
    for tab in made:
        tab.cookies = first.cookies
    return made


def order(tab, **changes) -> int:
    return tab.post("/uk/checkout/", {**TYPED, **changes}).status_code


def payable() -> int:
    """Pages of Stripe at which somebody can pay."""
    return SandboxSession.objects.filter(status="open").count()


def assert_one_can_be_paid():
    assert payable() == 1, list(Order.objects.values_list("status", "line1", "payments__status"))
    pending = Order.objects.get(status="pending")
    assert pending.payments.get(status="open").session_id == SandboxSession.objects.get(status="open").pk
    assert (Stock.objects.get().held, Hold.objects.count()) == (1, 1)
    assert breaches() == []


OTHERWISE = {
    "addresses": [{"line1": f"{number} High Street"} for number in range(6)],
    "mail addresses": [{"email": f"{number}@example.org"} for number in range(4)],
    "places": [{"town": "Leeds"}, {"town": "York", "postcode": "YO1 7HH"}],
    "names and a repeat": [{"name": "Ada"}, {"name": "Ada"}, {"name": "Bea"}],
}


@pytest.mark.parametrize("forms", OTHERWISE.values(), ids=OTHERWISE)
def test_tabs_that_order_otherwise_at_once_leave_one_page_to_pay_at(forms):
    for _ in range(3):
        shoppers = tabs(len(forms))
        statuses, errors = together(
            len(forms), lambda number, tabs=shoppers: order(tabs[number], **forms[number])
        )
        assert errors == []
        assert set(statuses) == {303}
        assert_one_can_be_paid()
        clear()


def clear():
    for model in (SandboxSession, Payment, Hold):
        model.objects.all().delete()
    Stock.objects.update(held=0)
    Order.objects.all().delete()
    Basket.objects.all().delete()


def test_a_code_used_in_one_tab_while_others_order_leaves_one_page_to_pay_at():
    code = Code.objects.create(code="TEN", percent=10, limit=9, starts_at=timezone.now())
    CodeTerms.objects.create(code=code, region=region("uk"))
    shoppers = tabs(4)

    def work(number):
        if number == 0:
            return shoppers[0].post("/uk/basket/code/", {"code": "TEN"}).status_code
        return order(shoppers[number], shown_total="1075" if number % 2 else "1195", line1=str(number))

    _, errors = together(4, work)
    assert errors == []
    for total in ("1075", "1195"):
        order(shoppers[0], shown_total=total, line1="last")
    assert_one_can_be_paid()


def test_paying_again_beside_new_orders_and_a_cancellation_never_leaves_two_pages():
    for _ in range(4):
        shoppers = tabs(6)
        order(shoppers[0])
        address = Order.objects.get().get_absolute_url()

        def work(number, tabs=shoppers, address=address):
            if number < 2:
                return tabs[number].post(f"{address}pay/").status_code
            if number == 2:
                return tabs[number].post(f"{address}cancel/").status_code
            return order(tabs[number], line1=str(number))

        statuses, errors = together(6, work)
        assert errors == []
        assert set(statuses) == {303}
        assert_one_can_be_paid()
        clear()


def test_paying_for_the_first_time_while_it_is_cancelled_leaves_no_page():
    """The payment begins between the look at Stripe and the order's end."""
    from shop.payments.cancel import end_order
    from shop.payments.start import CannotPay, start_payment
    from tests.support.factories import an_order

    for _ in range(8):
        Stock.objects.update(on_hand=50)
        placed = an_order()

        def work(number, placed=placed):
            if number:
                return start_payment(Order.objects.get(pk=placed.pk))
            return end_order(placed, to="cancelled", who="shopper", why="test")

        _, errors = together(3, work)
        assert {type(error) for error in errors} <= {CannotPay}
        placed.refresh_from_db()
        assert (placed.status, payable(), Stock.objects.get().held) == ("cancelled", 0, 0)


def test_control_without_the_constraint_each_tab_has_a_page_to_pay_at():
    constraint = next(c for c in Order._meta.constraints if c.name == "order_one_pending_per_basket")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Order, constraint)
    try:
        shoppers = tabs(6)
        together(6, lambda number: order(shoppers[number], line1=str(number)))
        assert payable() > 1
    finally:
        clear()
        with connection.schema_editor() as editor:
            editor.add_constraint(Order, constraint)
