"""From an order to the address of Stripe's payment page."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.models import Stock
from shop.orders.models import Order, OrderStatus
from shop.payments.models import UNSETTLED, Leaving, Payment, PaymentStatus
from shop.payments.receive import settle
from shop.payments.sessions import (
    ask_for_session,
    closed_at_stripe,
    session_params,
    unknown_words,
    without_link,
)
from shop.payments.stripe_api import StripeRefused, StripeUnreachable, retrieve_session

SESSION_LASTS = timedelta(minutes=45)
GRACE = timedelta(minutes=20)
FIRST_LOOK = timedelta(minutes=2)


class CannotPay(Exception):
    """The order is not waiting for a payment (paid, cancelled, expired …), or not for one in this mode."""


def start_payment(order: Order, *, at: datetime | None = None) -> str:
    """The address of the payment page for `order`: an open session's, or a new one's.

    Packs that were let go when the shopper left the payment page are kept for them again first. Called twice, or four
    times at once, it makes one Payment row and one session. Call it outside transactions. Raises CannotPay,
    OutOfStock, CodeRefused, StripeUnreachable or StripeRefused; the order and its stock are then as before.
    """
    now = at or timezone.now()
    if not order.is_pending:
        raise CannotPay(order.get_status_display())
    if order.payment_mode != settings.PAYMENT_MODE:
        raise CannotPay(f"It was placed in {order.payment_mode} mode.")
    if order.payments.looked_at().exists():
        raise CannotPay("A payment for it is being looked at.")
    payment = _still_open(_back_at(unsettled_payment(order)))
    if payment is None:
        _keep_again(order, now)
        payment = _new_payment(order, now)
    url = payment.session_url or ask_for_session(payment)
    if payment.status != PaymentStatus.OPEN:
        raise CannotPay("It ended while its payment page was opened.")
    return url


def pay_until(order: Order, payments: Iterable[Payment]) -> datetime:
    """When a pending order ends if nobody pays: with its open session, which is before its hold ends.

    Where the packs were let go the session is closed, and the order waits for a new one as long as its hold was to last.
    """
    if order.waits:
        return order.hold_until
    live = [payment.ends_at for payment in payments if payment.status in UNSETTLED and not payment.leaving]
    return max(live, default=order.hold_until)


def unsettled_payment(order: Order) -> Payment | None:
    return order.payments.filter(status__in=UNSETTLED).first()


def _back_at(payment: Payment | None) -> Payment | None:
    """The same attempt, if its session can still be used; None once somebody has begun to close it."""
    if payment is None or not payment.leaving:
        return payment
    rows = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.OPEN)
    if rows.filter(leaving=Leaving.ASKED).update(leaving=""):
        payment.leaving = ""
        return payment
    session, _ = closed_at_stripe(payment)
    if session is not None:
        settle(session, source="order page")
        raise CannotPay("It was paid in the meantime.")
    rows.update(status=PaymentStatus.EXPIRED)
    return None


def _still_open(payment: Payment | None) -> Payment | None:
    """The same attempt, unless Stripe says that nobody can pay there any more. While Stripe is silent we take it as open."""
    if payment is None or payment.session_id is None:
        return payment
    try:
        session = retrieve_session(payment.session_id)
    except StripeUnreachable:
        return payment
    except StripeRefused as error:
        if not error.is_unknown:
            return payment
        if Payment.objects.filter(pk=payment.pk, status=PaymentStatus.OPEN).update(
            status=PaymentStatus.EXPIRED
        ):
            payment.order.note(unknown_words(payment))
        return None
    if session.get("status") == "open":
        return payment
    settle(session, source="order page")
    raise CannotPay("It was paid or had ended already.")


def _keep_again(order: Order, now: datetime) -> None:
    """Reserve anew what was let go, and use the order's code again. Raises OutOfStock or CodeRefused."""
    with transaction.atomic():
        locked = Order.objects.locked(order.pk)
        if locked.is_pending and locked.let_go_at is not None:
            locked.hold_until = now + SESSION_LASTS + GRACE
            locked.keep_again()


def _new_payment(order: Order, now: datetime) -> Payment:
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
    payment.params = without_link(session_params(order, str(payment.key), ends_at), order)
    try:
        with transaction.atomic():
            payment.save()
            until = max(ends_at + GRACE, order.pay_by or now)
            held = Order.objects.filter(pk=order.pk, status=OrderStatus.PENDING, let_go_at=None).update(
                hold_until=until
            )
            if not held or order.payments.looked_at().exists():
                raise CannotPay("The order is no longer waiting for payment.")
            Stock.objects.change_holds(order.hold_reference, until=until)
    except IntegrityError:
        found = unsettled_payment(order)
        if found is None:
            raise
        return found
    # As the database gives them back, so that every process sends the same bytes under the same key.
    payment.refresh_from_db()
    return payment
