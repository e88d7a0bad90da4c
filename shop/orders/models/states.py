"""What an order may become, in one table. Everything that is not listed is refused by `Order.move`.

The status says how far the order and its money are. What was sent, cancelled and taken back are facts of the lines;
what was paid back is a fact of the payment; a dispute is a fact of its own.
"""

from django.db import models
from django.utils.translation import gettext_lazy


class OrderStatus(models.TextChoices):
    PENDING = "pending", gettext_lazy("Waiting for payment")
    AWAITING = "awaiting_payment", gettext_lazy("Payment on its way")
    PAID = "paid", gettext_lazy("Paid")
    EXPIRED = "expired", gettext_lazy("Expired")
    FAILED = "failed", gettext_lazy("Payment failed")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


S = OrderStatus
# From a status to those it may become. The comments say who does it.
LEGAL_MOVES = {
    S.PENDING: {
        S.AWAITING,
        S.PAID,
        S.EXPIRED,
        S.FAILED,
        S.CANCELLED,
    },  # Stripe, the worker, the shopper, staff
    S.AWAITING: {S.PAID, S.FAILED, S.CANCELLED},  # Stripe
    S.EXPIRED: {S.PAID},  # Stripe, late, if the goods are still there
    S.FAILED: {S.PENDING, S.PAID, S.CANCELLED},  # Stripe, late
    S.CANCELLED: {S.PAID},  # Stripe, late; never once it had been paid before
    S.PAID: {S.CANCELLED},  # staff, before anything was sent
}
ACTIVE = [S.PENDING, S.AWAITING, S.PAID]
ENDED = [S.EXPIRED, S.FAILED, S.CANCELLED]
NUMBER_PREFIX = {"sandbox": "S", "test": "T", "live": "F"}


class ReviewCause(models.TextChoices):
    """What an order is shown to staff for. The words beside it are for people; this is what code decides by."""

    MAIL = "mail", "A mail can’t be delivered"
    MONEY = "money", "Its money"
    PLACE = "place", "Where it goes"


class IllegalMove(Exception):
    """An order was asked to do what its table of moves, or its facts, do not allow. Says why, for staff."""
