"""What becomes of an order or a payment that is refused, and that a refusal takes nothing from the shopper."""

from dataclasses import replace

import pytest
from django.utils import timezone

from shop.catalogue.models import OutOfStock
from shop.checkout import outcomes
from shop.checkout.outcomes import NOT_ORDERED, NOT_PAID, Where, order_basket, pay_for
from shop.checkout.place import BasketChanged, EmptyBasket, OrderedElsewhere, PriceChanged
from shop.checkout.totals import NoTaxRate
from shop.codes.discount import CodeRefused
from shop.orders.models import Order, OrderStatus
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt
from shop.payments.start import CannotPay
from shop.payments.stripe_api import StripeRefused, StripeUnreachable
from tests.support.factories import (
    LEEDS,
    PORTLAND,
    a_basket,
    an_order,
    region,
    set_price,
    set_stock,
    stock,
    variant,
)
from tests.support.rates import take_rates_away

pytestmark = pytest.mark.django_db
ELSEWHERE = replace(LEEDS, line1="2 High Street")


def raising(error):
    def refuse(*args, **kwargs):
        raise error

    return refuse


def try_to_order(basket, *, code="uk", address=ELSEWHERE, shown=1195):
    return order_basket(
        basket, region=region(code), email="ada@example.org", address=address, shown_total=shown
    )


@pytest.mark.parametrize(
    ("error", "where", "words"),
    [
        (EmptyBasket(), Where.BASKET, "Something changed while you ordered. Nothing was charged"),
        (BasketChanged(1), Where.BASKET, "Something changed while you ordered. Nothing was charged"),
        (PriceChanged(1295), Where.CHECKOUT, "The total is £12.95 incl. VAT. Please look at it once more"),
        (NoTaxRate("GB"), Where.CHECKOUT, ""),
        (CodeRefused("It has ended."), Where.CHECKOUT, "It has ended. It is taken off. Nothing was ordered"),
        (CodeRefused("Odd {braces} %s."), Where.CHECKOUT, "Odd {braces} %s. It is taken off."),
        (StripeUnreachable("x"), Where.CHECKOUT, "and your basket is kept; please try again in a minute."),
        (
            OrderedElsewhere(),
            Where.CHECKOUT,
            "You ordered in another window at the same moment, so nothing was ordered",
        ),
    ],
)
def test_each_refusal_leads_somewhere_with_words(monkeypatch, error, where, words):
    monkeypatch.setattr(outcomes, "place_instead", raising(error))
    basket = a_basket()
    basket.use_code("TEN")
    found = try_to_order(basket)
    assert found.where is where
    assert words in " ".join(found.words)
    assert bool(found.words) is bool(words)
    assert found.order is None
    basket.refresh_from_db()
    assert (basket.code == "") is isinstance(error, CodeRefused)


@pytest.mark.parametrize("kind", [AlreadyPaid, PaymentLookedAt])
def test_an_order_that_was_paid_meanwhile_is_shown(monkeypatch, kind):
    order = an_order()
    monkeypatch.setattr(outcomes, "place_instead", raising(kind(order)))
    found = try_to_order(a_basket())
    assert (found.where, found.order, found.words) == (Where.ORDER, order, [kind.words])


@pytest.mark.parametrize(
    ("error", "where", "words"),
    [
        (CannotPay("paid"), Where.ORDER, ""),
        (CodeRefused("It has ended."), Where.BASKET, "order again from it"),
        (StripeUnreachable("x"), Where.ORDER, "Your order is kept"),
        (StripeRefused("x"), Where.ORDER, "Please write to us"),
    ],
)
def test_each_refused_payment_leads_somewhere_with_words(monkeypatch, error, where, words):
    order = an_order()
    monkeypatch.setattr(outcomes, "start_payment", raising(error))
    found = pay_for(order)
    assert (found.where, found.order) == (where, order)
    assert words in " ".join(found.words)


@pytest.mark.parametrize("table", [NOT_ORDERED, NOT_PAID])
def test_every_pack_that_ran_out_is_named(table):
    error = OutOfStock({variant("CIT-CAP-90"): 0, variant("OIL-SPR-100"): 2})
    words = outcomes.refusal_of(error, table).outcome(error, region("uk")).words
    assert [("none left" in line, "2 left" in line) for line in words] == [(True, False), (False, True)]


def test_the_total_with_sales_tax_names_the_state():
    error = PriceChanged(2590, "OR")
    [line] = outcomes.refusal_of(error, NOT_ORDERED).outcome(error, region("us")).words
    assert line == "The total is $25.90, sales tax for OR included. Please look at it once more, then order."


REFUSED = {
    "dearer": lambda basket: set_price("CIT-CAP-90", "uk", 1295),
    "cheaper": lambda basket: set_price("CIT-CAP-90", "uk", 995),
    "code": lambda basket: basket.use_code("NOBODYS"),
    "rate": lambda basket: take_rates_away(country__code="GB"),
    "gone": lambda basket: variant().product.__class__.objects.update(is_active=False),
    "total": lambda basket: None,
}


@pytest.mark.parametrize("change", REFUSED)
def test_what_is_refused_cancels_no_other_order(change):
    basket = a_basket()
    before = an_order(basket=basket)
    REFUSED[change](basket)
    assert try_to_order(basket, shown=1196 if change == "total" else 1195).order is None
    before.refresh_from_db()
    assert (before.status, Order.objects.count()) == (OrderStatus.PENDING, 1)
    assert stock().held == 1


def test_another_address_takes_the_place_of_the_first_order():
    basket = a_basket()
    before = an_order(basket=basket)
    found = try_to_order(basket)
    before.refresh_from_db()
    assert (found.where, before.status) == (Where.PAYMENT, OrderStatus.CANCELLED)
    assert stock().held == 1
    assert try_to_order(basket).order == found.order, "the same again is the same order"


def test_a_price_that_changed_while_other_orders_ended_makes_no_order(monkeypatch):
    basket = a_basket()
    an_order(basket=basket)
    end = outcomes.place_instead.__globals__["end_other_orders"]

    def slowly(*args):
        set_price("CIT-CAP-90", "uk", 1295)
        return end(*args)

    monkeypatch.setitem(outcomes.place_instead.__globals__, "end_other_orders", slowly)
    assert try_to_order(basket).where is Where.BASKET
    assert Order.objects.filter(status=OrderStatus.PENDING, placed_at__lte=timezone.now()).count() == 0


def test_the_last_pack_is_the_shoppers_own_where_only_the_address_changed():
    set_stock("CIT-CAP-90", "uk", 1)
    basket = a_basket()
    an_order(basket=basket)
    assert try_to_order(basket).where is Where.PAYMENT


def test_a_region_without_rates_makes_no_order_and_no_error_of_ours():
    us = a_basket("CIT-CAP-90", code="us")
    wrong = replace(PORTLAND, state="GU", postcode="96910", town="Hagåtña")
    assert try_to_order(us, code="us", address=wrong, shown=1).where is Where.CHECKOUT
