"""What staff do to one order at the desk: read a form, call one function, say what was done. Nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from shop.orders.fulfil import send_parcel
from shop.orders.mails import order_mail
from shop.orders.models import IllegalMove, Order, OrderStatus
from shop.payments import stripe_api
from shop.payments.cancel import AlreadyPaid, end_order
from shop.payments.models import Payment, RefundCause
from shop.payments.refund import TooMuch, cancel_and_refund, paid_by, return_and_refund, want_refund
from shop.typed import Unreadable, mark_of, read_money, read_whole, whole_or_none

MOST_PACKS = 99_999
FULFIL, REFUND, CHANGE = "orders.fulfil_order", "payments.refund_payment", "orders.change_order"


class CannotDo(Exception):
    """Why it can't be done, in words for staff."""


@dataclass(frozen=True)
class Deed:
    do: Callable[[Order, dict, str], str]
    rights: tuple[str, ...]


def _packs(order, typed, prefix) -> dict[int, int]:
    """{order line pk: packs} as typed for each line. Raises CannotDo."""
    found = {}
    for line in order.lines.all():
        text = typed.get(f"{prefix}-{line.pk}", "").strip()
        if not text:
            continue
        try:
            found[line.pk] = read_whole(text, mark=mark_of(order.currency), noun="number of packs")
        except Unreadable as error:
            raise CannotDo(f"{line.sku}: {error}")
        if found[line.pk] > MOST_PACKS:
            raise CannotDo(f"{line.sku}: “{text[:20]}” is no number of packs; it is too high.")
    return found


def _amount(order, text) -> int:
    """Minor units as typed; empty is nothing. Raises CannotDo."""
    if not text.strip():
        return 0
    try:
        amount = read_money(text, order.currency)
    except Unreadable as error:
        raise CannotDo(str(error))
    if amount < 1:
        raise CannotDo(f"“{text.strip()[:20]}” is no amount that can go back. Type it such as 5.00.")
    return amount


def _reading(call):
    """Turn what the shop refuses into words."""

    def done(order, typed, by):
        try:
            return call(order, typed, by)
        except IllegalMove as error:
            raise CannotDo(str(error))
        except TooMuch as error:
            raise CannotDo(
                f"At most {order.region.money(error.left)} can still be given back. Nothing was done."
            )

    return done


@_reading
def send(order, typed, by) -> str:
    url = typed.get("tracking_url", "").strip()
    if url:
        try:
            URLValidator(["http", "https"])(url[:300])
        except ValidationError:
            raise CannotDo("The tracking link must be a whole address, such as https://track.example/AB123.")
    parcel = send_parcel(
        order,
        _packs(order, typed, "send"),
        by=by,
        carrier=typed.get("carrier", "").strip()[:60],
        tracking=typed.get("tracking", "").strip()[:80],
        tracking_url=url[:300],
    )
    return f"Parcel {parcel.pk} is sent; the shopper gets a mail about it."


@_reading
def cancel_packs(order, typed, by) -> str:
    refund = cancel_and_refund(
        order,
        _packs(order, typed, "cancel"),
        by=by,
        why=typed.get("why", "").strip()[:200],
        refund="refund" in typed,
    )
    return "Cancelled; the packs can be sold again." + (f" {refund.amount_text} goes back." if refund else "")


@_reading
def take_back(order, typed, by) -> str:
    packs = _packs(order, typed, "return")
    outcomes = {pk: typed.get(f"outcome-{pk}", "") for pk in packs}
    amount = _amount(order, typed.get("amount", ""))
    refund = return_and_refund(
        order, packs, outcomes, by=by, why=typed.get("why", "").strip()[:200], amount=amount
    )
    return "Taken back." + (f" {refund.amount_text} goes back to the shopper." if refund else "")


@_reading
def refund(order, typed, by) -> str:
    pk = whole_or_none(typed.get("payment"))
    payment = paid_by(order) if pk is None else Payment.objects.filter(order=order, pk=pk).first()
    if payment is None:
        raise CannotDo("No money came for this order, so none can go back.")
    cause = typed.get("cause", "")
    if cause not in RefundCause.values or cause in {RefundCause.AUTOMATIC, RefundCause.DASHBOARD}:
        raise CannotDo("Choose why the money goes back.")
    amount = _amount(order, typed.get("amount", "")) or payment.left
    row = want_refund(payment, amount, cause=cause, by=by, reason=typed.get("why", "").strip())
    return f"{row.amount_text} goes back; Stripe is asked within a second or two."


def end(order, typed, by) -> str:
    """Cancel an order that nobody has paid yet: its session is expired at Stripe first."""
    try:
        if not end_order(
            order, to=OrderStatus.CANCELLED, who=by, why=typed.get("why", "").strip() or "Cancelled by staff."
        ):
            raise CannotDo("It is no longer waiting for payment. Nothing was changed.")
    except AlreadyPaid:
        raise CannotDo("It was paid in this very moment, so it was not cancelled.")
    except stripe_api.StripeUnreachable:
        raise CannotDo("Stripe does not answer, so nothing was changed. Try again in a minute.")
    order.refresh_from_db()
    with transaction.atomic():
        order_mail(order, "cancelled", refund=None, whole=True, cancelled=[])
    return "Cancelled; its packs can be sold again."


def note(order, typed, by) -> str:
    text = typed.get("note", "").strip()
    if not text:
        raise CannotDo("Write something first.")
    order.note(text[:300], who=by)
    return "The note stands in the timeline."


def reviewed(order, typed, by) -> str:
    if not Order.objects.filter(pk=order.pk).exclude(needs_review="").update(needs_review=""):
        raise CannotDo("Somebody has looked at it already.")
    order.note(f"Looked at: {order.needs_review} {typed.get('why', '').strip()}".strip()[:300], who=by)
    return "Marked as looked at."


DEEDS = {
    "send": Deed(send, (FULFIL,)),
    "cancel": Deed(cancel_packs, (FULFIL, REFUND)),
    "return": Deed(take_back, (FULFIL, REFUND)),
    "refund": Deed(refund, (REFUND,)),
    "end": Deed(end, (FULFIL,)),
    "note": Deed(note, (CHANGE,)),
    "reviewed": Deed(reviewed, (CHANGE,)),
}
