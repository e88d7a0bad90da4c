"""Checkout Sessions, and what happens on their page."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.events import emit
from shop.payments.sandbox.models import (
    SandboxCoupon,
    SandboxIntent,
    SandboxSession,
)
from shop.payments.sandbox.stripe.answers import Refused, _check, new_id, stamp
from shop.payments.sandbox.stripe.intents import intent_object
from shop.sweeps.alone import each_alone

MINIMUM = {"gbp": 30, "usd": 50, "eur": 50}
SLOW_METHOD_TAKES = timedelta(seconds=15)


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
        raise _unknown(session_id)
    if session.status == "open" and session.expires_at <= timezone.now():
        _end(session)
    return session


def _unknown(session_id: str) -> Refused:
    return Refused(f"No such checkout.session: '{session_id}'", status=404, code="resource_missing")


def _read_again(session: SandboxSession) -> None:
    """Raises Refused where it was forgotten meanwhile."""
    try:
        session.refresh_from_db()
    except SandboxSession.DoesNotExist:
        raise _unknown(session.pk) from None


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
        _read_again(session)
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
        _read_again(session)
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
        _read_again(session)
        emit("checkout.session.completed", session_object(session))
    return True


def decline(session: SandboxSession, decline_code: str) -> None:
    with transaction.atomic():
        SandboxIntent.objects.filter(pk=session.intent_id).update(decline_code=decline_code)
        intent = SandboxIntent.objects.get(pk=session.intent_id)
        emit("payment_intent.payment_failed", intent_object(intent))


# --- refunds -----------------------------------------------------------------------------------------------------
