"""The one place that says "paid", by Stripe's word. What it says of another sum staff may accept: see mismatch."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shop.attribution.count import count_sale
from shop.attribution.packs import count_packs
from shop.basket.models import Basket
from shop.catalogue.models import OutOfStock
from shop.codes.discount import CodeRefused
from shop.codes.earned import count_code
from shop.orders.mails import order_mail
from shop.orders.models import Order, OrderStatus, ReviewCause
from shop.payments.foreign import NotOurs, is_ours, key_in, text, words
from shop.payments.left import money_came
from shop.payments.models import UNSETTLED, Payment, PaymentStatus, RefundCause
from shop.payments.refund import want_refund

SLOW_METHOD_HOLD = timedelta(days=14)


class UnknownPayment(Exception):
    """An event about a session this shop does not know (yet). Stripe is asked to try again."""


def settle(session: dict, *, source: str, failed: bool = False, at: datetime | None = None) -> str:
    """Bring order, stock and payment to what a Checkout Session at Stripe says; return what was done.

    `session` is the session as a dict, `source` who brought it, for the order's timeline ("webhook", "reconciler",
    "return page", "order page", a member of staff), `failed` tells that a delayed method ended without money.
    Idempotent: repeats, in any order and at once, do nothing. Locks order, then stock, then payment. Stores what came,
    then compares amount, currency, reference and livemode; a mismatch is never paid but flagged for staff. Raises
    UnknownPayment, and NotOurs for what another application sold.
    """
    now = at or timezone.now()
    payment = _find(session)
    with transaction.atomic():
        order = Order.objects.locked(payment.order_id)
        payment = Payment.objects.locked(payment.pk)
        if payment.session_id is None:
            payment.session_id, payment.session_url = session["id"], text(session.get("url"), 1000)
            payment.save(update_fields=["session_id", "session_url"])
        if payment.status == PaymentStatus.PAID:
            return "already settled"
        if payment.status == PaymentStatus.REVIEW and payment.given_back:
            return "it did not match, and went back"
        if session["status"] == "expired":
            return _expire(order, payment, source)
        if session["status"] != "complete":
            return "still open"
        if failed:
            return _fail(order, payment, source)
        _store_what_came(payment, session)
        wrong = _mismatch(order, payment, session)
        if wrong:
            return _review(order, payment, wrong, source)
        if session["payment_status"] in {"paid", "no_payment_required"}:
            return _paid(order, payment, source, now)
        return _awaiting(order, payment, source, now)


def _find(session: dict) -> Payment:
    """By session id, else by the key in its metadata (the process may have been killed before the id was stored)."""
    session_id, metadata = text(session.get("id")), session.get("metadata")
    found = Payment.objects.filter(session_id=session_id).first() if session_id else None
    if found is not None:
        return found
    key = key_in(metadata, "payment")
    if key is None or not is_ours(metadata):
        raise NotOurs(session_id)
    found = Payment.objects.filter(key=key, session_id=None).first()
    if found is None or not session_id:
        raise UnknownPayment(session_id)
    return found


def _store_what_came(payment: Payment, session: dict) -> None:
    """Before anything is judged: without the intent and the sum nobody could give the money back."""
    payment.intent_id = text(session.get("payment_intent"))
    came = _storable(session["amount_total"])
    payment.taken = None if came == payment.amount else came
    payment.taken_currency = _other_currency(payment, session["currency"])
    payment.save(update_fields=["intent_id", "taken", "taken_currency"])


def _mismatch(order: Order, payment: Payment, session: dict) -> str:
    livemode, amount, currency = (session[name] for name in ("livemode", "amount_total", "currency"))
    if livemode is not (payment.mode == "live"):
        return f"livemode is {livemode}, but the order is of mode {payment.mode}"
    if amount != payment.amount:
        came = payment.money(amount) if _storable(amount) is not None else words(amount, 40)
        return f"{came or 'no sum'} came, {payment.amount_text} was asked for"
    if str(currency).upper() != payment.currency:
        return f"it came in {words(currency, 40) or 'no currency'}, {payment.currency} was asked for"
    if session.get("client_reference_id") != order.number:
        return f"Stripe names order {words(session.get('client_reference_id'), 40) or 'none'}"
    return ""


def _review(order: Order, payment: Payment, wrong: str, source: str) -> str:
    """Money that does not match: staff are asked to look, the shopper is told and can't pay again meanwhile."""
    note = f"mismatch, staff asked: {wrong}"
    if payment.status == PaymentStatus.REVIEW:
        return note
    payment.status, payment.settled_at = PaymentStatus.REVIEW, timezone.now()
    payment.save(update_fields=["status", "settled_at"])
    order.flag(f"Payment does not match: {wrong}.", ReviewCause.MONEY, who=source)
    if payment.is_looked_at:
        if order.is_pending:
            _consume_basket(order)
            order.leave_basket()
        order_mail(order, "review", about=payment.pk)
    return note


def _storable(amount: Any) -> int | None:
    """What a column can hold of it; None for anything else, and then what we asked for counts."""
    return amount if type(amount) is int and 0 <= amount < 2**31 else None


def _other_currency(payment: Payment, named: Any) -> str:
    code = text(named).upper()
    return code if re.fullmatch("[A-Z]{3}", code) and code != payment.currency else ""


def _paid(order: Order, payment: Payment, source: str, now: datetime) -> str:
    payment.status, payment.settled_at = PaymentStatus.PAID, now
    payment.save(update_fields=["status", "settled_at"])
    if order.is_paid:
        return _refund_in_full(order, payment, "The order was paid already by another payment.")
    if order.was_paid:
        return _refund_in_full(order, payment, "The order had been paid and cancelled before.")
    if why_not := keep_packs(order):
        return _refund_in_full(order, payment, why_not)
    now_paid(order, at=now, who=source, why=f"Stripe confirmed {payment.amount_text}.")
    return "paid"


def keep_packs(order: Order) -> str:
    """Hold what an order that is paid now no longer holds; why it can't be filled, "" if it can."""
    was = order.status
    if not order.has_ended and order.let_go_at is None:
        return ""
    try:
        with transaction.atomic():
            if not order.has_ended:
                order.keep_again()
                return ""
            order.reserve_stock()
            order.use_code()
    except OutOfStock:
        return (
            f"Paid after it was {was}, and the goods are gone."
            if order.has_ended
            else "Paid after its packs were let go, and they are gone."
        )
    except CodeRefused:
        return (
            f"Paid after it was {was}, and its discount code is used up."
            if order.has_ended
            else "Paid after its packs were let go, and its discount code is used up."
        )
    order.note(f"Paid although it was {was}; the goods are still there, so it lives again.")
    return ""


def now_paid(order: Order, *, at: datetime, who: str, why: str) -> None:
    """Move an order that holds its packs to paid, with all that follows from that, once. The caller holds its lock."""
    basket_has_it = order.status != OrderStatus.AWAITING
    if order.mark_paid(at=at, who=who, why=why):
        if basket_has_it:
            _consume_basket(order)
        _count_sale(order)
        order_mail(order, "paid")


def _basket_of(order: Order) -> Basket | None:
    return None if order.basket_pk is None else Basket.objects.filter(pk=order.basket_pk).first()


def _consume_basket(order: Order) -> None:
    basket = _basket_of(order)
    if basket:
        basket.consume({line.variant_id: line.quantity for line in order.lines.all()}, order.code)


def put_back_into_basket(order: Order) -> None:
    """The bank did not pay after all: the packs that the order took from the basket are in it again."""
    basket = _basket_of(order)
    if basket:
        basket.put_back(order.lines.select_related("variant"), order.code, order.region)


def _count_sale(order: Order) -> None:
    """Add it to the totals of packs, articles, campaigns and codes, then forget what led the shopper here."""
    lines = list(order.lines.select_related("variant", "order"))
    sold = [(line.variant.product_id, line.quantity, line.net, line.origins) for line in lines]
    count_sale(order.region, order.paid_at, sold)
    assert order.paid_at is not None  # it has just been paid
    count_packs(order.region, order.paid_at, [(line.variant_id, line.quantity, line.net) for line in lines])
    sums = {"net": sum(line.net for line in lines), "units": sum(line.quantity for line in lines)}
    count_code(order.code, order.region, order.paid_at, orders=1, off=order.discount_total, **sums)
    order.forget_origins()


def _refund_in_full(order: Order, payment: Payment, reason: str) -> str:
    """Money for an order that can't be filled: a refund row now, Stripe is asked by the worker, the buyer told."""
    want_refund(payment, payment.amount, cause=RefundCause.AUTOMATIC, by="shop", reason=reason)
    order.note(f"{reason} {payment.amount_text} goes back.")
    order_mail(order, "given_back", about=payment.pk, reason=reason, amount=payment.amount_text)
    return "refund wanted: " + reason


def _awaiting(order: Order, payment: Payment, source: str, now: datetime) -> str:
    payment.status = PaymentStatus.PROCESSING
    payment.look_at = now + timedelta(hours=1)
    payment.save(update_fields=["status", "look_at"])
    if order.is_pending:
        if order.let_go_at is not None:
            _keep_for_slow_payment(order)
        order.move(
            OrderStatus.AWAITING,
            who=source,
            why="The payment method takes its time.",
            hold_until=now + SLOW_METHOD_HOLD,
        )
        _consume_basket(order)
        order.hold_as_sold()
    return "awaiting payment"


def _keep_for_slow_payment(order: Order) -> None:
    try:
        with transaction.atomic():
            order.keep_again()
    except (OutOfStock, CodeRefused):
        order.flag("A payment is on its way, and its packs were let go and are gone.", ReviewCause.MONEY)


def _fail(order: Order, payment: Payment, source: str) -> str:
    Payment.objects.filter(pk=payment.pk, status__in=[*UNSETTLED, PaymentStatus.REVIEW], given_back=0).update(
        status=PaymentStatus.FAILED, settled_at=timezone.now()
    )
    if order.status in {OrderStatus.PENDING, OrderStatus.AWAITING}:
        was_awaited = order.status == OrderStatus.AWAITING
        order.move(OrderStatus.FAILED, who=source, why="The bank did not pay.")
        order.release_stock()
        if was_awaited:
            put_back_into_basket(order)
        order_mail(order, "failed", money_came=money_came(order))
    return "failed"


def _expire(order: Order, payment: Payment, source: str) -> str:
    """Only the unsettled attempt of a pending order counts."""
    ended = Payment.objects.filter(pk=payment.pk, status__in=UNSETTLED).update(
        status=PaymentStatus.EXPIRED, settled_at=timezone.now()
    )
    if ended and order.is_pending and order.waits:
        order.note("A payment page ended unpaid; the order waits on.")
    elif ended and order.is_pending and payment.leaving:
        order.let_go()
    elif ended and order.is_pending:
        order.move(OrderStatus.EXPIRED, who=source, why="Nobody paid in time.")
        order.release_stock()
    return "expired"
