"""What must be true after every round, worked out here row by row, apart from the ledger and from what the shop sums up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Hold, Stock
from shop.desk.to_send import to_send
from shop.invoices.models import Document, Series
from shop.ledger.check import breaches
from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order, OrderLine, Parcel, ParcelLine
from shop.outbox.keys import unknown_event_key
from shop.outbox.models import Mail
from shop.payments.models import TAKEN, Dispute, Payment, PaymentStatus, Refund, StripeEvent
from shop.payments.sandbox.models import (
    SandboxEvent,
    SandboxIntent,
    SandboxRefund,
    SandboxSession,
)
from tests.chaos.outside import FOREIGN


def payable_pages() -> list[str]:
    """At any moment: only a pending order can be paid at Stripe, and a basket at one page."""
    found, pages = [], Counter()
    orders = {order.number: order for order in Order.objects.all()}
    for session in SandboxSession.objects.filter(status="open", expires_at__gt=timezone.now()):
        order = orders[session.params["client_reference_id"]]
        if order.status != "pending":
            found.append(f"{order} is {order.status} and can be paid at {session.pk}.")
        if order.basket_pk is not None:
            pages[order.basket_pk] += 1
    return found + [f"Basket {pk} can be paid at {count} pages." for pk, count in pages.items() if count > 1]


def money() -> list[str]:
    """What Stripe took and gave back is what we say."""
    found = []
    ours = {row.intent_id: row for row in Payment.objects.filter(status__in=TAKEN).exclude(intent_id="")}
    for intent in SandboxIntent.objects.filter(status="succeeded", amount__gt=0):
        row = ours.pop(intent.id, None)
        if row is None:
            found.append(f"Stripe took {intent.amount} ({intent.id}), and we don't know it.")
            continue
        back = sum(intent.refunds.exclude(status="failed").values_list("amount", flat=True))
        if row.given_back != back or row.amount != intent.amount:
            found.append(f"{row.order}: we gave {row.given_back} back, Stripe {back}.")
    found += [f"We say that {row.order} was paid, Stripe does not." for row in ours.values()]
    paid_twice = Counter(
        Payment.objects.filter(status="paid", order__status="paid", given_back=0).values_list(
            "order__number", flat=True
        )
    )
    found += [f"{number} was paid {count} times." for number, count in paid_twice.items() if count > 1]
    at_stripe = set(SandboxRefund.objects.values_list("id", flat=True))
    here = set(
        Refund.objects.exclude(stripe_id=None).exclude(stripe_id="").values_list("stripe_id", flat=True)
    )
    return found + [f"Refund {id} stands in one place only." for id in at_stripe ^ here]


@dataclass
class Gone:
    """An order whose money Stripe has given back whole, or a bank disputes or has got."""

    order: Order
    is_open: bool  # a dispute
    is_lost: bool
    is_back: bool

    @property
    def unsent(self) -> list[OrderLine]:
        lines = self.order.lines.all() if self.order.status == "paid" else []
        return [line for line in lines if line.quantity > line.sent + line.cancelled]


def _gone() -> Iterator[Gone]:
    orders = {
        row.intent_id: row.order for row in Payment.objects.filter(status="paid").select_related("order")
    }
    for intent in SandboxIntent.objects.filter(status="succeeded", amount__gt=0):
        if intent.pk not in orders:  # not known to be paid, which is a fault of its own
            continue
        back = sum(intent.refunds.exclude(status="failed").values_list("amount", flat=True))
        disputes = set(intent.disputes.values_list("status", flat=True))
        one = Gone(orders[intent.pk], "needs_response" in disputes, "lost" in disputes, back == intent.amount)
        if one.is_open or one.is_lost or one.is_back:
            yield one


def gone_money() -> list[str]:
    """Nothing waits to be sent, is sent or is given back from here whose money is gone or disputed; and the ledger says so."""
    found, waiting = [], set(to_send(Order.objects.all()).values_list("pk", flat=True))
    named = {breach.order for breach in breaches() if breach.rule == "gone"}
    for one in _gone():
        order = one.order
        if order.pk in waiting:
            found.append(f"{order} waits to be sent: {one}.")
        found += [f"{order} can be sent: {one}." for line in one.unsent if _can_be_sent(order, line)]
        if (one.is_open or one.unsent) and order.pk not in named:
            found.append(f"The ledger does not name {order}: {one}.")
        if not (one.is_open or one.is_lost or one.unsent) and order.pk in named:
            found.append(f"The ledger names {order}: {one}.")
    for dispute in Dispute.objects.exclude(status__in=["won", "warning_closed", "prevented"]):
        since = dispute.opened_at
        for parcel in Parcel.objects.filter(order=dispute.payment.order, sent_at__gt=since):
            found.append(f"{parcel} was sent although {dispute}.")
        wanted = Refund.objects.filter(payment=dispute.payment, wanted_at__gt=since).exclude(status="failed")
        for refund in wanted.exclude(cause="dashboard"):
            found.append(f"{refund} was wanted although {dispute}.")
    return found


def _can_be_sent(order, line) -> bool:
    with transaction.atomic():
        try:
            send_parcel(order, {line.pk: 1}, by="test")
        except IllegalMove:
            return False
        transaction.set_rollback(True)
    return True


def foreign_events() -> list[str]:
    """Each was answered 2xx in the end, did nothing, waits for nobody, and nobody was written to about it."""
    found = []
    for event in SandboxEvent.objects.filter(id__startswith=FOREIGN):
        if event.answer not in {"HTTP 200", "dropped by a switch"}:
            found.append(f"The foreign {event.type} was answered {event.answer or 'never'}.")
    for row in StripeEvent.objects.filter(event_id__startswith=FOREIGN):
        if not row.is_done or row.outcome not in {"not ours", "nothing to do"}:
            found.append(f"The foreign {row.type}: {row.outcome or 'waits'}.")
    mails = Mail.objects.filter(key__startswith=unknown_event_key("")).count()
    return found + ([f"{mails} mails about foreign events."] if mails else [])


def stock() -> list[str]:
    """Packs are held for what was ordered and not sent, sent once each, and nothing ended holds any."""
    due, found = Counter(), []
    for line in OrderLine.objects.select_related("order"):
        order, open_count = line.order, line.quantity - line.sent - line.cancelled
        if open_count < 0:
            found.append(f"{order}: more of {line.sku} was sent and cancelled than bought.")
        if order.status in {"pending", "awaiting_payment", "paid"} and order.let_go_at is None:
            due[line.variant_id, order.region_id] += open_count
    sent = Counter()
    for row in ParcelLine.objects.all():
        sent[row.line_id] += row.quantity
    found += [
        f"{line.sku}: {line.sent} sent, {sent[line.pk]} in parcels."
        for line in OrderLine.objects.all()
        if sent[line.pk] != line.sent
    ]
    for row in Stock.objects.all():
        holds = sum(Hold.objects.filter(stock=row).values_list("quantity", flat=True))
        if not row.held == holds == due[row.variant_id, row.region_id] <= row.on_hand:
            found.append(
                f"{row.variant}: {row.held} held, holds of {holds}, {due[row.variant_id, row.region_id]} due, {row.on_hand} there."
            )
    return found


def nothing_hangs() -> list[str]:
    """Hours later no order waits for a payment, no payment for Stripe, forgotten ones neither."""
    looked_at = [row.order_id for row in Payment.objects.filter(status=PaymentStatus.REVIEW)]
    pending = Order.objects.filter(status="pending").exclude(pk__in=looked_at)
    hanging = Payment.objects.filter(status="open")
    return [f"{order} still waits for payment." for order in pending] + [
        f"{row} still open." for row in hanging
    ]


def papers() -> list[str]:
    """Numbers without gaps, mails once."""
    found = []
    for series in Series.objects.all():
        rows = Document.objects.filter(region=series.region, mode=series.mode, letter=series.letter)
        if sorted(rows.values_list("sequence", flat=True)) != list(range(1, series.last + 1)):
            found.append(f"{series} has a gap.")
    keys = list(Mail.objects.values_list("key", flat=True))
    return found + (["A mail was written twice."] if len(keys) != len(set(keys)) else [])


def all_wrong() -> list[str]:
    rules = (payable_pages, money, gone_money, foreign_events, stock, nothing_hangs, papers)
    return [f"{rule.__name__}: {words}" for rule in rules for words in rule()]
