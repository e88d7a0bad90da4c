"""Rules about money that is not here any more: given back, disputed, lost to a bank."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from shop.ledger.among import ALL
from shop.ledger.breach import Breach, Some, _day, _orders, _payments
from shop.orders.models import OrderLine, OrderStatus, ReviewCause
from shop.payments.models import LOST, TOOK, Dispute, Payment, PaymentStatus


def money_gone(now, among=ALL) -> Iterator[Breach]:
    """No bank has money of ours unseen, and nothing waits to be sent whose money is gone.

    An open dispute is red until it ends, a lost one until staff have looked at its order, packs whose money is gone
    until they are cancelled.
    """
    yield from _disputes(now, among)
    yield from _packs_without_money(now, among)
    yield from _not_stopped(now, among)
    yield from _wrong_sums(now, among)


def _disputes(now, among) -> Iterator[Breach]:
    lost_unseen = Q(status=LOST, payment__order__review_cause=ReviewCause.MONEY)
    rows = Dispute.objects.filter(payment__mode=settings.PAYMENT_MODE).filter(Q(closed_at=None) | lost_unseen)
    rows = among.of(rows, "payment__order").select_related("payment__order__region")
    for dispute in (some := Some(rows)):
        order, money = dispute.payment.order, dispute.amount_text
        words = (
            f"{order}: {money} was lost in a dispute; the bank took it. Look at the order."
            if dispute.status == LOST
            else f"{order}: {money} is disputed at the bank ({dispute.status_words}). Answer in Stripe; nothing is sent."
        )
        yield Breach("gone", words, dispute.pk, _day(dispute.opened_at), order=order.pk)
    yield from some.rest("gone", now)


def _packs_without_money(now, among) -> Iterator[Breach]:
    for order in (some := Some(_unsent(now, among).exclude(stopped=""))):
        words = f"{order}: {order.stopped} Packs of it still wait to be sent: cancel them at the order."
        yield Breach("gone", words, order.pk, _day(order.paid_at), order=order.pk)
    yield from some.rest("gone", now)


def _unsent(now, among):
    left = OrderLine.objects.filter(order=OuterRef("pk"), quantity__gt=F("sent") + F("cancelled"))
    return among.of(_orders(), "pk").filter(Exists(left), status=OrderStatus.PAID, sent_at=None)


def _not_stopped(now, among) -> Iterator[Breach]:
    """What stops a parcel is a word on the order; here it is asked of the money itself."""
    first = (
        Payment.objects.filter(order=OuterRef("pk"), status=PaymentStatus.PAID)
        .annotate(gone=F("given_back") + Coalesce(Subquery(_sum_of(Q(status=LOST)), IntegerField()), 0))
        .order_by("settled_at", "pk")
    )
    disputed = Dispute.objects.filter(payment__order=OuterRef("pk"), closed_at=None)
    rows = _unsent(now, among).annotate(
        gone=Subquery(first.values("gone")[:1]), took=Subquery(first.annotate(n=TOOK).values("n")[:1])
    )
    gone = Q(stopped="", took__gt=0, gone__gte=F("took"))
    for order in (some := Some(rows.filter(gone | Q(Exists(disputed), disputed_at=None)))):
        words = f"{order}: its money is gone or disputed, and it could still be sent. Send nothing."
        yield Breach("gone", words, order.pk, _day(order.paid_at), order=order.pk)
    yield from some.rest("gone", now)


def _sum_of(which: Q):
    rows = Dispute.objects.filter(which, payment=OuterRef("pk")).order_by().values("payment")
    return rows.annotate(n=Sum("amount")).values("n")


def _wrong_sums(now, among) -> Iterator[Breach]:
    """What banks have of a payment is the sum of its disputes, as far as it was not given back before."""
    held = Dispute.objects.with_money().filter(payment=OuterRef("pk")).order_by().values("payment")
    rows = among.of(_payments(), "order").annotate(
        held=Coalesce(Subquery(held.annotate(n=Sum("amount")).values("n"), IntegerField()), 0)
    )
    wrong = rows.exclude(disputed=Least(F("held"), TOOK - F("given_back")))
    for payment in (some := Some(wrong)):
        words = f"{payment.order}: what banks have of its payment does not add up to its disputes."
        yield Breach("gone", words, payment.pk, _day(payment.started_at), order=payment.order_id)
    yield from some.rest("gone", now)
