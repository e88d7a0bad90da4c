"""The money ledger: what must always be true of stock, orders, payments, refunds, codes and mails, and what is not.

Each rule is a function that yields breaches, found by the database rather than by loading rows; a rule about orders
asks about those it is given (`Among`). `check_money` asks about all; the worker, each minute for the Owner's page,
about those that moved and a part of the others. All of it is of the site's own payment mode.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from shop.catalogue.models import Hold, Stock, StockMovement
from shop.catalogue.references import order_reference_in_rows
from shop.codes.models import Code, CodeUse
from shop.ledger.among import ALL
from shop.ledger.breach import PATIENCE, Breach, Some, _day, _orders, _payments
from shop.orders.models import ENDED, LEGAL_MOVES, Order, OrderEvent, OrderLine, OrderStatus, Parcel
from shop.outbox.keys import order_key_in_rows
from shop.outbox.models import Mail
from shop.payments.models import (
    TAKEN,
    TOOK,
    UNSETTLED,
    Payment,
    PaymentStatus,
    Refund,
    RefundCause,
    RefundStatus,
    StripeDifference,
    StripeEvent,
)
from shop.payments.start import GRACE

log = logging.getLogger(__name__)
BY_HAND = timedelta(days=10)  # the law gives fourteen for money that goes back


def stock(now, among=ALL) -> Iterator[Breach]:
    """0 ≤ held ≤ on hand, and held is the sum of the holds."""
    sums = (
        Hold.objects.filter(stock=OuterRef("pk"))
        .order_by()
        .values("stock")
        .annotate(n=Sum("quantity"))
        .values("n")
    )
    rows = Stock.objects.annotate(holds_sum=Coalesce(Subquery(sums, IntegerField()), 0)).select_related(
        "variant", "region"
    )
    # Only rows that hold something, or that something is held of; nothing of the many others can be wrong.
    held = rows.filter(held__gt=0).filter(~Q(held=F("holds_sum")) | Q(held__gt=F("on_hand")))
    none = rows.filter(held=0, pk__in=Hold.objects.order_by().values("stock"))
    for row in chain(held, none):
        yield Breach(
            "stock",
            f"{row.variant.sku} in {row.region.short_name}: {row}; the holds are {row.holds_sum}.",
            row.pk,
            _day(now),
            "count_holds",
        )


def stock_log(now, among=ALL) -> Iterator[Breach]:
    """What is on hand is the sum of its log."""
    sums = (
        StockMovement.objects.filter(variant=OuterRef("variant"), region=OuterRef("region"))
        .order_by()
        .values("variant")
        .annotate(n=Sum("change"))
        .values("n")
    )
    rows = among.of_stock(Stock.objects.order_by("pk"))
    rows = rows.annotate(logged=Coalesce(Subquery(sums, IntegerField()), 0)).exclude(on_hand=F("logged"))
    for row in (some := Some(rows.select_related("variant", "region"))):
        yield Breach(
            "log",
            f"{row.variant.sku} in {row.region.short_name}: {row}; its log adds up to {row.logged}.",
            row.pk,
            _day(now),
        )
    yield from some.rest("log", now)


def holds(now, among=ALL) -> Iterator[Breach]:
    """Active orders hold exactly what they still have to send; ended ones, and those let go, hold nothing."""
    reference = order_reference_in_rows(OuterRef("order_id"))
    held = Hold.objects.filter(
        reference=reference, stock__variant=OuterRef("variant"), stock__region=OuterRef("order__region")
    )
    lines = among.of(OrderLine.objects.filter(order__payment_mode=settings.PAYMENT_MODE), "order").annotate(
        held_now=Coalesce(Subquery(held.values("quantity")[:1], IntegerField()), 0),
        due=Case(
            When(order__let_go_at__isnull=False, then=Value(0)),
            default=F("quantity") - F("sent") - F("cancelled"),
        ),
    )
    active = Q(order__status__in=[OrderStatus.PENDING, OrderStatus.AWAITING, OrderStatus.PAID])
    wrong = lines.filter((active & ~Q(held_now=F("due"))) | (~active & Q(held_now__gt=0)))
    for line in (some := Some(wrong.select_related("order"))):
        yield Breach(
            "holds",
            f"{line.order}: {line.sku} holds {line.held_now}, {line.due if line.order.status not in ENDED else 0} are due.",
            line.order_id,
            _day(line.order.placed_at),
            "release" if line.order.status in ENDED else "",
            line.order_id,
        )
    yield from some.rest("holds", now)


def money_has_one_home(now, among=ALL) -> Iterator[Breach]:
    """Every payment that took money paid its order, alone and in full, or went back."""
    first = Payment.objects.filter(order=OuterRef("order"), status=PaymentStatus.PAID).order_by(
        "settled_at", "pk"
    )
    taken = (
        among.of(_payments(), "order")
        .filter(status__in=TAKEN, given_back__lt=TOOK - F("disputed"))
        .annotate(first=Subquery(first.values("pk")[:1]))
    )
    for payment in (some := Some(taken.filter(status=PaymentStatus.REVIEW))):
        yield _homeless(payment, "does not match its order and is not given back")
    yield from some.rest("money", now)
    for payment in (some := Some(taken.filter(status=PaymentStatus.PAID).exclude(pk=F("first")))):
        yield _homeless(payment, "came a second time and is not given back")
    yield from some.rest("money", now)
    unpaid = taken.filter(status=PaymentStatus.PAID, pk=F("first"), order__paid_at=None)
    for payment in (some := Some(unpaid)):
        yield _homeless(payment, "came, but its order is not paid and it is not given back")
    yield from some.rest("money", now)


def _homeless(payment, words) -> Breach:
    return Breach(
        "money",
        f"{payment.order}: {payment.took_text} {words}.",
        payment.pk,
        _day(payment.settled_at or payment.started_at),
        "give_back",
        payment.order_id,
    )


def paid_orders_have_their_money(now, among=ALL) -> Iterator[Breach]:
    """Every order that was paid has one payment of exactly its total."""
    paid = Payment.objects.filter(
        order=OuterRef("pk"),
        status=PaymentStatus.PAID,
        amount=OuterRef("total"),
        currency=OuterRef("currency"),
    )
    for order in (some := Some(among.of(_orders(), "pk").exclude(paid_at=None).filter(~Exists(paid)))):
        yield Breach(
            "orders",
            f"{order} is paid, but no payment of {order.total_text} is.",
            order.pk,
            _day(order.paid_at),
            order=order.pk,
        )
    yield from some.rest("orders", now)


def totals(now, among=ALL) -> Iterator[Breach]:
    """An order's total is its lines less its discount, with tax by its rule; the payment asks for the same."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")

    def summed(name):
        return Subquery(lines.annotate(n=Sum(name)).values("n"), IntegerField())

    rows = among.of(_orders(), "pk").annotate(
        goods=summed("total"), taxes=summed("tax"), offs=summed("discount")
    )
    wrong = rows.exclude(goods_total=F("goods"), tax_total=F("taxes"), discount_total=F("offs"))
    for order in (some := Some(wrong)):
        yield Breach(
            "totals",
            f"{order}: its lines do not add up to its total.",
            order.pk,
            _day(order.placed_at),
            order=order.pk,
        )
    yield from some.rest("totals", now)
    for payment in (some := Some(among.of(_payments(), "order").exclude(amount=F("order__total")))):
        yield Breach(
            "totals",
            f"{payment.order}: {payment.amount_text} was asked for, {payment.order.total_text} is due.",
            payment.pk,
            _day(payment.started_at),
            order=payment.order_id,
        )
    yield from some.rest("totals", now)


def refunds(now, among=ALL) -> Iterator[Breach]:
    """What went back is what the refunds say, never more than came; and no refund waits for long."""
    sums = (
        Refund.objects.filter(payment=OuterRef("pk"))
        .exclude(status=RefundStatus.FAILED)
        .order_by()
        .values("payment")
    )
    rows = among.of(_payments(), "order").annotate(
        back=Coalesce(Subquery(sums.annotate(n=Sum("amount")).values("n"), IntegerField()), 0)
    )
    for payment in (some := Some(rows.filter(~Q(given_back=F("back")) | Q(given_back__gt=TOOK)))):
        yield Breach(
            "refunds",
            f"{payment.order}: its refunds do not add up.",
            payment.pk,
            _day(payment.started_at),
            order=payment.order_id,
        )
    yield from some.rest("refunds", now)
    late = Refund.objects.filter(
        payment__mode=settings.PAYMENT_MODE, status=RefundStatus.WANTED, wanted_at__lt=now - PATIENCE
    ).select_related("payment__order__region")
    for refund in (some := Some(late.filter(Q(payment__outside="") | Q(wanted_at__lt=now - BY_HAND)))):
        words, fix = "Stripe has not taken it", "ask_again"
        if refund.payment.outside:
            words, fix = "nobody has said that it was given back by hand", ""
        yield Breach(
            "refunds",
            f"{refund}: wanted, and {words}.",
            refund.pk,
            _day(refund.wanted_at),
            fix,
            refund.payment.order_id,
        )
    yield from some.rest("refunds", now)


def moves(now, among=ALL) -> Iterator[Breach]:
    """Every move of an order stands in the table of legal moves, and the last one led to where it is."""
    legal = Q(was=F("became"))
    for was, targets in LEGAL_MOVES.items():
        legal |= Q(was=was, became__in=list(targets))
    rows = (
        among.of(OrderEvent.objects.filter(order__payment_mode=settings.PAYMENT_MODE), "order")
        .exclude(legal)
        .select_related("order")
    )
    for event in (some := Some(rows)):
        yield Breach(
            "moves",
            f"{event.order}: {event.was} became {event.became}.",
            event.order_id,
            _day(event.at),
            order=event.order_id,
        )
    yield from some.rest("moves", now)
    # Moves alone, in the order in which they took the order's lock: a note may be written while somebody moves it.
    moved = OrderEvent.objects.filter(order=OuterRef("pk")).exclude(was=F("became")).order_by("-pk")
    last = Coalesce(
        Subquery(moved.values("became")[:1]), Value(OrderStatus.PENDING), output_field=CharField()
    )
    for order in (some := Some(among.of(_orders(), "pk").annotate(last=last).exclude(last=F("status")))):
        yield Breach(
            "moves",
            f"{order} is {order.status}, its timeline says {order.last}.",
            order.pk,
            _day(order.placed_at),
            order=order.pk,
        )
    yield from some.rest("moves", now)


def codes(now, among=ALL) -> Iterator[Breach]:
    """A code is used as often as its uses say, within its limit, and only by active orders."""
    for code in Code.objects.annotate(n=Count("uses")).filter(~Q(used=F("n")) | Q(used__gt=F("limit"))):
        yield Breach(
            "codes",
            f"{code.code}: counted {code.used}, used by {code.n} orders.",
            code.pk,
            _day(now),
            "count_uses",
        )
    ended = order_reference_in_rows(OuterRef("pk"))
    used_by_ended = (
        among.of(Order.objects.all(), "pk")
        .filter(status__in=ENDED, paid_at=None)
        .filter(Exists(CodeUse.objects.filter(reference=ended)))
    )
    for order in (some := Some(used_by_ended)):
        yield Breach(
            "codes",
            f"{order} is {order.status} and still uses {order.code}.",
            order.pk,
            _day(order.placed_at),
            order=order.pk,
        )
    yield from some.rest("codes", now)


def mails(now, among=ALL) -> Iterator[Breach]:
    """What was paid, sent and given back was written, once each (the key of a mail is unique)."""

    def unwritten(rows, kind, *pks):
        key = order_key_in_rows(kind, *(OuterRef(pk) for pk in pks))
        return rows.filter(~Exists(Mail.objects.filter(key=key)))

    for order in (some := Some(unwritten(among.of(_orders(), "pk").exclude(paid_at=None), "paid", "pk"))):
        yield Breach(
            "mails", f"{order} is paid, and no mail says so.", order.pk, _day(order.paid_at), order=order.pk
        )
    yield from some.rest("mails", now)
    parcels = Parcel.objects.filter(order__payment_mode=settings.PAYMENT_MODE).select_related("order")
    parcels = among.of(parcels, "order")
    for parcel in (some := Some(unwritten(parcels, "shipped", "order_id", "pk"))):
        yield Breach(
            "mails",
            f"{parcel} was sent, and no mail says so.",
            parcel.pk,
            _day(parcel.sent_at),
            order=parcel.order_id,
        )
    yield from some.rest("mails", now)
    done = Refund.objects.filter(payment__mode=settings.PAYMENT_MODE, status=RefundStatus.SUCCEEDED).exclude(
        cause=RefundCause.AUTOMATIC
    )
    done = among.of(done, "payment__order").select_related("payment__order__region")
    for refund in (some := Some(unwritten(done, "refunded", "payment__order_id", "pk"))):
        yield Breach(
            "mails",
            f"{refund} went back, and no mail says so.",
            refund.pk,
            _day(refund.ended_at),
            order=refund.payment.order_id,
        )
    yield from some.rest("mails", now)


def nothing_hangs(now, among=ALL) -> Iterator[Breach]:
    """No event waits, no payment stays open long after its session ended, no pending order outlives its hold."""
    for event in (some := Some(StripeEvent.objects.filter(is_done=False, received_at__lt=now - PATIENCE))):
        yield Breach(
            "waiting",
            f"Stripe’s event {event.type} waits: {event.outcome}",
            event.pk,
            _day(event.received_at),
            "take_in_again",
        )
    yield from some.rest("waiting", now)
    open_payments = _payments().filter(status=PaymentStatus.OPEN, ends_at__lt=now - GRACE - PATIENCE)
    for payment in (some := Some(open_payments)):
        yield Breach(
            "waiting",
            f"{payment.order}: its payment should have ended.",
            payment.pk,
            _day(payment.started_at),
            "look_now",
            payment.order_id,
        )
    yield from some.rest("waiting", now)
    overdue = _orders().filter(status=OrderStatus.PENDING, hold_until__lt=now - PATIENCE)
    looked_at = Payment.objects.looked_at().filter(order=OuterRef("pk"))
    for order in (some := Some(overdue.exclude(payments__status__in=UNSETTLED).filter(~Exists(looked_at)))):
        yield Breach(
            "waiting",
            f"{order} holds packs past its time. Is the worker running?",
            order.pk,
            _day(order.placed_at),
            order=order.pk,
        )
    yield from some.rest("waiting", now)


def stripe_agrees(now, among=ALL) -> Iterator[Breach]:
    """Every charge and refund in Stripe's balance stands in our books (see shop.payments.balance)."""
    for row in (some := Some(StripeDifference.objects.filter(gone_at=None))):
        yield Breach("stripe", row.words, row.pk, _day(row.seen_at))
    yield from some.rest("stripe", now)
