"""What is due for a withdrawal, what has gone back since, and when nothing is left to do."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Sum
from django.urls import reverse
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.models import Refund, RefundStatus
from shop.payments.refund import worth
from shop.sweeps.alone import each_alone
from shop.withdrawal.models import Withdrawal
from shop.withdrawal.period import end_of_period, refund_due_on

SHOP = "shop"


@dataclass(frozen=True)
class Claim:
    """How a proven withdrawal stands. Amounts in minor units of the order's currency.

    `back`: what has gone back for it, once withdrawals declared before it have theirs. `is_late`: declared after the
    period had ended, as far as the shop knows the day of delivery.
    """

    withdrawal: Withdrawal
    due: int
    back: int
    due_on: date
    is_late: bool

    @property
    def due_text(self) -> str:
        return self.withdrawal.region.money(self.due)

    @property
    def missing_text(self) -> str:
        return self.withdrawal.region.money(self.due - self.back)

    @property
    def is_paid_back(self) -> bool:
        return self.back >= self.due


def open_withdrawals():
    """Those that wait for the buyer's word, for money or for staff."""
    return Withdrawal.objects.filter(settled_at=None)


def claims_of(order: Order) -> list[Claim]:
    """Of the proven withdrawals of an order, the first declared first."""
    rows = list(
        order.withdrawals.exclude(proven_at=None)
        .order_by("declared_at", "pk")
        .select_related("region")
        .prefetch_related("lines__line__order")
    )
    if not rows:
        return []
    given = (
        Refund.objects.filter(payment__order=order, wanted_at__gte=rows[0].declared_at)
        .exclude(status=RefundStatus.FAILED)
        .aggregate(n=Sum("amount"))["n"]
        or 0
    )
    end, claims = end_of_period(order), []
    for row in rows:
        due = sum(worth(one.line, one.quantity) for one in row.lines.all())
        back = min(due, given)
        given -= back
        late = end is not None and row.declared_at >= end
        claims.append(Claim(row, due, back, refund_due_on(order, row.declared_at), late))
    return claims


def still_out(order: Order) -> dict[int, int]:
    """{order line pk: packs} that were withdrawn from and neither cancelled nor taken back since."""
    withdrawn: dict[int, int] = {}
    before: dict[int, int] = {}
    for row in order.withdrawals.exclude(proven_at=None).prefetch_related("lines"):
        for one in row.lines.all():
            withdrawn[one.line_id] = withdrawn.get(one.line_id, 0) + one.quantity
            before[one.line_id] = min(before.get(one.line_id, one.gone_before), one.gone_before)
    gone = {line.pk: line.cancelled + line.returned for line in order.lines.all()} if withdrawn else {}
    left = {pk: count - (gone[pk] - before[pk]) for pk, count in withdrawn.items()}
    return {pk: count for pk, count in left.items() if count > 0}


def can_withdraw(order: Order) -> dict[int, int]:
    """{order line pk: packs} that can still be withdrawn from; empty where nobody paid."""
    if not order.is_paid:
        return {}
    out = still_out(order)
    left = {
        line.pk: line.quantity - line.cancelled - line.returned - out.get(line.pk, 0)
        for line in order.lines.all()
    }
    return {pk: count for pk, count in left.items() if count > 0}


def settle(withdrawal: Withdrawal, *, by: str, outcome: str, at: datetime | None = None) -> bool:
    """Nothing is left to do. True for one caller alone."""
    rows = Withdrawal.objects.filter(pk=withdrawal.pk, settled_at=None)
    done = rows.update(settled_at=at or timezone.now(), settled_by=by[:150], outcome=outcome[:200])
    if done and withdrawal.order:
        withdrawal.order.note(
            f"The withdrawal of {withdrawal.declared_at:%-d %B %Y} is settled: {outcome}", who=by
        )
    return bool(done)


def settle_paid_back(at: datetime | None = None) -> int:
    """Settle withdrawals whose money has gone back; how many. A sweep."""
    settled = 0

    def look(order: Order) -> bool:
        nonlocal settled
        for claim in claims_of(order):
            if claim.is_paid_back and claim.withdrawal.settled_at is None:
                settled += settle(claim.withdrawal, by=SHOP, outcome="The money has gone back.", at=at)
        return True

    given = Refund.objects.filter(
        payment__order=OuterRef("order"), wanted_at__gte=OuterRef("declared_at")
    ).exclude(status=RefundStatus.FAILED)
    waiting = open_withdrawals().exclude(proven_at=None).filter(Exists(given)).values("order")
    orders = Order.objects.filter(pk__in=waiting).select_related("region")
    each_alone(orders, look, sweep="settle_paid_back", at=at)
    return settled


def withdraw_url(order: Order) -> str:
    """Of the function for this order; "" where its law knows none, or nothing can be withdrawn from."""
    if not order.region.legal.withdraw_here or not can_withdraw(order):
        return ""
    return reverse("withdrawal:of_order", args=[order.token])
