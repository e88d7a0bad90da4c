"""A bank disputes a payment: flag the order, stop what is not sent yet, tell staff; lift that when it is won."""

from django.db import transaction
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.foreign import words
from shop.payments.models import Dispute
from shop.payments.refund import payment_of

CLOSED = {"won", "lost", "warning_closed", "prevented"}


def upsert_dispute(dispute: dict) -> str:
    """Take over what Stripe says about a dispute; repeats and any order are fine. Raises UnknownIntent and NotOurs."""
    payment = payment_of(dispute)
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.order_id)
        row = Dispute.objects.filter(stripe_id=dispute["id"]).first() or Dispute(
            payment=payment, stripe_id=dispute["id"], amount=dispute.get("amount") or payment.amount
        )
        was = row.status
        if row.closed_at is not None:
            return "dispute closed already"
        row.status, row.reason = words(dispute.get("status"), 40) or "open", words(dispute.get("reason"), 60)
        if row.status in CLOSED:
            row.closed_at = timezone.now()
        row.save()
        still_open = Dispute.objects.filter(payment__order=order, closed_at=None).exists()
        Order.objects.filter(pk=order.pk).update(
            disputed_at=(order.disputed_at or timezone.now()) if still_open else None
        )
        if was != row.status:
            if row.closed_at is None:
                order.flag(f"Disputed at the bank ({row.reason}): don’t send it, answer in Stripe.")
            elif row.status == "lost":
                order.flag("A dispute was lost: the bank took the money back.")
            else:
                order.note(f"A dispute ended: {row.status}.", who="Stripe")
    return f"dispute {row.status}"
