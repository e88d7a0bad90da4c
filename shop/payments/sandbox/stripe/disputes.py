"""Disputes."""

from django.db import transaction

from shop.payments.sandbox.events import emit
from shop.payments.sandbox.models import (
    SandboxDispute,
    SandboxIntent,
)
from shop.payments.sandbox.stripe.answers import new_id


def dispute(intent: SandboxIntent, reason="fraudulent") -> SandboxDispute:
    """The buyer's bank disputes the payment."""
    with transaction.atomic():
        row = SandboxDispute.objects.create(id=new_id("du"), intent=intent)
        emit("charge.dispute.created", dispute_object(row, reason))
    return row


def close_dispute(row: SandboxDispute, status: str) -> None:
    with transaction.atomic():
        SandboxDispute.objects.filter(pk=row.pk).update(status=status)
        row.refresh_from_db()
        emit("charge.dispute.closed", dispute_object(row))


def dispute_object(row: SandboxDispute, reason="fraudulent") -> dict:
    return {
        "id": row.id,
        "object": "dispute",
        "amount": row.intent.amount,
        "currency": row.intent.currency,
        "payment_intent": row.intent_id,
        "reason": reason,
        "status": row.status,
    }
