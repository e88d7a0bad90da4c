"""What a rule of the ledger yields, and the first rows of many."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.models import (
    Payment,
)

PATIENCE = timedelta(hours=1)


MAX_OF_A_KIND = 200


@dataclass(frozen=True)
class Breach:
    """A rule that does not hold: for which thing, in words, and which fix (a name of shop.ledger.fixes) would help.

    `about`: the pk of the thing the fix is for. `day`: the day it belongs to on the strip, ISO.
    """

    rule: str
    words: str
    about: int
    day: str
    fix: str = ""
    order: int | None = None

    def as_dict(self) -> dict:
        return asdict(self)


class Some:
    """The first rows of a queryset, one query; `rest` tells of those that are left out, so that none is cut unseen."""

    def __init__(self, rows):
        self.rows, self.is_cut = rows, False

    def __iter__(self):
        first = list(self.rows[: MAX_OF_A_KIND + 1])
        self.is_cut = len(first) > MAX_OF_A_KIND
        return iter(first[:MAX_OF_A_KIND])

    def rest(self, rule: str, now) -> "Iterator[Breach]":
        if self.is_cut:
            more = self.rows.count() - MAX_OF_A_KIND
            yield Breach(rule, f"{more} more like the {MAX_OF_A_KIND} above.", 0, _day(now))


def _day(moment) -> str:
    return f"{(moment or timezone.now()):%Y-%m-%d}"


def _orders():
    return Order.objects.filter(payment_mode=settings.PAYMENT_MODE)


def _payments():
    return Payment.objects.filter(mode=settings.PAYMENT_MODE).select_related("order__region")
