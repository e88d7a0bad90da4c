"""What each Stripe event does. A type that is not listed here does nothing."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from shop.payments.models import Payment, StripeEvent
from shop.payments.receive import settle, upsert_refund


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


def _dispute(event):
    dispute = event["data"]["object"]
    payment = Payment.objects.filter(intent_id=dispute.get("payment_intent") or "?").first()
    if payment is None:
        return "no payment of ours"
    payment.order.flag(f"Disputed at the bank ({dispute.get('reason')}): don't send it, answer in Stripe.")
    return "flagged"


EFFECTS = {
    "checkout.session.completed": _session,
    "checkout.session.expired": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": lambda event: _session(event, failed=True),
    "payment_intent.payment_failed": _intent_failed,
    "refund.created": lambda event: upsert_refund(event["data"]["object"]),
    "refund.updated": lambda event: upsert_refund(event["data"]["object"]),
    "refund.failed": lambda event: upsert_refund(event["data"]["object"]),
    "charge.dispute.created": _dispute,
    "charge.dispute.closed": _dispute,
}


def take_in(event: dict) -> str:
    """Let a verified event work, once. Its row and its effect commit together.

    Returns what it did. Raises WrongMode or UnknownPayment; then nothing is stored and Stripe tries again.
    """
    if bool(event["livemode"]) != (settings.PAYMENT_MODE == "live"):
        raise WrongMode(event["id"])
    try:
        with transaction.atomic():
            row, is_new = StripeEvent.objects.get_or_create(
                event_id=event["id"],
                defaults={
                    "type": event["type"][:80],
                    "livemode": event["livemode"],
                    "happened_at": datetime.fromtimestamp(event["created"], UTC),
                    "outcome": "",
                    "body": event,
                },
            )
            if not is_new:
                return "already taken in"
            effect = EFFECTS.get(event["type"])
            row.outcome = (effect(event) if effect else "nothing to do")[:250]
            row.save(update_fields=["outcome"])
    except IntegrityError:
        if StripeEvent.objects.filter(event_id=event["id"]).exists():
            return "already taken in"
        raise
    return row.outcome
