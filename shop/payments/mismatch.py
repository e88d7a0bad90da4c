"""What staff decide about money that does not match its order: it goes back, or it pays the order after all."""

from django.db import transaction
from django.utils import timezone

from shop.orders.models import IllegalMove, Order, OrderStatus, ReviewCause
from shop.payments.left import TooMuch
from shop.payments.models import Payment, PaymentStatus, Refund, RefundCause
from shop.payments.receive import keep_packs, now_paid
from shop.payments.refund import want_refund


def over(payment: Payment) -> int:
    """What is left of it above the order's total, in minor units; that is no sale, so it goes back in any case."""
    return max(payment.left - payment.amount, 0)


def why_not_accept(order: Order, payment: Payment) -> str:
    """Why the money can't pay the order, in words for staff; "" if it can."""
    if payment.status != PaymentStatus.REVIEW or not payment.left:
        return "Nothing is left of this money that somebody has to decide about."
    if order.was_paid:
        return f"{order} was paid by another payment already: give this money back."
    if payment.taken_currency:
        return f"It came in {payment.taken_currency}, and {order} and its invoice are in {order.currency}: give it back."
    return ""


@transaction.atomic
def give_back(payment: Payment, *, by: str, why: str = "", words: str = "") -> Refund:
    """All that is left goes back. An order that waited for this money is cancelled; a pending one can be paid anew.

    `why` is for colleagues, `words` for the shopper. Raises TooMuch and IllegalMove, as want_refund does.
    """
    order = Order.objects.locked(payment.order_id)
    payment = Payment.objects.locked(payment.pk)
    if payment.status != PaymentStatus.REVIEW:
        raise TooMuch(payment)
    refund = want_refund(payment, payment.left, cause=RefundCause.MISMATCH, by=by, reason=why, words=words)
    if order.status == OrderStatus.AWAITING:
        order.move(OrderStatus.CANCELLED, who=by, why="Its money did not match and went back.")
        order.release_stock()
    _decided(order)
    return refund


@transaction.atomic
def accept(payment: Payment, *, by: str, why: str, words: str = "") -> Refund | None:
    """It pays its order, and what is over goes back. Raises IllegalMove, with the reason for staff.

    Idempotent by its status: of two who accept at once one is refused. Locks order, payment, stock.
    """
    order = Order.objects.locked(payment.order_id)
    payment = Payment.objects.locked(payment.pk)
    payment.order = order
    if refused := why_not_accept(order, payment):
        raise IllegalMove(refused)
    if gone := keep_packs(order):
        raise IllegalMove(f"{gone} Give the money back.")
    back, refund = over(payment), None
    # What went back of it before, in the Dashboard for example, was no part of the sale.
    payment.refunds.update(cause=RefundCause.MISMATCH)
    if back:
        refund = want_refund(payment, back, cause=RefundCause.MISMATCH, by=by, reason=why, words=words)
    payment.status = PaymentStatus.PAID
    payment.settled_at = timezone.now()
    payment.save(update_fields=["status", "settled_at"])
    now_paid(
        order,
        at=payment.settled_at,
        who=by,
        why=f"{payment.left_text} accepted for {order.total_text}: {why}",
    )
    _decided(order)
    return refund


def _decided(order: Order) -> None:
    Order.objects.filter(pk=order.pk, review_cause=ReviewCause.MONEY).end_review()
