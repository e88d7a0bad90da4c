"""From an order to the address of Stripe's payment page."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.models import Hold
from shop.orders.models import Order, OrderStatus
from shop.payments import stripe_api
from shop.payments.models import LIVE, Payment, PaymentStatus

SESSION_LASTS = timedelta(minutes=45)
GRACE = timedelta(minutes=20)
FIRST_LOOK = timedelta(minutes=2)


class CannotPay(Exception):
    """The order is not waiting for a payment (paid, cancelled, expired …), or not for one in this mode."""


def session_params(order: Order, payment_key: str, ends_at) -> dict:
    """What Stripe is asked: lines that add up to our total, free delivery as a line of 0.00, tax as its own line
    where it comes on top. Totals are ours alone."""
    currency = order.currency.lower()
    metadata = {"order": order.number, "payment": payment_key}
    lines = [
        {
            "quantity": line.quantity,
            "price_data": {
                "currency": currency,
                "unit_amount": line.unit_amount,
                "product_data": {"name": f"{line.title}, {line.label}"},
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
                    "product_data": {"name": f"Sales tax ({order.state})"},
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
        "customer_email": order.email,
        "client_reference_id": order.number,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata, "description": f"Order {order.number}"},
        "expires_at": int(ends_at.timestamp()),
        "success_url": f"{order.full_url}?from=payment",
        "cancel_url": f"{order.full_url}?from=cancel",
    }


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
        "name": f"Code {order.code}"[:40],
    }
    try:
        stripe_api.create_coupon(params, f"coupon-{payment.key}")
    except stripe_api.StripeRefused as error:
        if error.code != "resource_already_exists":
            raise


def start_payment(order: Order, *, at=None) -> str:
    """The address of the payment page for `order`: a living session's, or a new one's.

    Called twice, or four times at once, it makes one Payment row and one session. Call it outside transactions.
    Raises CannotPay, StripeUnreachable or StripeRefused; the order and its stock are then as before.
    """
    now = at or timezone.now()
    if not order.is_pending:
        raise CannotPay(order.get_status_display())
    if order.payment_mode != settings.PAYMENT_MODE:
        raise CannotPay(f"It was placed in {order.payment_mode} mode.")
    if order.payments.looked_at().exists():
        raise CannotPay("A payment for it is being looked at.")
    payment = live_payment(order) or _new_payment(order, now)
    if payment.session_url:
        return payment.session_url
    return ask_for_session(payment)


def live_payment(order: Order) -> Payment | None:
    return order.payments.filter(status__in=LIVE).first()


def _new_payment(order: Order, now) -> Payment:
    """A committed row with frozen parameters; the one another request made, if it was quicker."""
    ends_at = now + SESSION_LASTS
    payment = Payment(
        order=order,
        mode=settings.PAYMENT_MODE,
        amount=order.total,
        currency=order.currency,
        ends_at=ends_at,
        look_at=now + FIRST_LOOK,
    )
    payment.params = session_params(order, str(payment.key), ends_at)
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
            held = Order.objects.filter(pk=order.pk, status=OrderStatus.PENDING).update(
                hold_until=ends_at + GRACE
            )
            if not held or order.payments.looked_at().exists():
                raise CannotPay("The order is no longer waiting for payment.")
            Hold.objects.filter(reference=order.hold_reference).update(until=ends_at + GRACE)
    except IntegrityError:
        found = live_payment(order)
        if found is None:
            raise
        return found
    # As the database gives them back, so that every process sends the same bytes under the same key.
    payment.refresh_from_db()
    return payment


def ask_for_session(payment: Payment) -> str:
    """Create the session at Stripe (again, if need be: the key makes it the same one) and store it."""
    try:
        if payment.params.get("discounts"):
            _make_coupon(payment)
        session = stripe_api.create_session(payment.params, str(payment.key))
    except stripe_api.StripeRefused as error:
        Payment.objects.filter(pk=payment.pk, session_id=None).update(status=PaymentStatus.FAILED)
        payment.order.note(f"Stripe refused to open a payment: {error}"[:300])
        raise
    Payment.objects.filter(pk=payment.pk, session_id=None).update(
        session_id=session["id"], session_url=session["url"] or ""
    )
    payment.refresh_from_db()
    return payment.session_url
