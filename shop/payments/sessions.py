"""The Checkout Session of a payment: what Stripe is asked for, and how it is closed again."""

from datetime import datetime
from typing import Any

from django.conf import settings

from shop.content.link_tokens import opened_by_both
from shop.orders.models import Order
from shop.payments import stripe_api
from shop.payments.models import Payment, PaymentStatus

BACK, LINK = ("success_url", "cancel_url"), "{link of the order}"


def session_params(order: Order, payment_key: str, ends_at: datetime) -> dict:
    """What Stripe is asked: lines that add up to our total, free delivery as a line of 0.00, tax as its own line
    where it comes on top. Totals are ours alone."""
    currency = order.currency.lower()
    metadata = {"order": order.number, "payment": payment_key, "site": settings.SITE_URL}
    lines = [
        {
            "quantity": line.quantity,
            "price_data": {
                "currency": currency,
                "unit_amount": line.unit_amount,
                "product_data": {"name": f"{line.title}, {line.label}", "description": order.tax_words},
            },
        }
        for line in order.lines.all()
    ]
    if not order.tax_included and order.tax_total:
        lines.append(
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency,
                    "unit_amount": order.tax_total,
                    "product_data": {"name": f"{order.tax_label} ({order.state})"},
                },
            }
        )
    discounts = {"discounts": [{"coupon": coupon_id(payment_key)}]} if order.discount_total else {}
    return {
        "mode": "payment",
        **discounts,
        "line_items": lines,
        "shipping_options": [
            {
                "shipping_rate_data": {
                    "type": "fixed_amount",
                    "display_name": "Free delivery",
                    "fixed_amount": {"amount": order.delivery_total, "currency": currency},
                }
            }
        ],
        "adaptive_pricing": {"enabled": False},
        "custom_text": {"submit": {"message": f"The total is {order.total_tax_words}."}},
        "customer_email": order.email,
        "client_reference_id": order.number,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": f"Order {order.number}"},
        "expires_at": int(ends_at.timestamp()),
        "success_url": f"{order.full_url}?from=payment",
        "cancel_url": f"{order.full_url}?from=cancel&attempt={payment_key}",
    }


def without_link(params: dict[str, Any], order: Order) -> dict[str, Any]:
    """As they are kept: the order's link opens it, so a mark stands for it. The release before knows no mark."""
    if opened_by_both():
        return params
    return params | {name: params[name].replace(order.full_url, LINK) for name in BACK if name in params}


def with_link(payment: Payment) -> dict[str, Any]:
    """As Stripe is told them."""
    params: dict[str, Any] = payment.params
    url = payment.order.full_url
    return params | {name: params[name].replace(LINK, url) for name in BACK if name in params}


def coupon_id(payment_key: str) -> str:
    """One coupon for one attempt, named by it, so that asking again makes no second one."""
    return f"attempt-{payment_key}"


def _make_coupon(payment: Payment) -> None:
    """Stripe takes no negative line: what a code takes off is one coupon of exactly that amount."""
    order = payment.order
    params = {
        "id": coupon_id(str(payment.key)),
        "amount_off": order.discount_total,
        "currency": order.currency.lower(),
        "duration": "once",
        "max_redemptions": 1,
        "name": order.discount_words[:40],
    }
    try:
        stripe_api.create_coupon(params, f"coupon-{payment.key}")
    except stripe_api.StripeRefused as error:
        if error.code != "resource_already_exists":
            raise


def ask_for_session(payment: Payment) -> str:
    """Create the session at Stripe (again, if need be: the key makes it the same one) and store it."""
    try:
        if payment.params.get("discounts"):
            _make_coupon(payment)
        session = stripe_api.create_session(with_link(payment), str(payment.key))
    except stripe_api.StripeRefused as error:
        Payment.objects.filter(pk=payment.pk, session_id=None).update(status=PaymentStatus.FAILED)
        payment.order.note(f"Stripe refused to open a payment: {error}"[:300])
        raise
    Payment.objects.filter(pk=payment.pk, session_id=None).update(
        session_id=session["id"], session_url=session["url"] or ""
    )
    payment.refresh_from_db()
    return payment.session_url


def closed_at_stripe(payment: Payment) -> tuple[dict | None, str]:
    """Have Stripe end a payment's session: (the session if it is complete, what staff should know).

    Without a session it can't be paid any more. Raises StripeUnreachable.
    """
    if payment.mode != settings.PAYMENT_MODE:
        return None, (
            f"Its payment was opened in {payment.mode} mode, and this shop is in {settings.PAYMENT_MODE} mode: "
            "Stripe could not be asked about it."
        )
    if payment.session_id is None:
        # The process may have been killed between asking and storing: the same key gives the same session, then it ends.
        try:
            ask_for_session(payment)
        except stripe_api.StripeRefused:
            return None, ""
    assert payment.session_id is not None  # stored just now, or before
    try:
        session = _expired_at_stripe(payment.session_id)
    except stripe_api.StripeRefused as error:
        if not error.is_unknown:
            raise stripe_api.StripeUnreachable(str(error)) from error
        return None, unknown_words(payment)
    if session["status"] == "open":
        raise stripe_api.StripeUnreachable(
            f"Stripe did not end {payment.session_id}, which can still be paid."
        )
    return (session, "") if session["status"] == "complete" else (None, "")


def _expired_at_stripe(session_id: str) -> dict:
    """The session after we asked to expire it; it may be complete or expired already."""
    try:
        return stripe_api.expire_session(session_id)
    except stripe_api.StripeRefused:
        return stripe_api.retrieve_session(session_id)


def unknown_words(payment: Payment) -> str:
    return (
        f"Stripe doesn’t know the payment {payment.session_id} (another account, or deleted test data), "
        "so it can’t be paid here any more."
    )
