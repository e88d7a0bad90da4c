"""Balance transactions."""

from datetime import UTC, datetime

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.models import (
    SandboxIntent,
    SandboxRefund,
)
from shop.payments.sandbox.stripe.answers import _check, stamp
from shop.payments.sandbox.stripe.refunds import refund_object


def list_balance(params: dict) -> dict:
    """The balance, newest first: what was taken, what went back, and what came back since a refund failed."""
    _check(params, accepted.LIST_BALANCE)
    created = params.get("created") or {}
    since = datetime.fromtimestamp(int(created.get("gte", 0)), UTC)
    until = datetime.fromtimestamp(int(created.get("lte", 4_000_000_000)), UTC)
    intents = SandboxIntent.objects.filter(status="succeeded", amount__gt=0, created__range=(since, until))
    back = SandboxRefund.objects.filter(created__range=(since, until)).select_related("intent")
    rows = [_balance_row("charge", row, row.amount, _charge_of(row)) for row in intents]
    rows += [
        _balance_row("refund", row, -row.amount, refund_object(row), row.intent.currency) for row in back
    ]
    failed = [row for row in back if row.status == "failed"]
    rows += [
        _balance_row("refund_failure", row, row.amount, refund_object(row), row.intent.currency, "txn_back_")
        for row in failed
    ]
    rows.sort(key=lambda row: (-row["created"], row["id"]))
    after = params.get("starting_after")
    start = next((place + 1 for place, row in enumerate(rows) if row["id"] == after), 0)
    limit = min(max(int(params.get("limit") or 10), 1), 100)
    return {
        "object": "list",
        "url": "/v1/balance_transactions",
        "has_more": len(rows) > start + limit,
        "data": rows[start : start + limit],
    }


def _charge_of(intent: SandboxIntent) -> dict:
    return {"id": f"ch_{intent.id}", "payment_intent": intent.id, "metadata": intent.metadata}


def _balance_row(kind, row, amount, source, currency="", prefix="txn_") -> dict:
    return {
        "id": f"{prefix}{row.id}",
        "object": "balance_transaction",
        "amount": amount,
        "created": stamp(row.created),
        "currency": currency or row.currency,
        "source": source,
        "type": kind,
    }
