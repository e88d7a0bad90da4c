"""Money that came past Stripe, such as a bank transfer: staff say so, and say so again when it goes back."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.orders.models import IllegalMove, Order, OrderStatus
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt
from shop.payments.models import UNSETTLED, Outside, Payment, PaymentStatus, Refund, RefundStatus
from shop.payments.receive import keep_packs, now_paid, settle
from shop.payments.refund import tell_of_refund
from shop.payments.sessions import closed_at_stripe
from shop.payments.start import unsettled_payment

MAY_BE_PAID = [OrderStatus.PENDING, OrderStatus.EXPIRED]


def why_not_outside(order: Order) -> str:
    """Why it can't be marked as paid outside, in words for staff; "" if it can."""
    if order.was_paid or order.status not in MAY_BE_PAID:
        return f"{order} is {order.get_status_display().lower()}, so it can’t be marked as paid."
    if order.payment_mode != settings.PAYMENT_MODE:
        return f"{order} was placed in {order.payment_mode} mode, so it can’t be marked as paid here."
    return ""


def paid_outside(order: Order, *, how: str, why: str, by: str) -> Payment:
    """Its whole total came past Stripe. An open payment page is closed first; should somebody have paid there, that counts.

    `how`: of `Outside`; `why`: how staff know. Once, whoever clicks at once. Call it outside transactions. Raises
    AlreadyPaid, PaymentLookedAt, IllegalMove or StripeUnreachable, and then nothing is marked.
    """
    closed: Payment | None = None
    while True:
        payment = unsettled_payment(order)
        if payment is not None and payment != closed:
            session, _ = closed_at_stripe(payment)
            if session is not None:
                settle(session, source=by)
                raise PaymentLookedAt(order) if order.payments.looked_at().exists() else AlreadyPaid(order)
            closed = payment
        with transaction.atomic():
            locked = Order.objects.locked(order.pk)
            if unsettled_payment(locked) in {None, closed}:
                return _paid(locked, how=how, why=why, by=by)
        # Somebody began to pay meanwhile: that session is closed first as well.


def _paid(order: Order, *, how: str, why: str, by: str) -> Payment:
    """The caller holds the order's lock, and no payment page of it is open."""
    if order.payments.looked_at().exists():
        raise PaymentLookedAt(order)
    if refused := why_not_outside(order):
        raise AlreadyPaid(order) if order.is_paid else IllegalMove(refused)
    order.payments.filter(status__in=UNSETTLED).update(status=PaymentStatus.EXPIRED)
    if gone := keep_packs(order):
        raise IllegalMove(f"{gone} Nothing was marked: give the money back where it came.")
    now = timezone.now()
    payment = Payment.objects.create(
        order=order,
        status=PaymentStatus.PAID,
        mode=order.payment_mode,
        amount=order.total,
        currency=order.currency,
        params={},
        ends_at=now,
        look_at=now,
        settled_at=now,
        outside=how,
        outside_why=why,
    )
    now_paid(order, at=now, who=by, why=f"{order.total_text} came by {Outside(how).label.lower()}: {why}")
    return payment


def to_transfer(order: Order) -> list[Refund]:
    """Refunds of money that came outside, which somebody has to give back by hand."""
    rows = Refund.objects.filter(payment__order=order, status=RefundStatus.WANTED).exclude(
        payment__outside=""
    )
    return list(rows.select_related("payment__order__region"))


def given_back_outside(refund: Refund, *, by: str, why: str) -> bool:
    """Somebody of the staff has given it back by hand. True for one caller alone; the buyer gets the usual mail."""
    with transaction.atomic():
        order = Order.objects.locked(refund.payment.order_id)
        payment = Payment.objects.locked(refund.payment_id)
        payment.order = order
        rows = Refund.objects.filter(pk=refund.pk, status=RefundStatus.WANTED).exclude(payment__outside="")
        if not rows.update(status=RefundStatus.SUCCEEDED, ended_at=datetime.now(UTC)):
            return False
        refund.refresh_from_db()
        order.note(f"{refund.amount_text} was given back by hand: {why}", who=by)
        tell_of_refund(order, payment, refund, RefundStatus.WANTED, who=by)
    return True
