"""One-click fixes of the ledger. Each does what the shop's own functions do, once, and says what it did."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Stock
from shop.codes.models import Code
from shop.desk.once import CannotDo
from shop.desk.plans import Plan
from shop.invoices.sums import count_anew
from shop.orders.models import ENDED, IllegalMove, Order
from shop.payments import stripe_api
from shop.payments.events import CannotDigest, WrongMode, take_in
from shop.payments.left import TooMuch
from shop.payments.mismatch import give_back
from shop.payments.models import Payment, PaymentStatus, Refund, RefundCause, RefundStatus, StripeEvent
from shop.payments.receive import UnknownPayment
from shop.payments.reconcile import look_at
from shop.payments.refund import want_refund


@transaction.atomic
def count_holds(pk, by) -> str:
    """`held` is the sum of the holds: count it anew. More than is on hand raises what is on hand, for staff to look at."""
    return f"Counted anew: {Stock.objects.count_holds(pk, who=by)}."


def _payment(pk) -> Payment:
    return Payment.objects.select_related("order__region").get(pk=pk)


def plan_refund_rest(pk) -> Plan:
    payment = _payment(pk)
    if not payment.left:
        raise CannotDo("It is given back already.")
    money = payment.money(payment.left)
    lines = [
        f"{money} of the {payment.took_text} that came for order {payment.order} goes back the way it was paid.",
        "No pack is touched.",
    ]
    return Plan(f"Give {money} back?", lines, f"Give {money} back", payment.left)


def refund_rest(pk, by) -> str:
    payment = _payment(pk)
    try:
        refund = _all_back(payment, by)
    except TooMuch:
        raise CannotDo("It is given back already.")
    except IllegalMove as error:
        raise CannotDo(str(error))
    return f"{refund.amount_text} goes back."


def _all_back(payment: Payment, by: str) -> Refund:
    why = "Given back from the ledger."
    if payment.status == PaymentStatus.REVIEW:
        return give_back(payment, by=by, why=why)
    return want_refund(payment, payment.left, cause=RefundCause.AUTOMATIC, by=by, reason=why)


def ask_again(pk, by) -> str:
    if not Refund.objects.filter(pk=pk, status=RefundStatus.WANTED).update(look_at=timezone.now()):
        raise CannotDo("It is on its way already.")
    return "Stripe is asked again within a second or two."


def take_in_again(pk, by) -> str:
    event = StripeEvent.objects.get(pk=pk)
    try:
        return f"The event worked: {take_in(event.body, event.came_by, who=by)}."
    except UnknownPayment:
        raise CannotDo("Its payment is still not known here.")
    except WrongMode:
        raise CannotDo("It is of another mode.")
    except CannotDigest as error:
        raise CannotDo(str(error))


def look_now(pk, by) -> str:
    try:
        return f"Stripe says: {look_at(Payment.objects.get(pk=pk), by)}."
    except (stripe_api.StripeUnreachable, stripe_api.StripeRefused) as error:
        raise CannotDo(f"Stripe does not tell: {error}")


@transaction.atomic
def count_uses(pk, by) -> str:
    code = Code.objects.select_for_update(no_key=True).get(pk=pk)
    Code.objects.filter(pk=pk).update(used=code.uses.count())
    return "Counted anew."


@transaction.atomic
def release(pk, by) -> str:
    order = Order.objects.locked(pk)
    if order.status not in ENDED or not order.release_stock():
        raise CannotDo("It holds nothing that could be given back.")
    order.note("Its packs were given back from the ledger.", who=by)
    return "Its packs can be sold again."


def count_days(pk, by) -> str:
    """The sums of all days, of every region; reports read all documents until the worker has added them up."""
    count_anew(settings.PAYMENT_MODE)
    return "The worker adds up all documents anew."


FIXES = {
    "release": ("Give the packs back", release),
    "count_holds": ("Count anew", count_holds),
    "give_back": ("Give it back", refund_rest),
    "ask_again": ("Ask again now", ask_again),
    "take_in_again": ("Let it work again", take_in_again),
    "look_now": ("Ask Stripe now", look_now),
    "count_uses": ("Count anew", count_uses),
    "count_days": ("Add up anew", count_days),
}

# Fixes that move money: by name, (the order whose turn they take, what the page that asks says).
ASKED = {"give_back": (lambda pk: _payment(pk).order, plan_refund_rest)}
