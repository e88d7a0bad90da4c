"""Which orders a look at the ledger is about: all of them, or those that moved and a part of the others."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from shop.orders.models import Order, OrderEvent, Parcel
from shop.payments.models import UNSETTLED, Payment, Refund, RefundStatus

PART = 700  # orders, moved or not, that a look goes through besides those that moved; fewer than that are all looked at
MOVED = 700  # rows of each kind that a look follows; what is over waits for the next
# Rows before the last one seen that are looked at again: a transaction may commit long after it drew its key.
OVERLAP = 50


@dataclass(frozen=True)
class Among:
    """Orders by a range of keys and by single keys, or all of them."""

    first: int = 0
    last: int = 0
    pks: frozenset[int] = frozenset()
    is_all: bool = True
    marks: dict = field(default_factory=dict)  # where the next look goes on

    def of(self, rows: QuerySet, order: str) -> QuerySet:
        """Those of the rows whose order, at the path `order`, is among these."""
        if self.is_all:
            return rows
        return rows.filter(
            Q(**{f"{order}__gte": self.first, f"{order}__lte": self.last}) | Q(**{f"{order}__in": self.pks})
        )


ALL = Among()


def next_part(marks: dict, known) -> Among:
    """The orders to look at after a look that left `marks`, with those of `known` breaches.

    Those of every new event, payment, refund and parcel, those that wait for Stripe, and the next PART of all. So
    what is done is looked at within a minute, and what was changed past the shop once in (orders / PART) minutes.
    """
    position = marks.get("order", 0)
    part = list(Order.objects.filter(pk__gt=position).order_by("pk").values_list("pk", flat=True)[:PART])
    is_end = len(part) < PART
    if is_end and not position:
        return ALL
    found, after = set(known), {"order": 0 if is_end else part[-1]}
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
    return Among(first, last, frozenset(found), is_all=False, marks=after)
