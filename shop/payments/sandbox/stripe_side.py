"""What "Stripe" does: sessions, intents, refunds. Called by the HTTP double and the hosted page."""

import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.events import emit
from shop.payments.sandbox.models import (
    SandboxCoupon,
    SandboxDispute,
    SandboxEvent,
    SandboxIntent,
    SandboxRefund,
    SandboxSession,
)
from shop.sweeps.alone import each_alone

MINIMUM = {"gbp": 30, "usd": 50, "eur": 50}
CARDS = {
    "4242424242424242": "paid",
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000002500003155": "3ds",
    "4000000000003220": "3ds",
}
SLOW_METHOD_TAKES = timedelta(seconds=15)


class Refused(Exception):
    """An answer with an error, as Stripe gives it."""

    def __init__(self, message, *, status=400, code="parameter_invalid", param=None):
        super().__init__(message)
        self.status, self.code, self.param = status, code, param


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(16)}"


def stamp(moment) -> int:
    return int(moment.timestamp())


# --- sessions --------------------------------------------------------------------------------------------


def create_session(params: dict) -> dict:
    _check(params, accepted.CREATE_SESSION)
    if params.get("mode") != "payment":
        raise Refused("This sandbox knows mode=payment.", param="mode")
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)
    subtotal, currency = _total(params)
    total = subtotal - _discount(params, currency, subtotal)
    if total and total < MINIMUM.get(currency, 50):
        raise Refused("The total is below the minimum charge.", code="amount_too_small")
    expires_at = _expiry(params.get("expires_at"))
    intent_data = params.get("payment_intent_data") or {}
    intent = SandboxIntent.objects.create(
        id=new_id("pi"), amount=total, currency=currency, metadata=intent_data.get("metadata") or {}
    )
    session = SandboxSession.objects.create(
        id=new_id("cs_test"),
        params=params,
        amount_subtotal=subtotal,
        amount_total=total,
        currency=currency,
        intent=intent,
        expires_at=expires_at,
    )
    return session_object(session)


def _check(params, typed_dict):
    try:
        accepted.check(params, typed_dict)
    except accepted.UnknownParameter as error:
        raise Refused(str(error), code="parameter_unknown")


def _total(params) -> tuple[int, str]:
    total, currencies = 0, set()
    for line in params["line_items"]:
        price = line.get("price_data") or {}
        amount, quantity = int(price.get("unit_amount", -1)), int(line.get("quantity", 0))
        if amount < 0 or quantity < 1:
            raise Refused("A line needs a unit_amount of 0 or more and a quantity of 1 or more.")
        total += amount * quantity
        currencies.add(price.get("currency"))
    for option in params.get("shipping_options") or []:
        fixed = option["shipping_rate_data"]["fixed_amount"]
        total += int(fixed["amount"])
        currencies.add(fixed["currency"])
    if len(currencies) != 1 or not (currency := currencies.pop()) or currency != currency.lower():
        raise Refused("All lines must have one currency, in small letters.", param="currency")
    return total, currency


def _discount(params, currency, subtotal) -> int:
    discounts = params.get("discounts") or []
    if not discounts:
        return 0
    if len(discounts) > 1:
        raise Refused("You may only specify one discount.", param="discounts")
    coupon = SandboxCoupon.objects.filter(pk=discounts[0].get("coupon", ""), currency=currency).first()
    if coupon is None:
        raise Refused("No such coupon.", code="resource_missing", param="discounts[0][coupon]")
    return min(coupon.amount_off, subtotal)


def create_coupon(params: dict) -> dict:
    _check(params, accepted.CREATE_COUPON)
    coupon_id = params.get("id") or new_id("coupon")
    if SandboxCoupon.objects.filter(pk=coupon_id).exists():
        raise Refused("Coupon already exists.", code="resource_already_exists", param="id")
    amount = int(params.get("amount_off") or 0)
    if amount < 1 or params.get("duration") != "once" or not params.get("currency"):
        raise Refused("This sandbox knows coupons with amount_off, currency and duration=once.")
    SandboxCoupon.objects.create(id=coupon_id, amount_off=amount, currency=params["currency"])
    return {
        "id": coupon_id,
        "object": "coupon",
        "amount_off": amount,
        "currency": params["currency"],
        "valid": True,
    }


def list_events(params: dict) -> dict:
    """Newest first, as Stripe lists them: of `created[gte]` and later, after `starting_after`, `limit` a page."""
    _check(params, accepted.LIST_EVENTS)
    rows = SandboxEvent.objects.order_by("-created", "-pk")
    since = (params.get("created") or {}).get("gte")
    if since:
        rows = rows.filter(created__gte=datetime.fromtimestamp(int(since), UTC))
    after = params.get("starting_after")
    if after:
        last = SandboxEvent.objects.filter(pk=after).first()
        if last is None:
            raise Refused("No such event.", code="resource_missing", param="starting_after")
        rows = rows.filter(Q(created__lt=last.created) | Q(created=last.created, pk__lt=last.pk))
    limit = min(max(int(params.get("limit") or 10), 1), 100)
    found = list(rows[: limit + 1])
    return {
        "object": "list",
        "url": "/v1/events",
        "has_more": len(found) > limit,
        "data": [row.body for row in found[:limit]],
    }


def list_balance(params: dict) -> dict:
    """The balance, newest first: what was taken and what went back."""
    _check(params, accepted.LIST_BALANCE)
    created = params.get("created") or {}
    since = datetime.fromtimestamp(int(created.get("gte", 0)), UTC)
    until = datetime.fromtimestamp(int(created.get("lte", 4_000_000_000)), UTC)
    intents = SandboxIntent.objects.filter(status="succeeded", amount__gt=0, created__range=(since, until))
    back = (
        SandboxRefund.objects.filter(created__range=(since, until))
        .exclude(status="failed")
        .select_related("intent")
    )
    rows = [_balance_row("charge", row, row.amount, _charge_of(row)) for row in intents]
    rows += [
        _balance_row("refund", row, -row.amount, refund_object(row), row.intent.currency) for row in back
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


def _balance_row(kind, row, amount, source, currency="") -> dict:
    return {
        "id": f"txn_{row.id}",
        "object": "balance_transaction",
        "amount": amount,
        "created": stamp(row.created),
        "currency": currency or row.currency,
        "source": source,
        "type": kind,
    }


def _expiry(value):
    now = timezone.now()
    if value is None:
        return now + timedelta(hours=24)
    moment = datetime.fromtimestamp(int(value), UTC)
    if not now + timedelta(minutes=30) <= moment <= now + timedelta(hours=24):
        raise Refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from creation.",
            param="expires_at",
        )
    return moment


def get_session(session_id: str) -> SandboxSession:
    """The session; one that ran out is expired on the way. Call it outside transactions."""
    session = SandboxSession.objects.select_related("intent").filter(pk=session_id).first()
    if session is None:
        raise Refused(f"No such checkout.session: '{session_id}'", status=404, code="resource_missing")
    if session.status == "open" and session.expires_at <= timezone.now():
        _end(session)
    return session


def expire_session(session_id: str) -> dict:
    session = get_session(session_id)
    if not _end(session):
        raise Refused(
            "Only Checkout Sessions with a status in [open] can be expired.", code="session_not_open"
        )
    return session_object(session)


def _end(session) -> bool:
    with transaction.atomic():
        ended = SandboxSession.objects.filter(pk=session.pk, status="open").update(status="expired")
        session.refresh_from_db()
        if ended:
            emit("checkout.session.expired", session_object(session))
    return bool(ended)


def due_sessions(now):
    """Open ones whose time is over. `now` may be the database's Now()."""
    return SandboxSession.objects.filter(status="open", expires_at__lte=now)


def expire_due_sessions() -> int:
    rows = due_sessions(timezone.now()).order_by("expires_at", "pk")
    return each_alone(rows, _end, sweep="expire_due_sessions", most=50)


def session_object(session: SandboxSession) -> dict:
    params = session.params
    return {
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.amount_subtotal or session.amount_total,
        "amount_total": session.amount_total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": stamp(session.created),
        "currency": session.currency,
        "customer_email": params.get("customer_email"),
        "expires_at": stamp(session.expires_at),
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "payment_intent": session.intent_id
        if session.status == "complete" and session.amount_total
        else None,
        "payment_status": session.payment_status,
        "status": session.status,
        "success_url": params.get("success_url"),
        "url": f"{settings.SANDBOX_URL}/sandbox/pay/{session.id}/" if session.status == "open" else None,
    }


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


# --- what the shopper does on the hosted page -------------------------------------------------------------------


def pay(session: SandboxSession) -> bool:
    """The money is there, or none was due. False if the session was no longer open."""
    status = "paid" if session.amount_total else "no_payment_required"
    return _complete(session, payment_status=status, intent_status="succeeded")


def pay_slowly(session: SandboxSession, *, succeeds: bool) -> bool:
    """A delayed method: complete now, the money (or not) some seconds later."""
    with transaction.atomic():
        if not _complete(session, payment_status="unpaid", intent_status="processing"):
            return False
        session.refresh_from_db()
        later = session_object(session)
        if succeeds:
            later["payment_status"] = "paid"
            SandboxSession.objects.filter(pk=session.pk).update(payment_status="paid")
            SandboxIntent.objects.filter(pk=session.intent_id).update(status="succeeded")
        name = "succeeded" if succeeds else "failed"
        emit(f"checkout.session.async_payment_{name}", later, deliver_at=timezone.now() + SLOW_METHOD_TAKES)
    return True


def _complete(session, *, payment_status, intent_status) -> bool:
    with transaction.atomic():
        done = SandboxSession.objects.filter(
            pk=session.pk, status="open", expires_at__gt=timezone.now()
        ).update(status="complete", payment_status=payment_status)
        if not done:
            return False
        SandboxIntent.objects.filter(pk=session.intent_id).update(status=intent_status, decline_code="")
        session.refresh_from_db()
        emit("checkout.session.completed", session_object(session))
    return True


def decline(session: SandboxSession, decline_code: str) -> None:
    with transaction.atomic():
        SandboxIntent.objects.filter(pk=session.intent_id).update(decline_code=decline_code)
        session.intent.refresh_from_db()
        emit("payment_intent.payment_failed", intent_object(session.intent))


# --- refunds -----------------------------------------------------------------------------------------------------


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
