"""A bank disputes a payment: flag the order, stop what is not sent yet, tell staff; lift that when it is won."""

from django.db import transaction
from django.utils import timezone

from shop.orders.models import Order, ReviewCause
from shop.payments.foreign import as_amount, words
from shop.payments.left import make_room, stop_or_go_on, sum_up
from shop.payments.models import LOST, Dispute, Payment
from shop.payments.refund import payment_of

CLOSED = {"won", LOST, "warning_closed", "prevented"}


def upsert_dispute(dispute: dict) -> str:
    """Take over what Stripe says about a dispute; repeats and any order are fine. Raises UnknownIntent and NotOurs."""
    payment = payment_of(dispute)
    with transaction.atomic():
        order = Order.objects.locked(payment.order_id)
        row = Dispute.objects.filter(stripe_id=dispute["id"]).first() or Dispute(
            payment=payment, stripe_id=dispute["id"], amount=_amount(dispute, payment)
        )
        was = row.status
        status = words(dispute.get("status"), 40) or "open"
        if row.closed_at is not None and status not in CLOSED:
            return "dispute closed already"
        row.status, row.reason = status, words(dispute.get("reason"), 60) or row.reason
        if row.status in CLOSED:
            row.closed_at = timezone.now()
        row.save()
        still_open = Dispute.objects.filter(payment__order=order, closed_at=None).exists()
        Order.objects.filter(pk=order.pk).update(
            disputed_at=(order.disputed_at or timezone.now()) if still_open else None
        )
        payment = Payment.objects.locked(payment.pk)
        make_room(payment, "A bank took the money back meanwhile.")
        sum_up(payment)
        stop_or_go_on(order)
        if was != row.status:
            if row.closed_at is None:
                order.flag(
                    f"Disputed at the bank ({row.reason_words}): don’t send it, answer in Stripe.",
                    ReviewCause.MONEY,
                )
            elif row.status == LOST:
                what = (
                    "Don’t send what is not sent yet." if order.stopped else "See what is still to be sent."
                )
                order.flag(
                    f"A dispute was lost: the bank took {row.amount_text} back. {what}", ReviewCause.MONEY
                )
            elif order.review_cause == ReviewCause.MONEY and not still_open and not order.stopped:
                # In place of the words that stopped it.
                order.flag(
                    f"A dispute ended: {row.status_words}. What is not sent yet can be sent.",
                    ReviewCause.MONEY,
                    who="Stripe",
                )
            else:
                order.note(f"A dispute ended: {row.status_words}.", who="Stripe")
    return f"dispute {row.status_words}"


def _amount(dispute: dict, payment: Payment) -> int:
    """What the bank wants back, in minor units; all of it where Stripe does not say."""
    try:
        return as_amount(dispute.get("amount"))
    except ValueError:
        return payment.amount
