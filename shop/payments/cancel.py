"""Ending an unpaid order. Stripe's session is expired first: if Stripe says it is complete, we settle instead."""

from django.db import transaction

from shop.basket.models import Basket
from shop.orders.mails import order_mail
from shop.orders.models import IllegalMove, Order, OrderStatus, ReviewCause
from shop.payments.leave import leave
from shop.payments.left import money_came
from shop.payments.models import UNSETTLED, Payment, PaymentStatus
from shop.payments.receive import put_back_into_basket, settle
from shop.payments.sessions import closed_at_stripe, unknown_words
from shop.payments.start import unsettled_payment
from shop.payments.stripe_api import StripeUnreachable
from shop.regions.models import Region

ENDS = [OrderStatus.PENDING, OrderStatus.FAILED]
REPLACED = "The basket or the address was changed."
MOVED = "The shopper went to another of our shops."
UNKNOWN_NOW = "Its payment is not known at Stripe any more."


class AlreadyPaid(Exception):
    """`order` was paid meanwhile, so it was not ended."""

    words = "This order was paid already. Nothing was ordered twice."

    def __init__(self, order: Order) -> None:
        self.order = order


class PaymentLookedAt(AlreadyPaid):
    """Money came for it that does not match, and staff look at it: it can be neither ended nor paid."""

    words = "We are looking at a payment for this order. Nothing was ordered twice; please don’t pay again."


def end_order(order: Order, *, to: str, who: str, why: str) -> bool:
    """Expire or cancel a pending order and give its stock back, once. True if this call did it.

    A payment that Stripe doesn't know, or that is of another mode than the shop's, can't be paid: it ends all the
    same, and the timeline says so. Call it outside transactions. Raises AlreadyPaid or PaymentLookedAt (never when
    `to` is expired), or StripeUnreachable, in which case nothing has changed.
    """
    closed: Payment | None = None
    note = ""
    while True:
        payment = unsettled_payment(order)
        if payment is not None and payment != closed:
            session, note = closed_at_stripe(payment)
            if session is not None:
                settle(session, source=who)
                if to == OrderStatus.EXPIRED:
                    return False
                raise PaymentLookedAt(order) if order.payments.looked_at().exists() else AlreadyPaid(order)
            closed = payment
        with transaction.atomic():
            locked = Order.objects.locked(order.pk)
            if unsettled_payment(locked) in {None, closed}:
                return _end(locked, closed, note, to=to, who=who, why=why)
        # Somebody began to pay meanwhile: that session is closed first as well.


def _end(order: Order, payment: Payment | None, note: str, *, to: str, who: str, why: str) -> bool:
    """End an order whose lock the caller holds, and whose `payment`, if it had one, is closed at Stripe."""
    if order.status not in ENDS:
        return False  # paid, or ended by another
    if order.payments.looked_at().exists():
        if to == OrderStatus.EXPIRED:
            return False
        raise PaymentLookedAt(order)
    order.payments.filter(status__in=UNSETTLED).update(status=PaymentStatus.EXPIRED)
    try:
        moved = order.move(to, who=who, why=why)
    except IllegalMove:
        return False
    order.release_stock()
    if payment is not None and note:
        _say(order, payment, note)
    return moved


def _say(order: Order, payment: Payment, words: str) -> None:
    """In the timeline; where real money may have been on its way, also among what staff must look at."""
    if payment.mode == "live":
        order.flag(f"{words} If money came for it elsewhere, give it back there.", ReviewCause.MONEY)
    else:
        order.note(words)


def end_unknown(payment: Payment) -> str:
    """End a payment that Stripe doesn't know, or that nobody can ask about; say what was done.

    A pending order may still be paid anew until its hold ends. One that waited for a slow bank has failed.
    """
    words = unknown_words(payment)
    with transaction.atomic():
        order = Order.objects.locked(payment.order_id)
        if not Payment.objects.filter(pk=payment.pk, status__in=UNSETTLED).update(
            status=PaymentStatus.EXPIRED
        ):
            return "ended already"
        if order.status == OrderStatus.AWAITING:
            order.move(OrderStatus.FAILED, who="worker", why=UNKNOWN_NOW)
            order.release_stock()
            put_back_into_basket(order)
            order_mail(order, "failed", unknown=True)
        _say(order, payment, words)
    return "not known at Stripe, so it ended"


def end_orders_elsewhere(basket: Basket, region: Region) -> list[str]:
    """Cancel the basket's pending orders of other regions, whose pages nobody is to pay at any more.

    A sentence for the shopper about each. While Stripe is silent the worker closes the session as soon as it answers.
    """
    pending = Order.objects.filter(basket_pk=basket.pk, status=OrderStatus.PENDING).exclude(region=region)
    told = []
    for order in pending.select_related("region").order_by("pk"):
        which = f"Your order {order.number} in {order.storefront.the_name}"
        try:
            if end_order(order, to=OrderStatus.CANCELLED, who="shopper", why=MOVED):
                charged = "" if money_came(order) else ", and nothing was charged"
                told.append(f"{which} is cancelled{charged}.")
        except PaymentLookedAt:
            told.append(
                f"We are looking at a payment for {which[0].lower()}{which[1:]}; please don’t pay again."
            )
        except AlreadyPaid:
            told.append(f"{which} was paid already.")
        except StripeUnreachable:
            leave(order)
            told.append(f"{which} is being closed; please don’t pay for it any more.")
    return told


def end_other_orders(basket: Basket, keep_key: str) -> int:
    """Cancel the basket's pending orders that are not `keep_key`: the shopper changed something and orders anew.

    Returns how many there were. Raises StripeUnreachable, or AlreadyPaid when Stripe says that one of them was paid.
    """
    pending = Order.objects.filter(basket_pk=basket.pk, status=OrderStatus.PENDING)
    others = list(pending.exclude(basket_key=keep_key))
    for order in others:
        end_order(order, to=OrderStatus.CANCELLED, who="shopper", why=REPLACED)
    return len(others)
