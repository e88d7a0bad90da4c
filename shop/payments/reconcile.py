"""What is true even if no webhook ever comes: ask Stripe about open payments, end holds, send refunds."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from shop.orders.models import Order, OrderStatus
from shop.payments import stripe_api
from shop.payments.cancel import end_order, end_unknown
from shop.payments.events import EFFECTS, CannotDigest, WrongMode, row_id, take_in, take_in_waiting
from shop.payments.foreign import moment
from shop.payments.models import (
    UNSETTLED,
    EventCursor,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    StripeEvent,
)
from shop.payments.patience import at_leisure
from shop.payments.receive import UnknownPayment, settle
from shop.payments.refund import fail_refund, upsert_refund
from shop.payments.sessions import ask_for_session
from shop.sweeps.alone import each_alone

log = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)
TRY_AGAIN = timedelta(seconds=20)
RETURN_PAGE = "return page"


def queue_look(order: Order) -> None:
    """Have the worker ask Stripe about this order's payment now, since the shopper came back from paying."""
    order.payments.filter(status__in=UNSETTLED).update(look_at=timezone.now(), asked_by=RETURN_PAGE)


def due_payments(now: datetime | Combinable) -> QuerySet[Payment]:
    """`now` may be the database's Now(), here and below: the worker asks each second whether there are any."""
    return Payment.objects.filter(status__in=UNSETTLED, mode=settings.PAYMENT_MODE, look_at__lte=now)


def overdue_orders(now: datetime | Combinable) -> QuerySet[Order]:
    looked_at = Payment.objects.looked_at().filter(order=OuterRef("pk"))
    return Order.objects.filter(status=OrderStatus.PENDING, hold_until__lte=now).filter(~Exists(looked_at))


def due_refunds(now: datetime | Combinable) -> QuerySet[Refund]:
    return Refund.objects.filter(
        status=RefundStatus.WANTED,
        payment__mode=settings.PAYMENT_MODE,
        payment__outside="",
        look_at__lte=now,
    )


@at_leisure
def look_at_payments(at: datetime | None = None) -> int:
    """Ask Stripe about every unsettled payment of this mode that is due, and settle it. Returns how many were asked about."""
    now = at or timezone.now()
    asked = 0

    def ask(payment: Payment) -> None:
        nonlocal asked
        claimed = Payment.objects.filter(pk=payment.pk, look_at=payment.look_at).update(
            look_at=now + LOOK_AGAIN, asked_by=""
        )
        if not claimed:
            return
        asked += 1
        try:
            look_at(payment)
        except stripe_api.StripeRefused as error:
            log.error("Stripe refuses to tell about %s: %s", payment, error)

    each_alone(
        due_payments(now).select_related("order").order_by("look_at"),
        ask,
        sweep="look_at_payments",
        most=50,
        atomic=False,
        at=now,
        paced=True,
    )
    return asked


def look_at(payment: Payment, who: str = "") -> str:
    """Ask Stripe about one payment and settle what it says; its session is asked for anew if we never got it.

    `who` asks, for the order's timeline: a member of staff; otherwise whoever made the worker look.
    """
    if payment.session_id is None:
        ask_for_session(payment)
        return "open"
    try:
        session = stripe_api.retrieve_session(payment.session_id)
    except stripe_api.StripeRefused as error:
        if not error.is_unknown:
            raise
        return end_unknown(payment)
    return settle(session, source=who or payment.asked_by or "reconciler")


@at_leisure
def read_events(at: datetime | None = None) -> int:
    """Read Stripe's list of events since we read it last, and let those work that no webhook has brought; how many.

    A few minutes are read twice, since events appear in no strict order; each works once. Whatever is in an event, we
    read on. Those that waited for their payment are tried again. Safe to run at once.
    """
    now = at or timezone.now()
    cursor, _ = EventCursor.objects.get_or_create(pk=1, defaults={"read_until": now})
    since = cursor.read_until - OVERLAP
    found, params = [], {"limit": 100, "types": sorted(EFFECTS), "created": {"gte": int(since.timestamp())}}
    try:
        while True:
            page = stripe_api.list_events(params)
            rows = page.get("data")
            rows = rows if isinstance(rows, list) else []
            found += rows
            last = rows[-1].get("id") if rows and isinstance(rows[-1], dict) else None
            if not page.get("has_more") or not isinstance(last, str) or not last:
                break
            params = {**params, "starting_after": last}
    except (stripe_api.StripeUnreachable, stripe_api.StripeRefused) as error:
        log.warning("Stripe's events can't be read: %s", error)
        return 0
    new = each_alone(_unknown(found), _taken_in, sweep="read_events", key=row_id, atomic=False, at=now)
    EventCursor.objects.filter(pk=1, read_until__lt=now).update(read_until=now)
    return new + take_in_waiting(now)


def _unknown(found: list) -> list[dict]:
    """Those of Stripe's events that did not work here yet, the oldest first."""
    events = [event for event in found if stripe_api.is_event(event)]
    done = StripeEvent.objects.filter(event_id__in=[row_id(event) for event in events], is_done=True)
    known = set(done.values_list("event_id", flat=True))
    events = [event for event in events if row_id(event) not in known]
    now = timezone.now()
    return sorted(events, key=lambda event: moment(event.get("created"), now) or now)


def _taken_in(event: dict) -> bool:
    try:
        take_in(event, "reconciler")
    except (UnknownPayment, WrongMode, CannotDigest):
        return False  # it waits where staff see it
    return True


@at_leisure
def end_overdue_orders(at: datetime | None = None) -> int:
    """Expire pending orders whose hold has ended: at Stripe first, then here. Returns how many ended."""
    now = at or timezone.now()

    def end(order: Order) -> bool:
        return end_order(order, to=OrderStatus.EXPIRED, who="worker", why="Nobody paid in time.")

    overdue = overdue_orders(now).order_by("pk")
    ended = each_alone(overdue, end, sweep="end_overdue_orders", most=50, atomic=False, at=now)
    return ended + _end_slow_payments_of_other_modes(now)


def _end_slow_payments_of_other_modes(now: datetime) -> int:
    """Nobody can ask about these any more: those without real money end now, those of live mode when their hold does."""
    stranded = Payment.objects.filter(status=PaymentStatus.PROCESSING).exclude(mode=settings.PAYMENT_MODE)
    over = stranded.exclude(mode="live") | stranded.filter(order__hold_until__lte=now)
    return each_alone(over.order_by("pk"), end_unknown, sweep="end_payments_of_other_modes", most=50, at=now)


@at_leisure
def send_refunds(at: datetime | None = None) -> int:
    """Send wanted refunds to Stripe. The row's key makes repeats harmless, so a crash in between is safe."""
    now = at or timezone.now()

    def send(refund: Refund) -> bool:
        if not Refund.objects.filter(pk=refund.pk, look_at=refund.look_at).update(look_at=now + LOOK_AGAIN):
            return False
        try:
            answer = stripe_api.create_refund(
                {
                    "payment_intent": refund.payment.intent_id,
                    "amount": refund.amount,
                    "metadata": {"refund": str(refund.key), "order": refund.payment.order.number},
                },
                str(refund.key),
            )
        except stripe_api.StripeUnreachable:
            Refund.objects.filter(pk=refund.pk).update(look_at=now + TRY_AGAIN)
            raise
        except stripe_api.StripeRefused as error:
            fail_refund(refund, str(error))
            return False
        upsert_refund(answer)
        return True

    wanted = due_refunds(now).select_related("payment__order__region").order_by("look_at", "pk")
    return each_alone(wanted, send, sweep="send_refunds", most=20, atomic=False, at=now, paced=True)
