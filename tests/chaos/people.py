"""Shoppers, staff and a worker who act at once, each in a process that may be killed between any two steps."""

import faulthandler
import os
import random
import signal
import sys
import time
import traceback

from django.db import connection, connections, transaction
from django.test import Client

from shop.basket.models import Basket
from shop.catalogue.models import OutOfStock, Variant
from shop.catalogue.offers import offer
from shop.checkout.place import EmptyBasket, PriceChanged, order_key, place_order
from shop.checkout.totals import quote_for
from shop.codes.discount import CodeRefused
from shop.invoices.issue import issue_documents
from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order, OrderStatus
from shop.payments import patience, stripe_api
from shop.payments.cancel import AlreadyPaid, end_order, end_other_orders
from shop.payments.leave import leave, let_left_packs_go
from shop.payments.left import TooMuch, paid_by
from shop.payments.reconcile import end_overdue_orders, look_at_payments, read_events, send_refunds
from shop.payments.refund import cancel_and_refund, return_and_refund, want_refund
from shop.payments.sandbox.events import deliver
from shop.payments.sandbox.models import SandboxIntent, SandboxRefund, SandboxSession
from shop.payments.sandbox.stripe import answers, disputes, refunds, sessions
from shop.payments.start import CannotPay, start_payment
from tests.support.factories import LEEDS, region

FINE = (OutOfStock, EmptyBasket, PriceChanged, CodeRefused, AlreadyPaid, CannotPay, IllegalMove, TooMuch,
        answers.Refused, stripe_api.StripeUnreachable, stripe_api.StripeRefused)  # fmt: skip
UNREACHABLE = 0.06  # of the calls to Stripe: nothing arrives
STUCK_AFTER = 30  # seconds; a process that takes longer shows where it is and counts as broken
SOON = 0.03  # seconds that a call of a silent or slow Stripe lasts
ANSWER_LOST = 0.06  # of the calls to Stripe: it did it, and we never hear of it


class Doom:
    """Kills this process at its n-th step: a statement to the database or a call to Stripe."""

    def __init__(self, at):
        self.left = at

    def step(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around_sql(self, execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SET")):
            self.step()
        result = execute(sql, params, many, context)
        if not sql.startswith(("SELECT", "SET")):
            self.step()
        return result


def bad_line(chance, ask):
    """Stripe as it is on a bad day: slow, silent, or silent after having done what it was asked."""

    def asked(call, *args, **kwargs):
        time.sleep(chance.random() * 0.01)
        luck = chance.random()
        if luck < UNREACHABLE:
            raise stripe_api.StripeUnreachable("nothing arrived")
        answer = ask(call, *args, **kwargs)
        if luck > 1 - ANSWER_LOST:
            raise stripe_api.StripeUnreachable("the answer was lost")
        return answer

    return asked


def in_a_process(work, seed, doomed_at=None) -> int:
    """Fork; run `work(chance)` there; the child's pid. Every error that is not a polite refusal ends it with 3."""
    pid = os.fork()
    if pid:
        return pid
    status = 0
    faulthandler.dump_traceback_later(STUCK_AFTER, exit=True, file=sys.__stderr__)
    try:
        for one in connections.all():
            one.connection = None  # the parent's socket is not ours to close
        chance = random.Random(seed)
        stripe_api._ask = bad_line(chance, stripe_api._ask)
        patience.IN_A_CALL = patience.AT_LEISURE = SOON
        if doomed_at:
            connection.execute_wrappers.append(Doom(doomed_at).around_sql)
        work(chance)
    except BaseException:
        traceback.print_exc()
        status = 3
    finally:
        os._exit(status)


# --- shoppers -----------------------------------------------------------------------------------------------------


def shopper(chance):
    for _ in range(3):
        try:
            _one_purchase(chance)
        except FINE:
            continue


def _one_purchase(chance):
    uk = region("uk")
    basket = Basket.objects.create(code=chance.choice(["", "", "TEN", "ALL"]))
    for variant in chance.sample(list(Variant.objects.select_related("product")), chance.randint(1, 2)):
        found = offer(variant, uk)
        if found.can_buy:
            with transaction.atomic():
                basket.add(found, chance.randint(1, 2))
    email = f"{chance.choice('abc')}@example.org"
    order = _order(basket, uk, email)
    if chance.random() < 0.2:  # changed their mind about the address
        other = type(LEEDS)(**{**vars(LEEDS), "line1": "2 High Street"})
        rows = [row for row in basket.rows(uk) if row.counts]
        end_other_orders(basket, order_key(basket, rows, uk, email, other))
        order = _order(basket, uk, email, other)
    for _ in range(chance.choice([1, 1, 2])):  # a second click
        start_payment(order)
    at_stripe(chance, order)
    # Back by the cancel link, and then perhaps to pay after all.
    if chance.random() < 0.3 and leave(order) and chance.random() < 0.5:
        start_payment(order)
        at_stripe(chance, order)
    if chance.random() < 0.2:
        end_order(order, to=OrderStatus.CANCELLED, who="shopper", why="Cancelled on the order page.")


def _order(basket, uk, email, address=LEEDS):
    rows = basket.rows(uk)
    total = quote_for(rows, uk, address, code=basket.code, email=email).total
    return place_order(basket, region=uk, email=email, address=address, shown_total=total)


def at_stripe(chance, order):
    session = SandboxSession.objects.filter(pk__in=order.payments.values("session_id")).last()
    if session is None:
        return
    what = chance.choice(["pay", "pay", "pay", "decline", "slow", "slow fail", "leave"])
    if what == "decline":
        sessions.decline(session, "generic_decline")
        what = chance.choice(["pay", "leave"])
    if what == "pay":
        sessions.pay(session)
    elif what.startswith("slow"):
        sessions.pay_slowly(session, succeeds=what == "slow")


# --- staff --------------------------------------------------------------------------------------------------------


def staff(chance):
    until = time.monotonic() + 0.8
    while time.monotonic() < until:
        order = Order.objects.filter(status=OrderStatus.PAID).order_by("?").first()
        if order is None:
            time.sleep(0.05)
            continue
        try:
            _one_action(chance, order)
        except FINE:
            continue


def _one_action(chance, order):
    lines = list(order.lines.all())
    line = chance.choice(lines)
    payment = paid_by(order)
    action = chance.choice(["send", "send", "cancel", "return", "refund", "dashboard", "bank", "dispute"])
    if action == "send":
        send_parcel(order, {row.pk: row.to_send for row in lines}, by="mia")
    elif action == "cancel":
        cancel_and_refund(order, {line.pk: 1}, by="mia", why="", refund=True)
    elif action == "return":
        outcome = chance.choice(["sellable", "destroyed"])
        return_and_refund(order, {line.pk: 1}, {line.pk: outcome}, by="mia", why="", amount=line.unit_amount)
    elif payment is None or not payment.intent_id:
        return
    elif action == "refund":
        want_refund(payment, chance.randint(1, max(payment.left, 1)), cause="goodwill", by="tom")
    elif action == "dashboard":
        refunds.create_refund({"payment_intent": payment.intent_id, "amount": str(chance.randint(1, 500))})
    elif action == "bank":
        refund = SandboxRefund.objects.filter(intent=payment.intent_id, status="succeeded").first()
        if refund:
            refunds.fail_refund(refund)
    elif action == "dispute":
        row = disputes.dispute(SandboxIntent.objects.get(pk=payment.intent_id))
        disputes.close_dispute(row, chance.choice(["won", "lost"]))


# --- the worker ---------------------------------------------------------------------------------------------------


def to_the_webhook(payload, signature) -> int:
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)
    answer = client.post(
        "/stripe/webhook/", payload, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    return answer.status_code


def worker(chance):
    sweeps = [
        lambda: deliver(to_the_webhook),
        look_at_payments,
        let_left_packs_go,
        end_overdue_orders,
        send_refunds,
        read_events,
        issue_documents,
        sessions.expire_due_sessions,
    ]
    until = time.monotonic() + 0.9
    while time.monotonic() < until:
        chance.choice(sweeps)()
