"""What each Stripe event does. A type that is not listed here does nothing."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.payments.disputes import upsert_dispute
from shop.payments.models import Payment, StripeEvent
from shop.payments.receive import UnknownPayment, settle
from shop.payments.refund import UnknownRefund, upsert_refund
from shop.regions.models import Seller

UNKNOWN = "The payment is not known here; Stripe tries again."
TOLD = "unknown-event:"  # begins the key of the mail
TELL_AFTER = timedelta(hours=1)


class WrongMode(Exception):
    """A live event at a test shop, or the other way round."""


def _session(event, **kwargs):
    return settle(event["data"]["object"], source="webhook", **kwargs)


def _intent_failed(event):
    """Only a note: the shopper may still try another card on the same page."""
    intent = event["data"]["object"]
    payment = Payment.objects.filter(key=(intent.get("metadata") or {}).get("payment") or None).first()
    if payment is None:
        return "no payment of ours"
    error = intent.get("last_payment_error") or {}
    payment.order.note(
        f"A card was declined: {error.get('decline_code') or error.get('code') or 'no reason'}."
    )
    return "noted"


def _charge_refunded(event):
    """Older API versions put the refunds into the charge; each comes as an event of its own as well."""
    rows = ((event["data"]["object"].get("refunds") or {}).get("data")) or []
    return ", ".join(upsert_refund(row) for row in rows) or "nothing to do"


EFFECTS = {
    "checkout.session.completed": _session,
    "checkout.session.expired": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": lambda event: _session(event, failed=True),
    "payment_intent.payment_failed": _intent_failed,
    "refund.created": lambda event: upsert_refund(event["data"]["object"]),
    "refund.updated": lambda event: upsert_refund(event["data"]["object"]),
    "refund.failed": lambda event: upsert_refund(event["data"]["object"]),
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": lambda event: upsert_dispute(event["data"]["object"]),
    "charge.dispute.updated": lambda event: upsert_dispute(event["data"]["object"]),
    "charge.dispute.closed": lambda event: upsert_dispute(event["data"]["object"]),
}


def take_in(event: dict, came_by: str = "webhook") -> str:
    """Let a verified event work, once. Its mark as done and its effect commit together.

    Returns what it did. Raises WrongMode, and UnknownPayment: then nothing was done and Stripe must try again,
    but the event is kept where staff see it.
    """
    if bool(event["livemode"]) != (settings.PAYMENT_MODE == "live"):
        raise WrongMode(event["id"])
    row = _stored(event, came_by)
    try:
        with transaction.atomic():
            row = StripeEvent.objects.select_for_update(no_key=True).get(pk=row.pk)
            if row.is_done:
                if came_by == "webhook" and row.came_by != came_by:
                    StripeEvent.objects.filter(pk=row.pk).update(came_by=came_by)
                return "already taken in"
            effect = EFFECTS.get(event["type"])
            row.outcome = (effect(event) if effect else "nothing to do")[:250]
            row.is_done = True
            row.save(update_fields=["outcome", "is_done"])
    except (UnknownPayment, UnknownRefund) as error:
        StripeEvent.objects.filter(pk=row.pk, is_done=False).update(outcome=UNKNOWN)
        raise UnknownPayment(str(error)) from error
    return row.outcome


def _stored(event: dict, came_by: str) -> StripeEvent:
    row, _ = StripeEvent.objects.get_or_create(
        event_id=event["id"],
        defaults={
            "type": event["type"][:80],
            "livemode": event["livemode"],
            "happened_at": datetime.fromtimestamp(event["created"], UTC),
            "body": event,
            "came_by": came_by,
        },
    )
    return row


def tell_about_unknown_events(at=None) -> int:
    """Write to the seller, once each, about events whose payment is still unknown an hour after they came."""
    now = at or timezone.now()
    seller = Seller.current()
    waiting = StripeEvent.objects.filter(is_done=False, received_at__lte=now - TELL_AFTER)
    if seller is None or not waiting:
        return 0
    told = set(Mail.objects.filter(key__startswith=TOLD).values_list("key", flat=True))
    new = [row for row in waiting if TOLD + row.event_id not in told]
    url = f"{settings.SITE_URL}{reverse('admin:payments_stripeevent_changelist')}"
    for row in new:
        context = {"event": row, "url": url}
        write_mail(key=TOLD + row.event_id, to=seller.email, template="staff_unknown_event", context=context)
    return len(new)
