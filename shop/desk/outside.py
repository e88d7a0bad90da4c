"""The desk's words for money that came past Stripe: mark an order as paid, and say that money went back by hand."""

from shop.desk.forms import text_of
from shop.desk.mismatch import LOOKED_AT
from shop.desk.once import CannotDo
from shop.desk.plans import Plan, refusing_in_words
from shop.orders.models import Order
from shop.payments import stripe_api
from shop.payments.cancel import AlreadyPaid, PaymentLookedAt
from shop.payments.models import Outside, Refund
from shop.payments.outside import given_back_outside, paid_outside, why_not_outside
from shop.text.numbers import whole_or_none


def how_and_why(typed) -> tuple[str, str]:
    """As typed: how the money came, and how staff know. Raises CannotDo."""
    how, why = typed.get("how", ""), text_of(typed, "why")
    if how not in Outside.values:
        raise CannotDo("Choose how the money came.")
    if not why:
        raise CannotDo("Say how you know that it came, such as the day and reference on the bank statement.")
    return how, why


@refusing_in_words
def plan_mark_paid(order: Order, typed) -> Plan:
    how, why = how_and_why(typed)
    if refused := why_not_outside(order):
        raise CannotDo(refused)
    lines = [
        f"{order.total_text} came in full by {Outside(how).label.lower()}: {why}",
        "A payment page that is open for it is closed.",
        "The shopper gets the mail that it is paid, and an invoice; then it can be sent.",
    ]
    return Plan(f"Mark order {order.number} as paid?", lines, f"{order.total_text} is here: mark as paid")


def mark_paid(order: Order, typed, by: str) -> str:
    how, why = how_and_why(typed)
    pay_outside(order, how, why, by)
    return f"Paid by {Outside(how).label.lower()}; the shopper gets the mail."


@refusing_in_words
def pay_outside(order: Order, how: str, why: str, by: str) -> None:
    try:
        paid_outside(order, how=how, why=why, by=by)
    except PaymentLookedAt:
        raise CannotDo(LOOKED_AT)
    except AlreadyPaid:
        raise CannotDo(f"{order} is paid already. Nothing was marked a second time.")
    except stripe_api.StripeUnreachable:
        raise CannotDo("Stripe does not answer, so nothing was changed. Try again in a minute.")


def mark_transferred(order: Order, typed, by: str) -> str:
    refund = Refund.objects.filter(payment__order=order, pk=whole_or_none(typed.get("refund")) or 0).first()
    why = text_of(typed, "why")
    if not why:
        raise CannotDo("Say how it went back, such as the day and reference of the transfer.")
    if refund is None or not given_back_outside(refund, by=by, why=why):
        raise CannotDo("Nothing of this refund is left to give back by hand.")
    return f"{refund.amount_text} is given back; the shopper gets the mail."
