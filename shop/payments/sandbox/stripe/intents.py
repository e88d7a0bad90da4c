"""PaymentIntents."""

from shop.payments.sandbox.models import (
    SandboxIntent,
)
from shop.payments.sandbox.stripe.answers import Refused, stamp


def get_intent(intent_id: str) -> dict:
    intent = SandboxIntent.objects.filter(pk=intent_id).first()
    if intent is None:
        raise Refused(f"No such payment_intent: '{intent_id}'", status=404, code="resource_missing")
    return intent_object(intent)


def intent_object(intent: SandboxIntent) -> dict:
    error = intent.decline_code and {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": intent.decline_code,
    }
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "currency": intent.currency,
        "created": stamp(intent.created),
        "livemode": False,
        "metadata": intent.metadata,
        "status": intent.status,
        "last_payment_error": error or None,
    }
