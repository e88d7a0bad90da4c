"""What is left of a payment's money: refunds and disputes summed up, and whether what it paid for may still be sent."""

from datetime import UTC, datetime

from django.db.models import Sum

from shop.orders.models import Order
from shop.payments.models import LOST, TAKEN, Payment, PaymentStatus, Refund, RefundStatus

ALL_WENT_BACK = "All that was paid for it went back."
BANK_TOOK_IT = "The bank took the money back."


class TooMuch(Exception):
    """More was to be given back than there is. `left` is what can be, in minor units; `words` say so to staff."""

    def __init__(self, payment: Payment) -> None:
        self.left = payment.left
        self.words = f"At most {payment.left_text} can still be given back."
        if payment.disputed:
            self.words = (
                f"A bank has {payment.disputed_text} of it in a dispute, so at most {payment.left_text} "
                "can be given back from here."
            )
        super().__init__(self.words)


def paid_by(order: Order) -> Payment | None:
    """The payment that paid the order; money that came twice, or too late, is never it."""
    return order.payments.filter(status=PaymentStatus.PAID).order_by("settled_at", "pk").first()


def money_came(order: Order) -> bool:
    """Whether Stripe took anything for it, wherever that is now: nobody is told then that nothing was charged."""
    return any(payment.took for payment in order.payments.filter(status__in=TAKEN))


def stop_or_go_on(order: Order) -> None:
    """Nothing of an order is sent whose money all went back, or was lost in a dispute. The caller holds its lock."""
    payment, why = paid_by(order), ""
    if payment is not None and payment.took:
        lost = payment.disputes.filter(status=LOST).aggregate(n=Sum("amount"))["n"] or 0
        if payment.given_back + lost >= payment.took:
            why = BANK_TOOK_IT if lost else ALL_WENT_BACK
    Order.objects.filter(pk=order.pk).update(stopped=why)
    order.stopped = why


def make_room(payment: Payment, why: str, *, keep: Refund | None = None) -> None:
    """Give up refunds of ours that Stripe has not got yet and has no room for: its Dashboard, or a bank, was quicker.

    `keep` is never given up.
    """
    over = _wanted_in_all(payment) + _disputed_in_all(payment) - payment.took
    waiting = payment.refunds.filter(status=RefundStatus.WANTED, stripe_id=None)
    if keep is not None:
        waiting = waiting.exclude(pk=keep.pk)
    for other in waiting.order_by("-wanted_at"):
        if over <= 0:
            break
        waiting.filter(pk=other.pk).update(status=RefundStatus.FAILED, ended_at=datetime.now(UTC), reason=why)
        over -= other.amount


def sum_up(payment: Payment) -> None:
    """Keep `given_back` the sum of all refunds that did not fail, `disputed` of what banks have. The caller holds the lock.

    Stripe tells in any order: a refund made in the room that a failed one left may be heard of before the failure,
    and a bank may dispute what went back already. Until then the sum is above what was paid, and nothing is left to
    be wanted; so it is summed, never stepped.
    """
    payment.given_back = min(_wanted_in_all(payment), payment.took)
    payment.disputed = min(_disputed_in_all(payment), payment.took - payment.given_back)
    payment.save(update_fields=["given_back", "disputed"])


def _wanted_in_all(payment: Payment) -> int:
    return payment.refunds.exclude(status=RefundStatus.FAILED).aggregate(n=Sum("amount"))["n"] or 0


def _disputed_in_all(payment: Payment) -> int:
    return payment.disputes.with_money().aggregate(n=Sum("amount"))["n"] or 0
