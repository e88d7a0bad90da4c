"""Ending an unpaid order. Stripe's session is expired first: if Stripe says it is complete, we settle instead."""

from django.db import transaction

from shop.orders.models import IllegalMove, Order, OrderStatus
from shop.payments import stripe_api
from shop.payments.models import LIVE, PaymentStatus
from shop.payments.receive import settle
from shop.payments.start import ask_for_session, live_payment

ENDS = [OrderStatus.PENDING, OrderStatus.FAILED]


class AlreadyPaid(Exception):
    """The order was paid meanwhile, so it was not ended."""


def end_order(order: Order, *, to: str, who: str, why: str) -> bool:
    """Expire or cancel a pending order and give its stock back, once. True if this call did it.

    Call it outside transactions. Raises AlreadyPaid (never when `to` is expired), or StripeUnreachable, in
    which case nothing has changed.
    """
    payment = live_payment(order)
    if payment is not None:
        if payment.session_id is None:
            # We may have died between asking and storing: the same key gives the same session, then it ends.
            try:
                ask_for_session(payment)
            except stripe_api.StripeRefused:
                payment.session_id = None
            else:
                payment.refresh_from_db()
        if payment.session_id is not None:
            session = _expired_at_stripe(payment.session_id)
            if session["status"] == "complete":
                settle(session, source="reconciler")
                if to == OrderStatus.EXPIRED:
                    return False
                raise AlreadyPaid
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
        if order.status not in ENDS:
            return False  # paid, or ended by another
        order.payments.filter(status__in=LIVE).update(status=PaymentStatus.EXPIRED)
        try:
            moved = order.move(to, who=who, why=why)
        except IllegalMove:
            return False
        order.release_stock()
    return moved


def _expired_at_stripe(session_id: str) -> dict:
    """The session after we asked to expire it; it may be complete or expired already."""
    try:
        return stripe_api.expire_session(session_id)
    except stripe_api.StripeRefused:
        return stripe_api.retrieve_session(session_id)


def end_other_orders(basket, keep_key: str) -> None:
    """Cancel the basket's pending orders that are not `keep_key`: the shopper changed something and orders anew.

    Raises AlreadyPaid with the order when Stripe says that one of them was paid.
    """
    for order in Order.objects.filter(basket_pk=basket.pk, status=OrderStatus.PENDING).exclude(
        basket_key=keep_key
    ):
        try:
            end_order(
                order, to=OrderStatus.CANCELLED, who="shopper", why="The basket or the address was changed."
            )
        except AlreadyPaid as paid:
            paid.order = order
            raise
