"""Which orders a look at the ledger is about: all of them, or those that moved and a part of the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from shop.catalogue.models import Stock
from shop.invoices.sums import days_summed
from shop.orders.models import Order, OrderEvent, Parcel
from shop.payments.models import UNSETTLED, Payment, Refund, RefundStatus

PART = 300  # orders, moved or not, that a look goes through besides those that moved; fewer than that are all looked at
MOVED = 700  # rows of each kind that a look follows; what is over waits for the next
# Rows before the last one seen that are looked at again: a transaction may commit long after it drew its key.
OVERLAP = 50


@dataclass(frozen=True)
class Among:
    """Orders by a range of keys and by single keys, or all of them."""

    first: int = 0
    last: int = 0
    pks: frozenset[int] = frozenset()
    days: frozenset[date] = frozenset()  # whose sums are looked at
    stock: frozenset[int] | None = None  # whose log is looked at; None: of all
    is_all: bool = True
    marks: dict = field(default_factory=dict)  # where the next look goes on

    def of(self, rows: QuerySet, order: str) -> QuerySet:
        """Those of the rows whose order, at the path `order`, is among these."""
        if self.is_all:
            return rows
        return rows.filter(
            Q(**{f"{order}__gte": self.first, f"{order}__lte": self.last}) | Q(**{f"{order}__in": self.pks})
        )

    def of_stock(self, rows: QuerySet) -> QuerySet:
        return rows if self.stock is None else rows.filter(pk__in=self.stock)


ALL = Among()


def next_part(
    marks: dict,
    known,
    now: datetime,
    days: Iterable[date] = (),
    stock: Iterable[int] = (),
    *,
    goes_on: bool = True,
    parts: int = 1,
) -> Among:
    """The orders to look at after a look that left `marks`, with those of `known` breaches, the next day's sums, and the next
    rows of stock.

    Those of every new event, payment, refund and parcel, those that wait for Stripe, and the next PARTs of all. So
    what is done is looked at within a minute, and what was changed past the shop once in (orders / PART) minutes.
    Without `goes_on` a part of a large shop is left out, and the round is where it was.
    """
    position = marks.get("order", 0)
    most = PART * parts
    part = list(Order.objects.filter(pk__gt=position).order_by("pk").values_list("pk", flat=True)[:most])
    is_end = len(part) < most
    of_stock, packs = _next_stock(marks, now, most) if goes_on else (_stock_marks(marks, now), [])
    logs = frozenset({*stock, *packs})
    if is_end and not position:
        return Among(stock=logs, marks={**whole(now), **of_stock})
    found, after = set(known), dict(marks)
    day: list[date] = []
    if goes_on:
        after = {**_rounds(marks, now, is_end), "order": 0 if is_end else part[-1]}
        after["day"], day = _next_day(marks)
        if not after["day"]:
            after["days_whole"], after["days_began"] = after["days_began"], now.isoformat()
    else:
        part = []
    for name, rows, order in (
        ("event", OrderEvent.objects, "order_id"),
        ("payment", Payment.objects, "order_id"),
        ("refund", Refund.objects, "payment__order_id"),
        ("parcel", Parcel.objects, "order_id"),
    ):
        newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
        mark = min(marks.get(name, newest), newest)
        moved = rows.filter(pk__gt=mark - OVERLAP).order_by("pk").values_list("pk", order)
        moved = list(moved[: MOVED + OVERLAP])
        found.update(pk for _, pk in moved)
        after[name] = moved[-1][0] if moved else mark
    found.update(
        Payment.objects.filter(status__in=UNSETTLED).order_by().values_list("order", flat=True)[:MOVED]
    )
    waiting = Refund.objects.filter(status=RefundStatus.WANTED).order_by()
    found.update(waiting.values_list("payment__order", flat=True)[:MOVED])
    first, last = (part[0], part[-1]) if part else (1, 0)
    return Among(
        first,
        last,
        frozenset(found),
        frozenset({*days, *day}),
        logs,
        is_all=False,
        marks={**after, **of_stock},
    )


def last_moves() -> tuple:
    """What is another whenever something moved that a look is about; and whether something waits for Stripe.

    The last of each kind that `next_part` follows, from their primary keys.
    """
    kinds = (OrderEvent, Payment, Refund, Parcel)
    newest = [kind.objects.order_by("-pk").values_list("pk", flat=True).first() for kind in kinds]
    waits = Payment.objects.filter(status__in=UNSETTLED).exists()
    return (*newest, waits or Refund.objects.filter(status=RefundStatus.WANTED).exists())


def whole(now: datetime) -> dict:
    """The marks of a look at everything."""
    names = ("began", "whole", "days_began", "days_whole", "stock_began", "stock_whole")
    return dict.fromkeys(names, now.isoformat())


def _stock_marks(marks: dict, now: datetime) -> dict:
    began = marks.get("stock_began") or now.isoformat()
    return {
        "stock": marks.get("stock", 0),
        "stock_began": began,
        "stock_whole": marks.get("stock_whole", ""),
    }


def _next_stock(marks: dict, now: datetime, most: int) -> tuple[dict, list[int]]:
    """Where the look after this one goes on, and the rows of stock to look at now: each in its turn, then from the first."""
    found = _stock_marks(marks, now)
    after = Stock.objects.filter(pk__gt=found["stock"]).order_by("pk")
    pks = list(after.values_list("pk", flat=True)[:most])
    found["stock"] = pks[-1] if len(pks) == most else 0
    if not found["stock"]:
        found["stock_whole"], found["stock_began"] = found["stock_began"], now.isoformat()
    return found, pks


def _rounds(marks: dict, now: datetime, is_end: bool) -> dict:
    """When the round of parts began that is under way, and when the one began that went through everything last."""
    began = marks.get("began") or now.isoformat()
    days = {
        "days_began": marks.get("days_began") or now.isoformat(),
        "days_whole": marks.get("days_whole", ""),
    }
    if is_end:
        return {**days, "began": now.isoformat(), "whole": began}
    return {**days, "began": began, "whole": marks.get("whole", "")}


def _next_day(marks: dict) -> tuple[str, list[date]]:
    """Where the look after this one goes on, and the day to look at now: each in its turn, then from the first again."""
    before = date.fromisoformat(marks["day"]) if marks.get("day") else None
    day = days_summed(settings.PAYMENT_MODE, before, 1)
    return (day[0].isoformat() if day else ""), day
