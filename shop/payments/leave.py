"""The shopper comes back from the payment page unpaid: others may have the packs, and the shopper may still pay.

The page they come back to only asks for it. The worker closes the session at Stripe first, so that nobody pays for what
is gone, and then gives the packs back; paying again keeps them again, if they are still there.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.foreign import key_in
from shop.payments.models import Leaving, Payment, PaymentStatus
from shop.payments.patience import at_leisure
from shop.payments.receive import settle
from shop.payments.sessions import closed_at_stripe
from shop.sweeps.alone import each_alone


def leave(order: Order, attempt: str = "") -> bool:
    """Ask the worker to let the order's packs go. False if there is nothing to leave.

    `attempt`: the key of the payment whose page was left, as its link back says. Should the shopper pay at a newer one
    meanwhile, looking at the old link again leaves nothing.
    """
    open_ones = order.payments.filter(status=PaymentStatus.OPEN, mode=settings.PAYMENT_MODE, leaving="")
    if attempt:
        key = key_in({"attempt": attempt}, "attempt")
        open_ones = open_ones.filter(key=key) if key else open_ones.none()
    return bool(order.is_pending and open_ones.exclude(session_id=None).update(leaving=Leaving.ASKED))


def left_payments(now: datetime | Combinable) -> QuerySet[Payment]:
    """`now` is for the worker, which asks each second whether there are any."""
    return Payment.objects.filter(
        status=PaymentStatus.OPEN, mode=settings.PAYMENT_MODE, leaving__in=Leaving.values
    )


@at_leisure
def let_left_packs_go(at: datetime | None = None) -> int:
    """Close the sessions that shoppers left, and give their packs back; how many."""
    now = at or timezone.now()
    rows = left_payments(now).order_by("pk")
    return each_alone(rows, _let_go, sweep="let_left_packs_go", most=50, atomic=False, at=now)


def _let_go(payment: Payment) -> bool:
    rows = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.OPEN)
    if not rows.exclude(leaving="").update(leaving=Leaving.BEGUN):
        return False  # they are back at the payment page, or it ended otherwise
    session, _ = closed_at_stripe(payment)
    if session is not None:
        settle(session, source="reconciler")
        return True
    with transaction.atomic():
        order = Order.objects.locked(payment.order_id)
        if not rows.update(status=PaymentStatus.EXPIRED):
            return False
        if order.is_pending and not order.waits:
            order.let_go()
    return True
