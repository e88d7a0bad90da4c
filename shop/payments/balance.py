"""Stripe's own books against ours: every charge and refund in its balance must be a payment or a refund here."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from shop.payments import stripe_api
from shop.payments.foreign import is_ours, key_in, text
from shop.payments.models import Payment, Refund, StripeDifference
from shop.payments.patience import at_leisure

log = logging.getLogger(__name__)
WINDOW = timedelta(days=3)
LAG = timedelta(minutes=15)  # what is younger may still be on its way to us
CHARGES, REFUNDS = {"charge", "payment"}, {"refund", "payment_refund"}


@at_leisure
def compare_with_stripe(at: datetime | None = None) -> int:
    """Read the last days of Stripe's balance and keep what differs for the ledger; how many differences there are.

    Differences that are gone are marked so. While Stripe does not answer, nothing is concluded. Safe to run at once.
    """
    now = at or timezone.now()
    try:
        rows = _all_rows(int((now - WINDOW).timestamp()), int((now - LAG).timestamp()))
    except (stripe_api.StripeUnreachable, stripe_api.StripeRefused) as error:
        log.warning("Stripe's balance can't be read: %s", error)
        return 0
    found = {}
    for row in rows:
        stripe_id = text(row.get("id")) or "a line without an id"
        source = row.get("source")
        try:
            words = _difference(row, source if isinstance(source, dict) else {})
        except Exception as error:
            log.exception("A line of Stripe's balance can't be read: %s", stripe_id)
            words = f"A line of Stripe’s balance can’t be read: {stripe_id} ({type(error).__name__})."
        if words:
            found[stripe_id] = words
    for stripe_id, words in found.items():
        StripeDifference.objects.update_or_create(
            stripe_id=stripe_id, defaults={"words": words[:300], "gone_at": None}
        )
    StripeDifference.objects.filter(gone_at=None, seen_at__gte=now - WINDOW).exclude(
        stripe_id__in=found
    ).update(gone_at=now)
    return len(found)


def _all_rows(since: int, until: int) -> list[dict]:
    found, params = [], {"limit": 100, "created": {"gte": since, "lte": until}, "expand": ["data.source"]}
    while True:
        page = stripe_api.list_balance(params)
        found += page["data"]
        if not page["has_more"] or not page["data"]:
            return found
        params = {**params, "starting_after": page["data"][-1]["id"]}


def _difference(row: dict, source: dict) -> str:
    """What is wrong with a line of Stripe's balance, in words; "" if it is in our books, or another application's."""
    currency, amount = row["currency"].upper(), abs(row["amount"])
    intent = text(source.get("payment_intent"))
    payment = Payment.objects.filter(intent_id=intent).first() if intent else None
    if row["type"] in CHARGES:
        if payment is None:
            if not is_ours(source.get("metadata")):
                return ""
            return (
                f"Stripe took {amount} {currency} (minor units, {intent}), and no payment here knows of it."
            )
        ours = payment.took, payment.taken_currency or payment.currency
        if ours != (amount, currency):
            return (
                f"Stripe took {amount} {currency} for {payment.order}, our payment says {ours[0]} {ours[1]}."
            )
    elif row["type"] in REFUNDS:
        refund = Refund.objects.filter(stripe_id=text(source.get("id")) or "?").first()
        if refund is None:
            if payment is None and key_in(source.get("metadata"), "refund") is None:
                return ""
            return (
                f"Stripe gave {amount} {currency} back ({source.get('id')}), and no refund here knows of it."
            )
        if refund.amount != amount:
            return f"Stripe gave {amount} {currency} back for {refund.payment.order}, our refund says {refund.amount}."
    return ""
