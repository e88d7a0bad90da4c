"""What each Stripe event does. A type that is not listed here does nothing."""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone

from shop.orders.models import Order, OrderStatus
from shop.outbox.keys import unknown_event_key
from shop.outbox.send import write_mail
from shop.payments import stripe_api
from shop.payments.cancel import end_order
from shop.payments.disputes import upsert_dispute
from shop.payments.foreign import ID_LENGTH, NotOurs, is_ours, key_in, moment, storable, words
from shop.payments.models import Payment, PaymentStatus, StripeEvent
from shop.payments.receive import UnknownPayment, settle
from shop.payments.refund import UnknownIntent, upsert_refund
from shop.regions.models import Seller
from shop.sweeps.alone import each_alone
from shop.web.secret_links import without_secret_links_inside

log = logging.getLogger(__name__)
EVENT_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{ID_LENGTH}}}")
NOT_OURS = "not ours"
TESTED = "Many cards were declined, so the payment was closed."
DECLINED_AT_ONE_PAYMENT = 6  # cards at one payment
card_declined = Signal()  # `payment`: a receiver returns True to have the payment closed
UNKNOWN = "The payment is not known here; Stripe tries again."
STILL_UNKNOWN = "The payment is not known here, though it should be. Find it in Stripe, or pass it over."
TELL_AFTER = timedelta(hours=1)
MAX_IN_MAIL = 20  # in one mail
FIRST_WAIT, WE_TRY_FOR = timedelta(minutes=1), timedelta(days=3)
KNOWN_WITHIN = timedelta(hours=1)  # of the event; our row is there before Stripe is asked


class WrongMode(Exception):
    """An event of live mode at a test shop, or the other way round."""


class CannotDigest(Exception):
    """A signed event that can't be read. It is kept for staff and passed over."""


class StillUnknown(CannotDigest):
    """An event about a payment that should be known long since: Stripe need not send it again, staff see it."""


def _session(event: dict, who: str, **kwargs: Any) -> str:
    return settle(event["data"]["object"], source=who, **kwargs)


def _intent_failed(event: dict, who: str) -> str:
    """Only a note: the shopper may still try another card on the same page."""
    intent = event["data"]["object"]
    key = key_in(intent.get("metadata"), "payment")
    payment = Payment.objects.filter(key=key).first() if key else None
    if payment is None:
        raise NotOurs
    error = intent.get("last_payment_error")
    error = error if isinstance(error, dict) else {}
    why = words(error.get("decline_code"), 60) or words(error.get("code"), 60)
    payment.order.note(f"A card was declined: {why or 'no reason'}.")
    Payment.objects.filter(pk=payment.pk).update(declined=F("declined") + 1)
    return "a declined card is noted"


def _stop_testing(event: dict) -> None:
    """After a card was declined: whoever goes on trying cards finds the payment closed, and the packs are free again.

    Once as many as DECLINED_AT_ONE_PAYMENT were, or when a receiver of `card_declined` says so. Stripe is asked outside the
    event's transaction; if it is silent, the worker does it.
    """
    key = key_in(event["data"]["object"].get("metadata"), "payment")
    open_ones = Payment.objects.filter(status=PaymentStatus.OPEN).select_related("order")
    payment = open_ones.filter(key=key).first() if key else None
    if payment is None:
        return
    answers = [answer for _, answer in card_declined.send(Payment, payment=payment)]
    if payment.declined < DECLINED_AT_ONE_PAYMENT and not any(answers):
        return
    Order.objects.filter(pk=payment.order_id, status=OrderStatus.PENDING).update(hold_until=timezone.now())
    try:
        end_order(payment.order, to=OrderStatus.EXPIRED, who="shop", why=TESTED)
    except stripe_api.StripeUnreachable as error:
        log.warning("The payment of %s can't be closed yet: %s", payment.order, error)


def _refund(event: dict, who: str) -> str:
    return upsert_refund(event["data"]["object"])


def _dispute(event: dict, who: str) -> str:
    return upsert_dispute(event["data"]["object"])


def _charge_refunded(event: dict, who: str) -> str:
    """Older API versions put the refunds into the charge; each comes as an event of its own as well."""
    inside = event["data"]["object"].get("refunds")
    rows = inside.get("data") if isinstance(inside, dict) else []
    return ", ".join(upsert_refund(row) for row in rows or []) or "nothing to do"


# Each gets the event and who lets it work, for the order's timeline: "webhook", "reconciler", or a member of staff.
EFFECTS: dict[str, Callable[[dict, str], str]] = {
    "checkout.session.completed": _session,
    "checkout.session.expired": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": lambda event, who: _session(event, who, failed=True),
    "payment_intent.payment_failed": _intent_failed,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
}


def take_in(event: dict, came_by: str = "webhook", at: datetime | None = None, who: str = "") -> str:
    """Let a verified event work, once. Its mark as done and its effect commit together.

    `came_by`: "webhook" or "reconciler"; `who` lets it work, where that is somebody else.

    Returns what it did; for an event of another application, nothing. Raises WrongMode; UnknownPayment, when nothing
    was done and Stripe must try again; CannotDigest, when it can't be read, or is too old to become known. In the last two cases it is kept where
    staff see it. Call it outside transactions: of an intent that we don't know, Stripe is asked whose it is.
    """
    now = at or timezone.now()
    livemode = event.get("livemode")
    if isinstance(livemode, bool) and livemode != (settings.PAYMENT_MODE == "live"):
        raise WrongMode(event["id"])
    row = _stored(event, came_by, now)
    try:
        outcome, is_new = _work(row, event, came_by, who or came_by, now)
    except NotOurs:
        return _pass_by(row)
    except UnknownIntent as error:
        if not _intent_may_be_ours(error.intent_id):
            return _pass_by(row)
        raise _wait(row, now, str(error)) from error
    except UnknownPayment as error:
        raise _wait(row, now, str(error)) from error
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("Stripe's event %s can't be read.", row.event_id)
        why = f"{type(error).__name__}: {error}"[:160]
        outcome = f"It can’t be read, so it was passed over ({words(why, 160)})."
        StripeEvent.objects.filter(pk=row.pk, is_done=False).update(outcome=outcome, look_at=None)
        raise CannotDigest(outcome) from error
    if is_new and EFFECTS.get(event["type"]) is _intent_failed:
        _stop_testing(event)
    return outcome


def _work(row: StripeEvent, event: dict, came_by: str, who: str, now: datetime) -> tuple[str, bool]:
    """What it did, and whether it did so now, not earlier."""
    with transaction.atomic():
        row = StripeEvent.objects.select_for_update(no_key=True).get(pk=row.pk)
        if row.is_done:
            if came_by == "webhook" and row.came_by != came_by:
                StripeEvent.objects.filter(pk=row.pk).update(came_by=came_by)
            return "already taken in", False
        row.outcome = _effect(event, who, now)[:250]
        row.is_done, row.look_at = True, None
        row.save(update_fields=["outcome", "is_done", "look_at"])
    return row.outcome, True


def _effect(event: dict, who: str, now: datetime) -> str:
    """Only what does something here must be readable: newer kinds of events that others ask for look otherwise."""
    effect = EFFECTS.get(event["type"])
    if effect is None:
        return "nothing to do"
    _check(event, now)
    return effect(event, who)


def _check(event: dict, now: datetime) -> None:
    """Raises ValueError for what Stripe never sends."""
    if not isinstance(event.get("livemode"), bool):
        raise ValueError("it does not say whether it is live")
    if moment(event.get("created"), now) is None:
        raise ValueError("no event can have happened then")
    data = event.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("object"), dict):
        raise ValueError("it is about nothing")


def _pass_by(row: StripeEvent) -> str:
    StripeEvent.objects.filter(pk=row.pk, is_done=False).update(outcome=NOT_OURS, is_done=True, look_at=None)
    return NOT_OURS


def _wait(row: StripeEvent, now: datetime, about: str) -> Exception:
    """We let it work again by ourselves, more and more seldom. What to raise: while it is young Stripe sends it again, too."""
    age = now - row.received_at
    again = now + max(FIRST_WAIT, age / 2) if age < WE_TRY_FOR else None
    young = now - row.happened_at < KNOWN_WITHIN
    outcome = UNKNOWN if young else STILL_UNKNOWN
    StripeEvent.objects.filter(pk=row.pk, is_done=False).update(outcome=outcome, look_at=again)
    return UnknownPayment(about) if young else StillUnknown(outcome)


def _intent_may_be_ours(intent_id: str) -> bool:
    """What a refund or a dispute does not say, its payment intent does. While Stripe is silent, it may be ours."""
    try:
        intent = stripe_api.retrieve_intent(intent_id)
    except stripe_api.StripeUnreachable:
        return True
    except stripe_api.StripeRefused as error:
        return not error.is_unknown
    return is_ours(intent.get("metadata"))


def _stored(event: dict, came_by: str, now: datetime) -> StripeEvent:
    """Its row, whatever is in it: what no database takes is left out."""
    values = {
        "type": words(event["type"], 80),
        "livemode": event["livemode"] if isinstance(event.get("livemode"), bool) else None,
        "happened_at": moment(event.get("created"), now) or now,
        "received_at": now,
        "came_by": came_by,
    }
    event_id = row_id(event)
    try:
        with transaction.atomic():
            return StripeEvent.objects.get_or_create(
                event_id=event_id, defaults={**values, "body": without_secret_links_inside(storable(event))}
            )[0]
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ValueError, OverflowError, RecursionError):
        body = {"id": event_id, "type": values["type"], "unreadable": ascii(event.get("data"))[:2000]}
        return StripeEvent.objects.get_or_create(event_id=event_id, defaults={**values, "body": body})[0]


def row_id(event: dict) -> str:
    """The event's id, or a digest of one that no id of Stripe's looks like, which a column might keep otherwise."""
    if EVENT_ID.fullmatch(event["id"]):
        return str(event["id"])
    return "odd:" + hashlib.sha256(ascii(event["id"]).encode()).hexdigest()


def take_in_waiting(at: datetime | None = None) -> int:
    """Let events work again whose payment was not known when they came; how many did something."""
    now = at or timezone.now()

    def again(row: StripeEvent) -> str | bool:
        try:
            return take_in(row.body, row.came_by, now, who="reconciler")
        except (UnknownPayment, WrongMode, CannotDigest):
            return False

    waiting = StripeEvent.objects.filter(is_done=False, look_at__lte=now).order_by("look_at")
    return each_alone(waiting, again, sweep="take_in_waiting", most=20, atomic=False, at=now)


def tell_about_unknown_events(at: datetime | None = None) -> int:
    """Write to the seller about events that still wait an hour after they came: each once, and at most a mail an hour.

    Returns how many events were told about.
    """
    now = at or timezone.now()
    seller = Seller.current()
    waiting = StripeEvent.objects.filter(is_done=False, received_at__lte=now - TELL_AFTER)
    new = waiting.filter(told_at=None)
    if seller is None or not new.exists() or waiting.filter(told_at__gt=now - TELL_AFTER).exists():
        return 0
    with transaction.atomic():
        count = new.update(told_at=now)
        events = list(
            StripeEvent.objects.filter(is_done=False, told_at=now).order_by("received_at")[:MAX_IN_MAIL]
        )
        if not events:
            return 0
        url = f"{settings.SITE_URL}{reverse('admin:payments_stripeevent_changelist')}"
        context = {"events": events, "more": count - len(events), "url": url}
        write_mail(
            key=unknown_event_key(events[0].event_id),
            to=seller.email,
            template="staff_unknown_event",
            context=context,
        )
    return count
