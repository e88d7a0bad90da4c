"""Giving money back: wanted here as a row, sent by the worker, finished by Stripe's word. Never more than was paid."""

import re
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from shop.attribution.count import count_refund
from shop.attribution.origins import spread
from shop.attribution.packs import count_packs_back
from shop.codes.earned import count_code
from shop.orders.fulfil import cancel_packs, take_return
from shop.orders.mails import order_mail
from shop.orders.models import IllegalMove, Order, OrderLine, ReviewCause
from shop.payments.foreign import NotOurs, as_amount, key_in, text
from shop.payments.left import TooMuch, make_room, paid_by, stop_or_go_on, sum_up
from shop.payments.models import (
    TAKEN,
    TOOK,
    Payment,
    Refund,
    RefundCause,
    RefundLine,
    RefundStatus,
)

INTENT = re.compile(r"pi_\w+", re.ASCII)  # Stripe's name for one


class UnknownIntent(Exception):
    """Stripe tells of a payment intent that no payment here has (yet). It may be another application's."""

    def __init__(self, intent_id: str) -> None:
        self.intent_id = intent_id


@transaction.atomic
def want_refund(
    payment: Payment,
    amount: int,
    *,
    cause: str,
    by: str,
    reason: str = "",
    words: str = "",
    goods: dict[int, int] | None = None,
) -> Refund:
    """Commit to giving `amount` (minor units) back; the worker asks Stripe with this row as the key.

    `reason` is for colleagues, `words` for the shopper. `goods`: the packs it is for, {order line pk: packs}; without
    any, a refund of all that was paid is for all that was bought.

    Whoever clicks at once: a conditional update and a CHECK keep the sum within what was paid and no bank has. Raises TooMuch, and
    IllegalMove for a payment of another mode than the shop's, which Stripe can't be asked about.
    """
    if payment.mode != settings.PAYMENT_MODE:
        raise IllegalMove(
            f"{payment.order} was paid in {payment.mode} mode, and this shop is in {settings.PAYMENT_MODE} mode: "
            "no money can go back from here."
        )
    Order.objects.locked(payment.order_id)
    taken = amount >= 1 and Payment.objects.filter(
        pk=payment.pk, status__in=TAKEN, given_back__lte=TOOK - F("disputed") - amount
    ).update(given_back=F("given_back") + amount)
    payment.refresh_from_db()
    if not taken:
        raise TooMuch(payment)
    stop_or_go_on(payment.order)
    refund = Refund.objects.create(
        payment=payment, amount=amount, cause=cause, reason=reason[:200], words=words[:200], wanted_by=by
    )
    if not goods and amount == payment.amount and cause != RefundCause.MISMATCH:
        goods = dict(payment.order.lines.values_list("pk", "quantity"))
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line_id=pk, quantity=count) for pk, count in (goods or {}).items() if count
    )
    remarks = [f"For colleagues: “{reason}”"] if reason else []
    remarks += [f"To the shopper: “{words}”"] if words else []
    wanted = f"Refund of {refund.amount_text} wanted: {refund.cause_words}."
    payment.order.note(" ".join([wanted, *remarks]), who=by)
    return refund


def _tell_of_dashboard(order: Order, row: Refund) -> None:
    """Somebody gave money back in Stripe's Dashboard, where nobody says for which packs."""
    waiting = order.lines.filter(quantity__gt=F("sent") + F("cancelled"))
    if not order.is_paid or not waiting.exists():
        return
    money = row.amount_text
    if order.stopped:
        order.flag(
            f"All of the money went back ({money} of it in Stripe’s Dashboard): cancel the packs, don’t send them.",
            ReviewCause.MONEY,
        )
    else:
        order.flag(
            f"{money} went back in Stripe’s Dashboard: see what is still to be sent.", ReviewCause.MONEY
        )


def worth(line: OrderLine, count: int) -> int:
    """What the shopper paid for `count` packs of an order line, tax included, in minor units; the last pack takes the rest."""
    gross = line.total - line.discount + (0 if line.order.tax_included else line.tax)
    return spread(gross, [count, line.quantity - count])[0] if count < line.quantity else gross


def due_for(order: Order, quantities: dict[int, int]) -> int:
    """What goes back, in minor units, if these packs ({order line pk: packs}) are cancelled: all that is left with the last."""
    payment, lines = paid_by(order), list(order.lines.select_related("order"))
    if payment is None:
        return 0
    if all(line.quantity == line.cancelled + quantities.get(line.pk, 0) for line in lines):
        return payment.left
    return min(sum(worth(line, quantities.get(line.pk, 0)) for line in lines), payment.left)


@transaction.atomic
def cancel_and_refund(
    order: Order, quantities: dict[int, int], *, by: str, why: str, refund: bool, words: str = ""
) -> Refund | None:
    """Take packs out of a paid order and, if `refund`, want what was paid for them back. Raises IllegalMove or TooMuch.

    `why` is for colleagues, `words` for the shopper.
    """
    amount = due_for(Order.objects.locked(order.pk), quantities) if refund else 0
    whole = cancel_packs(order, quantities, by=by, why=why)
    order.refresh_from_db()
    payment, wanted = paid_by(order), None
    if payment is not None and amount:
        wanted = want_refund(
            payment, amount, cause=RefundCause.CANCELLED, by=by, reason=why, words=words, goods=quantities
        )
    cancelled = [(line, quantities[line.pk]) for line in order.lines.all() if quantities.get(line.pk)]
    # An order can have several parts cancelled.
    about = "" if whole else f"event {order.events.latest('at', 'pk').pk}"
    order_mail(order, "cancelled", about=about, refund=wanted, whole=whole, cancelled=cancelled, words=words)
    return wanted


@transaction.atomic
def return_and_refund(
    order: Order,
    quantities: dict[int, int],
    outcomes: dict[int, str],
    *,
    by: str,
    why: str,
    amount: int = 0,
    words: str = "",
) -> Refund | None:
    """Take packs back, and want `amount` (minor units, 0 for none) back. Raises IllegalMove or TooMuch.

    `why` is for colleagues, `words` for the shopper.
    """
    take_return(order, quantities, outcomes, by=by, why=why)
    payment = paid_by(order)
    if amount and payment is not None:
        return want_refund(
            payment, amount, cause=RefundCause.RETURNED, by=by, reason=why, words=words, goods=quantities
        )
    return None


# --- what Stripe says -------------------------------------------------------------------------------------------

STATUS = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


def upsert_refund(refund: dict) -> str:
    """Take over what Stripe says about a refund, also one made in its Dashboard. Raises UnknownIntent and NotOurs.

    Idempotent, in any order: what is done stays done unless it fails; what failed at Stripe stays failed. A refund
    that only we gave up (its row has no id of Stripe's) is done after all if Stripe says so.
    """
    status: str = STATUS.get(refund.get("status", ""), RefundStatus.PENDING)
    payment = payment_of(refund)
    with transaction.atomic():
        order = Order.objects.locked(payment.order_id)
        payment = Payment.objects.locked(payment.pk)
        payment.order = order
        row = _row(payment, refund)
        was = row.status if row.pk else None
        failed_there = was == RefundStatus.FAILED and row.stripe_id
        done_here = was == RefundStatus.SUCCEEDED and status == RefundStatus.PENDING
        if was is not None and (failed_there or done_here):
            status = was
        row.stripe_id, row.status = refund["id"], status
        if status in {RefundStatus.SUCCEEDED, RefundStatus.FAILED}:
            row.ended_at = row.ended_at or datetime.now(UTC)
        row.save()
        make_room(payment, "Refunded in the Dashboard meanwhile.", keep=row)
        sum_up(payment)
        stop_or_go_on(order)
        if was is None and row.cause == RefundCause.DASHBOARD and status != RefundStatus.FAILED:
            _tell_of_dashboard(order, row)
        if was != status:
            tell_of_refund(order, payment, row, was)
    return f"refund {status}"


def payment_of(obj: dict) -> Payment:
    """Whose refund or dispute Stripe tells of. Raises UnknownIntent, and NotOurs where no intent is named at all."""
    intent = text(obj.get("payment_intent"))
    found = Payment.objects.filter(intent_id=intent).first() if intent else None
    key = key_in(obj.get("metadata"), "refund")
    if found is None and key is not None:
        found = Payment.objects.filter(refunds__key=key).first()
    if found is not None:
        return found
    raise UnknownIntent(intent) if INTENT.fullmatch(intent) else NotOurs


def _row(payment: Payment, refund: dict) -> Refund:
    key = key_in(refund.get("metadata"), "refund")
    return (
        Refund.objects.filter(stripe_id=refund["id"]).first()
        or (key and Refund.objects.filter(key=key, payment=payment).first())
        or Refund(
            payment=payment,
            amount=as_amount(refund["amount"]),
            cause=RefundCause.DASHBOARD,
            wanted_by="Stripe",
        )
    )


def tell_of_refund(order: Order, payment: Payment, row: Refund, was: str | None, who: str = "Stripe") -> None:
    """Log it; count it; write to the shopper when the money is on its way, to staff when it is not."""
    done, was_done = row.status == RefundStatus.SUCCEEDED, was == RefundStatus.SUCCEEDED
    order.note(f"Refund of {row.amount_text}: {row.get_status_display()}.", who=who)
    is_sale = paid_by(order) == payment and row.cause != RefundCause.MISMATCH
    if done != was_done and order.was_paid and is_sale:
        _count(order, row.amount if done else -row.amount)
    if done and row.cause != RefundCause.AUTOMATIC:  # that mail was written when it was wanted
        has_mail = row.cause == RefundCause.CANCELLED  # by the mail about the packs
        order_mail(order, "refunded", about=row.pk, refund=row, words="" if has_mail else row.words)
    if row.status == RefundStatus.FAILED:
        order.flag(
            "A refund failed at Stripe: the buyer still waits for the money. Refund it again, or by hand.",
            ReviewCause.MONEY,
        )


def fail_refund(refund: Refund, why: str) -> None:
    """Stripe refused it: the money can be wanted again, and staff are asked to look."""
    with transaction.atomic():
        order = Order.objects.locked(refund.payment.order_id)
        if Refund.objects.filter(pk=refund.pk, status=RefundStatus.WANTED).update(
            status=RefundStatus.FAILED, ended_at=datetime.now(UTC)
        ):
            sum_up(Payment.objects.locked(refund.payment_id))
            stop_or_go_on(order)
            order.flag(f"Stripe refused a refund of {refund.amount_text}: {why}", ReviewCause.MONEY)


def _count(order: Order, amount: int) -> None:
    """Take it from the totals of articles, packs and codes; `amount` gross minor units, negative when a refund failed after all."""
    lines = list(order.lines.select_related("variant", "order"))
    gross = [worth(line, line.quantity) for line in lines]
    by_product: dict[int, int] = {}
    by_pack: dict[int, int] = {}
    for line, whole, share in zip(lines, gross, spread(amount, gross), strict=True):
        net = abs(share) * line.net // whole * (1 if share >= 0 else -1) if whole else 0
        by_product[line.variant.product_id] = by_product.get(line.variant.product_id, 0) + net
        by_pack[line.variant_id] = by_pack.get(line.variant_id, 0) + net
    count_refund(order.region, order.paid_at, sorted(by_product.items()))
    assert order.paid_at is not None  # what was never paid is not counted
    count_packs_back(order.region, order.paid_at, sorted(by_pack.items()))
    count_code(order.code, order.region, order.paid_at, refunded=sum(by_pack.values()))
