"""Refunds."""

from django.db import transaction

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.events import emit
from shop.payments.sandbox.models import (
    SandboxIntent,
    SandboxRefund,
)
from shop.payments.sandbox.stripe.answers import Refused, _check, new_id, stamp

# Disputes that took no money, or gave it back.
GIVEN_UP = ("won", "prevented", "warning_needs_response", "warning_under_review", "warning_closed")


def create_refund(params: dict) -> dict:
    _check(params, accepted.CREATE_REFUND)
    with transaction.atomic():
        intent = (
            SandboxIntent.objects.select_for_update(no_key=True)
            .filter(pk=params.get("payment_intent", ""))
            .first()
        )
        if intent is None or intent.status != "succeeded":
            raise Refused("No such payment_intent, or it has not succeeded.", code="resource_missing")
        if intent.disputes.exclude(status__in=GIVEN_UP).exists():
            raise Refused(
                "The charge has been charged back, so it can't be refunded.", code="charge_disputed"
            )
        given = sum(intent.refunds.exclude(status="failed").values_list("amount", flat=True))
        amount = int(params.get("amount") or intent.amount - given)
        if amount < 1 or given + amount > intent.amount:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount ({intent.amount - given}).",
                code="charge_already_refunded" if given >= intent.amount else "amount_too_large",
            )
        refund = SandboxRefund.objects.create(
            id=new_id("re"), intent=intent, amount=amount, metadata=params.get("metadata") or {}
        )
        body = refund_object(refund)
        emit("refund.created", body)
    return body


def refund_object(refund: SandboxRefund) -> dict:
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "currency": refund.intent.currency,
        "created": stamp(refund.created),
        "metadata": refund.metadata,
        "payment_intent": refund.intent_id,
        "status": refund.status,
    }


def fail_refund(refund: SandboxRefund) -> None:
    """The bank sends the money back: the refund failed after all."""
    with transaction.atomic():
        if SandboxRefund.objects.filter(pk=refund.pk).exclude(status="failed").update(status="failed"):
            refund.refresh_from_db()
            emit("refund.failed", refund_object(refund))
