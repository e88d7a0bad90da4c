"""Stripe's own books against ours: each charge and refund in its balance is a payment or refund here, and each of our
refunds that is done is there.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from shop.payments import stripe_api
from shop.payments.foreign import is_ours, key_in, moment, text
from shop.payments.models import Payment, Refund, RefundStatus, StripeDifference
from shop.payments.patience import at_leisure

log = logging.getLogger(__name__)
WINDOW = timedelta(days=3)
LAG = timedelta(minutes=15)  # what is younger may still be on its way to us
CHARGES, REFUNDS, FAILURES = {"charge", "payment"}, {"refund", "payment_refund"}, {"refund_failure"}


@dataclass(frozen=True)
class Difference:
    words: str
    happened_at: datetime


@at_leisure
def compare_with_stripe(at: datetime | None = None) -> int:
    """Read the last days of Stripe's balance and keep what differs for the ledger; how many differences there are.

    Both ways: what Stripe has and our books lack, and what went back by our books and not by Stripe's. One is marked as
    gone only while Stripe would still list it. While Stripe does not answer, nothing is concluded. Safe to run at once.
    """
    now = at or timezone.now()
    since, until = now - WINDOW, now - LAG
    try:
        rows = _all_rows(int(since.timestamp()), int(until.timestamp()))
    except (stripe_api.StripeUnreachable, stripe_api.StripeRefused) as error:
        log.warning("Stripe's balance can't be read: %s", error)
        return 0
    found = {**_not_here(rows, now), **_not_there(rows, since + LAG, until - LAG, now)}
    for stripe_id, one in found.items():
        StripeDifference.objects.update_or_create(
            stripe_id=stripe_id,
            defaults={"words": one.words[:300], "happened_at": one.happened_at, "gone_at": None},
        )
    listed = StripeDifference.objects.filter(gone_at=None, happened_at__gte=since + LAG)
    listed.exclude(stripe_id__in=found).update(gone_at=now)
    return len(found)


def _not_here(rows: list[dict], now: datetime) -> dict[str, Difference]:
    """Lines of Stripe's that our books lack or have otherwise, by their ids."""
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
            found[stripe_id] = Difference(words, moment(row.get("created"), now) or now)
    return found


def _not_there(rows: list[dict], since: datetime, until: datetime, now: datetime) -> dict[str, Difference]:
    """Refunds that are done by our books and that Stripe has no line of, or that failed there, by their ids.

    Asked about are those wanted after `since` and done before `until`, so that their line must be among the rows.
    """
    back, failed = _refunds_in(rows, REFUNDS), _refunds_in(rows, FAILURES)
    done = Refund.objects.filter(
        status=RefundStatus.SUCCEEDED,
        payment__order__payment_mode=settings.PAYMENT_MODE,
        payment__outside="",
    )
    done = done.select_related("payment__order__region")
    found = {}
    for refund in done.filter(wanted_at__gte=since, ended_at__lte=until).exclude(stripe_id__in=back):
        words = f"Our books say that {refund.amount_text} went back for {refund.payment.order}, Stripe’s balance does not."
        found[f"refund {refund.pk}"] = Difference(words, refund.wanted_at)
    for refund in done.filter(stripe_id__in=failed):
        words = f"Stripe could not give {refund.amount_text} back for {refund.payment.order}; our books say that it went back."
        found[f"refund {refund.pk}"] = Difference(
            words, moment(failed.get(refund.stripe_id or ""), now) or now
        )
    return found


def _refunds_in(rows: list[dict], kinds: set[str]) -> dict[str, Any]:
    """Stripe's ids of the refunds that lines of these kinds are about, with when Stripe says that it was."""
    return {
        text(row["source"].get("id")) or "?": row.get("created")
        for row in rows
        if row.get("type") in kinds and isinstance(row.get("source"), dict)
    }


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
