"""What staff do to one order: read a form, say what it would do, do it, say what was done.

An action that is refused raises CannotDo, and the page shows its form again with what was typed.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from shop.desk.forms import amount_of, listed, packs_of, parcel_of, text_of, words_to_shopper
from shop.desk.mismatch import LOOKED_AT, match, plan_match
from shop.desk.once import CannotDo
from shop.desk.outside import mark_paid, mark_transferred, plan_mark_paid
from shop.desk.plans import OrderAction, Plan, as_asked, message_lines, refusing_in_words
from shop.orders.fulfil import send_parcel
from shop.orders.mails import correct_address, mails_of, order_mail
from shop.orders.models import Order, OrderStatus, Outcome, Parcel
from shop.payments import stripe_api
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt, end_order
from shop.payments.left import TooMuch, money_came, paid_by
from shop.payments.models import Payment, RefundCause
from shop.payments.refund import cancel_and_refund, due_for, return_and_refund, want_refund, worth
from shop.text.numbers import whole_or_none
from shop.text.typed import address_anywhere, typed_mail
from shop.web.actions import by_name
from shop.withdrawal.due import still_out

FULFIL, REFUND, CHANGE = "orders.fulfil_order", "payments.refund_payment", "orders.change_order"
NOT_CHOSEN = {
    RefundCause.AUTOMATIC,
    RefundCause.DASHBOARD,
    RefundCause.MISMATCH,
}  # causes that nobody chooses


@refusing_in_words
def send(order, typed, by) -> str:
    packs = packs_of(order, typed, "send")
    with transaction.atomic():
        parcel = send_parcel(order, packs, by=by, **parcel_of(typed))
        _refuse_withdrawn(order, packs)
    return f"Parcel {parcel.pk} is sent; the shopper gets a mail about it."


def _refuse_withdrawn(order, packs) -> None:
    """Packs that the buyer has withdrawn from are not sent any more. Called after they were counted out, under the lock."""
    out = still_out(order)
    for line in order.lines.all():
        if packs.get(line.pk) and out.get(line.pk, 0) > line.to_send + line.to_return - packs[line.pk]:
            raise CannotDo(
                f"{line.sku}: the buyer has withdrawn from {out[line.pk]} of them. Cancel those; nothing was sent."
            )


def delivered(order, typed, by) -> str:
    """On which day a parcel arrived, as the carrier says."""
    parcel = order.parcels.filter(pk=whole_or_none(typed.get("parcel")) or 0).first()
    if parcel is None:
        raise CannotDo("There is no such parcel.")
    text = typed.get("delivered_on", "").strip()
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotDo(f"“{text[:20]}” is no day. Type it such as 2026-11-27.")
    sent = parcel.sent_at.astimezone(order.region.zone).date()
    if day and not sent <= day <= timezone.now().astimezone(order.region.zone).date():
        raise CannotDo("A parcel arrives between the day it was sent and today. Nothing was changed.")
    Parcel.objects.filter(pk=parcel.pk).update(delivered_on=day)
    order.note(
        f"Parcel {parcel.pk} {f'arrived on {day:%-d %B %Y}' if day else 'has no day of arrival'}.", who=by
    )
    return "The day stands there; the days of withdrawal count from it."


# --- cancel before sending ---------------------------------------------------------------------------------------


def _to_cancel(order, typed) -> dict[int, int]:
    if not order.is_paid:
        raise CannotDo(f"{order} is {order.get_status_display().lower()}; nothing of it waits to be sent.")
    packs = packs_of(order, typed, "cancel", "to_send")
    if not packs:
        raise CannotDo("Give a number of packs for at least one line.")
    return packs


@refusing_in_words
def plan_cancel(order, typed) -> Plan:
    packs = _to_cancel(order, typed)
    amount = due_for(order, packs) if "refund" in typed else 0
    money = order.region.money(amount)
    back = f"{money} goes back the way it was paid." if amount else "No money goes back."
    payment = paid_by(order)
    if "refund" in typed and not amount and payment is not None and payment.disputed:
        back = f"No money goes back from here: a bank has {payment.disputed_text} of it in a dispute."
    return Plan(
        f"Cancel {sum(packs.values())} of the packs" + (f" and give {money} back?" if amount else "?"),
        [
            *listed(order, packs),
            "They are not sent, and can be sold again at once.",
            back,
            *message_lines(typed),
        ],
        f"Cancel and give {money} back" if amount else "Cancel without giving money back",
        amount,
    )


@refusing_in_words
def cancel_packs(order, typed, by) -> str:
    refund = cancel_and_refund(
        order,
        _to_cancel(order, typed),
        by=by,
        why=text_of(typed, "why"),
        words=words_to_shopper(typed),
        refund="refund" in typed,
    )
    as_asked(order, typed, refund.amount if refund else 0)
    return "Cancelled; the packs can be sold again." + (f" {refund.amount_text} goes back." if refund else "")


# --- take back ---------------------------------------------------------------------------------------------------


def _to_take_back(order, typed) -> tuple[dict[int, int], dict[int, str], int]:
    """(packs, outcomes, amount) as typed. Raises CannotDo."""
    packs = packs_of(order, typed, "return", "to_return")
    if not packs:
        raise CannotDo("Give a number of packs for at least one line.")
    outcomes = {pk: typed.get(f"outcome-{pk}", "") for pk in packs}
    if not {*outcomes.values()} <= {*Outcome.values}:
        raise CannotDo("Say of each line that came back whether it is sold again.")
    amount = amount_of(order, typed.get("amount", ""))
    payment = paid_by(order)
    if amount and payment is None:
        raise CannotDo("No money came for this order, so none can go back.")
    if payment is not None and amount > payment.left:
        raise TooMuch(payment)
    if words_to_shopper(typed) and not amount:
        raise CannotDo("No money goes back, so no mail goes out that could carry your words to the shopper.")
    return packs, outcomes, amount


@refusing_in_words
def plan_take_back(order, typed) -> Plan:
    packs, outcomes, amount = _to_take_back(order, typed)
    money = order.region.money(amount)
    labels = dict(Outcome.choices)
    rows = [
        f"{pack}: {labels[outcomes[pk]].lower()}"
        for pk, pack in zip(packs, listed(order, packs), strict=True)
    ]
    back = (
        f"{money} goes back the way it was paid." if amount else "No money goes back, and no mail goes out."
    )
    return Plan(
        f"Take {sum(packs.values())} back" + (f" and give {money} back?" if amount else "?"),
        [*rows, back, *message_lines(typed, by_mail=bool(amount))],
        f"Take back and give {money} back" if amount else "Take back without giving money back",
        amount,
    )


@refusing_in_words
def take_back(order, typed, by) -> str:
    packs, outcomes, amount = _to_take_back(order, typed)
    refund = return_and_refund(
        order, packs, outcomes, by=by, why=text_of(typed, "why"), words=words_to_shopper(typed), amount=amount
    )
    as_asked(order, typed, amount)
    return "Taken back." + (f" {refund.amount_text} goes back to the shopper." if refund else "")


# --- money alone -------------------------------------------------------------------------------------------------


def _to_refund(order, typed) -> tuple[Payment, int, str, dict[int, int]]:
    """(payment, amount, cause, packs that it is for) as typed. Raises CannotDo or TooMuch."""
    pk = whole_or_none(typed.get("payment"))
    payment = paid_by(order) if pk is None else Payment.objects.filter(order=order, pk=pk).first()
    if payment is None:
        raise CannotDo("No money came for this order, so none can go back.")
    cause = typed.get("cause", "")
    if cause not in RefundCause.values or cause in NOT_CHOSEN:
        raise CannotDo("Choose why the money goes back.")
    packs = packs_of(order, typed, "for", "quantity")
    amount = amount_of(order, typed.get("amount", ""))
    if not amount and packs:
        lines = {line.pk: line for line in order.lines.select_related("order")}
        amount = min(sum(worth(lines[pk], count) for pk, count in packs.items()), payment.left)
    amount = amount or payment.left
    if not 1 <= amount <= payment.left:
        raise TooMuch(payment)
    return payment, amount, cause, packs


def _stops(order, payment, amount) -> list[str]:
    waiting = order.is_paid and any(line.to_send for line in order.lines.all())
    if not waiting or amount < payment.left or payment != paid_by(order):
        return []
    return ["Nothing is left of the money then, so what is not sent yet can’t be sent any more."]


@refusing_in_words
def plan_refund(order, typed) -> Plan:
    payment, amount, cause, packs = _to_refund(order, typed)
    money, left = payment.money(amount), payment.money(payment.left - amount)
    rows = [f"For {pack}" for pack in listed(order, packs)]
    if not rows:
        rows = [
            "For all that was bought."
            if amount == payment.amount
            else "For a part of the price of all that was bought."
        ]
    return Plan(
        f"Give {money} back?",
        [
            f"{money} goes back the way it was paid: {RefundCause(cause).label.lower()}.",
            *rows,
            f"{left} of {payment.took_text} would be left. Packs are not touched.",
            *_stops(order, payment, amount),
            *message_lines(typed),
        ],
        f"Give {money} back",
        amount,
    )


@refusing_in_words
def refund(order, typed, by) -> str:
    payment, amount, cause, packs = _to_refund(order, typed)
    as_asked(order, typed, amount)
    row = want_refund(
        payment,
        amount,
        cause=cause,
        by=by,
        reason=text_of(typed, "why"),
        words=words_to_shopper(typed),
        goods=packs,
    )
    if payment.outside:
        return f"{row.amount_text} goes back: give it back by hand, then say so under “To give back by hand”."
    return f"{row.amount_text} goes back; Stripe is asked within a second or two."


# --- an order that nobody has paid, notes ------------------------------------------------------------------------


def plan_end(order, typed) -> Plan:
    if not order.is_pending:
        raise CannotDo("It is no longer waiting for payment. Nothing was changed.")
    if order.payments.looked_at().exists():
        raise CannotDo(LOOKED_AT)
    lines = [
        "Nobody has paid it, so no money moves.",
        "Its packs can be sold again at once.",
        *message_lines(typed),
    ]
    return Plan(f"Cancel order {order.number}?", lines, "Cancel the order")


def end(order, typed, by) -> str:
    """Cancel an order that nobody has paid yet: its session is expired at Stripe first."""
    try:
        if not end_order(
            order, to=OrderStatus.CANCELLED, who=by, why=text_of(typed, "why") or "Cancelled by staff."
        ):
            raise CannotDo("It is no longer waiting for payment. Nothing was changed.")
    except PaymentLookedAt:
        raise CannotDo(LOOKED_AT)
    except AlreadyPaid:
        raise CannotDo("It was paid in this very moment, so it was not cancelled.")
    except stripe_api.StripeUnreachable:
        raise CannotDo("Stripe does not answer, so nothing was changed. Try again in a minute.")
    order.refresh_from_db()
    with transaction.atomic():
        words, came = words_to_shopper(typed), money_came(order)
        order_mail(order, "cancelled", refund=None, whole=True, cancelled=[], words=words, money_came=came)
    return "Cancelled; its packs can be sold again."


def note(order, typed, by) -> str:
    text = text_of(typed, "note", 300)
    if not text:
        raise CannotDo("Write something first.")
    order.note(text, who=by)
    return "The note stands in the timeline."


def reviewed(order, typed, by) -> str:
    if not Order.objects.filter(pk=order.pk).end_review():
        raise CannotDo("Somebody has looked at it already.")
    order.note(f"Looked at: {order.needs_review} {text_of(typed, 'why')}".strip(), who=by)
    return "Marked as looked at."


def address(order, typed, by) -> str:
    """Another e-mail address for the shopper, such as one without the typing error."""
    email = typed_mail(typed.get("email", ""))
    if not email:
        raise CannotDo("Type an e-mail address. Nothing was changed.")
    try:
        address_anywhere(email if len(email) <= 254 else "")
    except ValidationError:
        raise CannotDo(f"“{email[:60]}” is no e-mail address. Nothing was changed.")
    if email == order.email and not mails_of(order).exclude(gave_up_at=None).exists():
        raise CannotDo("That is the address already, and no mail to it was given up.")
    count = correct_address(order, email, by=by)
    again = f"{count} mail{'' if count == 1 else 's'} that did not go out {'is' if count == 1 else 'are'} sent to it"
    return f"We write to {email} from now on. {again if count else 'No mail waits'}."


ACTIONS = by_name(
    OrderAction("send", (FULFIL,), send, has_turn=True),
    OrderAction("cancel", (FULFIL, REFUND), cancel_packs, plan=plan_cancel, has_turn=True),
    OrderAction("return", (FULFIL, REFUND), take_back, plan=plan_take_back, has_turn=True),
    OrderAction("refund", (REFUND,), refund, plan=plan_refund, has_turn=True),
    OrderAction("match", (REFUND,), match, plan=plan_match, has_turn=True),
    OrderAction("outside", (FULFIL, REFUND), mark_paid, plan=plan_mark_paid),
    OrderAction("transferred", (REFUND,), mark_transferred),
    OrderAction("delivered", (FULFIL,), delivered),
    OrderAction("end", (FULFIL,), end, plan=plan_end),
    OrderAction("address", (CHANGE,), address),
    OrderAction("note", (CHANGE,), note),
    OrderAction("reviewed", (CHANGE,), reviewed),
)
