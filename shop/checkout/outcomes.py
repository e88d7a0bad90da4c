"""What becomes of “order” and “pay”: where the shopper goes next, and what they are told there. Knows no request."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from django.contrib.messages import ERROR, INFO, WARNING
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.basket.models import Basket
from shop.catalogue.models import OutOfStock
from shop.checkout.place import BasketChanged, EmptyBasket, OrderedElsewhere, PriceChanged, place_instead
from shop.checkout.totals import Address, NoTaxRate
from shop.codes.discount import CodeRefused
from shop.orders.models import Order
from shop.payments.cancel import AlreadyPaid
from shop.payments.left import money_came
from shop.payments.start import CannotPay, start_payment
from shop.payments.stripe_api import StripeRefused, StripeUnreachable
from shop.regions.models import Region

log = logging.getLogger(__name__)


class Where(Enum):
    CHECKOUT = "the form once more, with a notice"
    BASKET = "the basket, with messages"
    ORDER = "the order's page, with messages"
    PAYMENT = "the payment page"


@dataclass(frozen=True)
class Outcome:
    """`words`: what the shopper is told there. `order`: the one it is about, if there is one; `url`: where it is paid."""

    where: Where
    words: list[str] = field(default_factory=list)
    level: int = WARNING
    order: Order | None = None
    url: str = ""


NOTHING, NOTHING_MORE = gettext_lazy("Nothing was charged"), gettext_lazy("Nothing more was charged")


@dataclass(frozen=True)
class Refusal:
    """What follows from an exception.

    `words`: a line that may name {error} and {nothing}, or a function of the error, the region and `nothing`: that
    nothing was charged, as far as that is so of the order.
    """

    where: Where
    words: str | Promise | Callable[..., list[str]] = ""
    level: int = WARNING

    def outcome(self, error: Exception, region: Region, order: Order | None = None) -> Outcome:
        nothing = NOTHING_MORE if order is not None and money_came(order) else NOTHING
        if not isinstance(self.words, str | Promise):
            words = self.words(error, region, str(nothing))
        else:
            words = [str(self.words).format(error=error, nothing=nothing)]
        return Outcome(self.where, [line for line in words if line], self.level, order)


def _others_were_quicker(error: OutOfStock, region: Region, nothing: str) -> list[str]:
    return [
        (
            _("{name}: somebody was quicker, {left} left. {nothing}, and your basket is kept.")
            if left
            else _("{name}: somebody was quicker, none left. {nothing}, and your basket is kept.")
        ).format(
            name=f"{variant.product.name_in(region)}, {variant.translated_in(region).label}",
            left=left,
            nothing=nothing,
        )
        for variant, left in error.variants.items()
    ]


def _another_total(error: PriceChanged, region: Region, nothing: str) -> list[str]:
    words = (
        _("The total is {total} {tax}. Please look at it once more, then order.")
        if region.prices_include_tax
        else _(
            "The total is {total}, sales tax for {state} included. Please look at it once more, then order."
        )
    )
    tax = error.words or region.tax_words
    return [words.format(total=region.money(error.total), tax=tax, state=error.state)]


NOT_ORDERED: dict[type[Exception], Refusal] = {
    AlreadyPaid: Refusal(Where.ORDER, lambda error, region, nothing: [error.words], INFO),
    OutOfStock: Refusal(Where.BASKET, _others_were_quicker),
    CodeRefused: Refusal(
        Where.CHECKOUT,
        gettext_lazy(
            "{error} It is taken off. Nothing was ordered or charged; please look at the total, then order."
        ),
    ),
    NoTaxRate: Refusal(Where.CHECKOUT),  # shown at the field
    PriceChanged: Refusal(Where.CHECKOUT, _another_total),
    BasketChanged: Refusal(
        Where.BASKET,
        gettext_lazy("Something changed while you ordered. Nothing was charged; please look again."),
    ),
    EmptyBasket: Refusal(
        Where.BASKET,
        gettext_lazy("Something changed while you ordered. Nothing was charged; please look again."),
    ),
    OrderedElsewhere: Refusal(
        Where.CHECKOUT,
        gettext_lazy(
            "You ordered in another window at the same moment, so nothing was ordered or charged from this one. "
            "The order of the other window waits for its payment; to have this one in its place, order again."
        ),
    ),
    StripeUnreachable: Refusal(
        Where.CHECKOUT,
        gettext_lazy(
            "The payment service does not answer at the moment. Nothing was ordered or charged, and your basket is kept; "
            "please try again in a minute."
        ),
    ),
}
NOT_PAID: dict[type[Exception], Refusal] = {
    CannotPay: Refusal(Where.ORDER),  # its page says what it is
    OutOfStock: Refusal(Where.BASKET, _others_were_quicker),
    CodeRefused: Refusal(
        Where.BASKET, gettext_lazy("{error} {nothing}, and your basket is kept: order again from it.")
    ),
    StripeUnreachable: Refusal(
        Where.ORDER,
        gettext_lazy(
            "The payment page can’t be reached just now. {nothing}. Your order is kept; "
            "try “Pay now” in a minute."
        ),
        ERROR,
    ),
    StripeRefused: Refusal(
        Where.ORDER,
        gettext_lazy("The payment could not be opened. {nothing}. Please write to us; we see the order."),
        ERROR,
    ),
}


def refusal_of(error: Exception, table: dict[type[Exception], Refusal]) -> Refusal:
    """The row of the exception's nearest class."""
    return next(table[kind] for kind in type(error).__mro__ if kind in table)


def order_basket(
    basket: Basket, *, region: Region, email: str, address: Address, shown_total: int | None
) -> Outcome:
    """Place the order in place of the basket's other pending ones. `pay_for` is the next step.

    A code that can't be used is taken off the basket. `Outcome.order` is the order placed, or the one paid already.
    """
    try:
        order = place_instead(basket, region=region, email=email, address=address, shown_total=shown_total)
    except tuple(NOT_ORDERED) as error:
        if isinstance(error, CodeRefused):
            basket.use_code("")
        if isinstance(error, StripeUnreachable):
            log.warning("Checkout: Stripe can't be reached: %s", error)
        paid = error.order if isinstance(error, AlreadyPaid) else None
        return refusal_of(error, NOT_ORDERED).outcome(error, region, paid)
    return Outcome(Where.PAYMENT, order=order)


def pay_for(order: Order) -> Outcome:
    """To the payment page of an order, or why not."""
    try:
        return Outcome(Where.PAYMENT, order=order, url=start_payment(order))
    except tuple(NOT_PAID) as error:
        if isinstance(error, StripeUnreachable):
            log.warning("Order %s: Stripe can't be reached: %s", order, error)
        if isinstance(error, StripeRefused):
            log.error("Order %s: Stripe refused a payment: %s", order, error)
        return refusal_of(error, NOT_PAID).outcome(error, order.storefront, order)
