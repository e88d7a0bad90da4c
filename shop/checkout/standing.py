"""How an order stands, for the shopper's page of it: one state, and what became of money that came for it.

Each state has words of its own in templates/checkout/standing.html, so that no two sentences of the page can disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.models import Order, OrderStatus
from shop.payments.cancel import MOVED, REPLACED, UNKNOWN_NOW
from shop.payments.models import TAKEN, Payment, PaymentStatus, Refund, RefundCause, RefundStatus
from shop.payments.start import pay_until


class State(StrEnum):
    LOOKED_AT = "looked at"  # money came that does not match
    CONFIRMING = "confirming"  # back from the payment page; Stripe's word is on its way
    PAID = "paid"
    DISPUTED = "disputed"  # paid, and the bank wants it back
    GONE = "gone"  # paid, and all of it went back or was lost to the bank
    AWAITING = "awaiting"  # a slow method
    TO_PAY = "to pay"
    LET_GO = "let go"  # to pay, and others may have its packs meanwhile
    OVER = "over"  # too late to pay; it ends within a minute
    FAILED = "failed"
    UNKNOWN = "unknown"  # failed, since Stripe does not know its payment any more
    EXPIRED = "expired"
    DECLINED = "declined"  # expired after cards were declined
    CANCELLED = "cancelled"
    REPLACED = "replaced"  # cancelled for a newer order
    MOVED = "moved"  # cancelled since the shopper went to another of our shops


PAYABLE = {State.TO_PAY, State.LET_GO}
# States that tell of money refund by refund. In all others a sentence sums up each payment that came.
IN_LINES = {State.LOOKED_AT, State.CONFIRMING, State.PAID, State.DISPUTED, State.AWAITING}


@dataclass(frozen=True)
class Standing:
    """`money`: a sentence about each payment that came, in states that sum up; `until`: when it ends if nobody pays."""

    state: State
    until: datetime
    money: list[str] = field(default_factory=list)
    refunds: list[tuple[Refund, bool]] = field(default_factory=list)  # with whether it came besides the price

    @property
    def can_pay(self) -> bool:
        return self.state in PAYABLE

    @property
    def leads_to_basket(self) -> bool:
        return self.state not in PAYABLE | {
            State.CONFIRMING,
            State.LOOKED_AT,
            State.PAID,
            State.DISPUTED,
            State.GONE,
        }


def standing_of(
    order: Order, payments: list[Payment], *, came_from: str = "", left: bool = False
) -> Standing:
    """`payments`: all of the order's with their refunds and disputes; `left`: its packs are being let go just now."""
    until = pay_until(order, payments)
    state = _state(order, payments, until, came_from, left)
    if state in IN_LINES:
        paid = (
            [payment for payment in payments if payment.status == PaymentStatus.PAID] if order.is_paid else []
        )
        first = min(paid, key=lambda payment: (payment.settled_at, payment.pk), default=None)
        rows = [(refund, first is not None and _is_besides(refund, first)) for refund in _shown(payments)]
        return Standing(state, until, refunds=rows)
    return Standing(state, until, money=[words for payment in payments if (words := _told(payment))])


def _state(order: Order, payments: list[Payment], until: datetime, came_from: str, left: bool) -> State:
    unsettled = order.is_pending and any(payment.left for payment in payments)
    if unsettled or any(payment.is_looked_at for payment in payments):
        return State.LOOKED_AT
    if order.is_paid:
        return State.GONE if order.stopped else State.DISPUTED if order.disputed_at else State.PAID
    if order.is_pending:
        return _pending(order, payments, until, came_from, left)
    if order.status == OrderStatus.AWAITING:
        return State.AWAITING
    if order.status == OrderStatus.FAILED:
        return State.UNKNOWN if order.events.filter(why=UNKNOWN_NOW).exists() else State.FAILED
    if order.status == OrderStatus.EXPIRED:
        return State.DECLINED if any(payment.declined for payment in payments) else State.EXPIRED
    if order.was_paid:
        return State.CANCELLED
    why = set(order.events.filter(why__in=[REPLACED, MOVED]).values_list("why", flat=True))
    return State.REPLACED if REPLACED in why else State.MOVED if MOVED in why else State.CANCELLED


def _pending(order: Order, payments: list[Payment], until: datetime, came_from: str, left: bool) -> State:
    if came_from == "payment":
        return State.CONFIRMING
    if until <= timezone.now() or order.payment_mode != settings.PAYMENT_MODE:
        return State.OVER
    if order.waits:
        return State.TO_PAY
    leaving = any(payment.leaving and payment.status == PaymentStatus.OPEN for payment in payments)
    return State.LET_GO if left or leaving or order.let_go_at is not None else State.TO_PAY


def _is_besides(refund: Refund, first: Payment) -> bool:
    """Whether it gives back what was no part of the order's price: a second payment's money, or what was over."""
    return refund.payment_id != first.pk or refund.cause == RefundCause.MISMATCH


def _shown(payments: Iterable[Payment]) -> Iterable[Refund]:
    """Not those that failed and were wanted again, or whose money went back otherwise meanwhile."""
    for payment in payments:
        refunds = list(payment.refunds.all())
        for refund in refunds:
            later = any(
                other.status != RefundStatus.FAILED and other.wanted_at >= refund.wanted_at
                for other in refunds
            )
            if refund.status != RefundStatus.FAILED or (payment.left >= refund.amount and not later):
                yield refund


def _told(payment: Payment) -> str:
    """A sentence about what came and where it is now; "" where nothing came."""
    if payment.status not in TAKEN or not payment.took:
        return ""
    refunds = list(payment.refunds.all())
    done = sum(refund.amount for refund in refunds if refund.status == RefundStatus.SUCCEEDED)
    done = min(done, payment.took)
    coming = payment.given_back - done
    has_failed = any(refund.status == RefundStatus.FAILED for refund in refunds)
    parts = []
    if done:
        words = _("{amount} went back the way you paid; banks take up to ten days to show it")
        parts.append(words.format(amount=payment.money(done)))
    if coming > 0:
        parts.append(_("{amount} is on its way back the way you paid").format(amount=payment.money(coming)))
    if payment.disputed:
        parts.append(_("your bank has {amount} back").format(amount=payment.disputed_text))
    if payment.left and has_failed:
        words = _("{amount} could not go back yet: we know of it and try another way")
        parts.append(words.format(amount=payment.left_text))
    elif payment.left:
        words = _("{amount} did not go back: please write to us if you expect it")
        parts.append(words.format(amount=payment.left_text))
    words = _("{amount} came for it; {rest}.")
    return words.format(amount=payment.took_text, rest=_(", and ").join(parts))
