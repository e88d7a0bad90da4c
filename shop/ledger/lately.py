"""What came and went back in the last weeks, by day. Days that are over are remembered while no refund or dispute moves."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Sum, Value
from django.db.models.functions import Coalesce, NullIf, TruncDate

from shop.desk.models import LedgerState
from shop.money import format_money
from shop.payments.models import TAKEN, TOOK, Dispute, Payment, Refund, RefundCause, RefundStatus
from shop.regions.models import Region

DAYS, WHY_DAYS = 30, 90
OPEN_DAYS = 2  # today and yesterday: always read
KEPT_FOR = 3600  # seconds


def _moved() -> tuple:
    """Moves whenever a refund is wanted or ends, or a dispute opens or closes; each part from an index."""
    refunds = Refund.objects.order_by().aggregate(Max("pk"), Max("ended_at"))
    disputes = Dispute.objects.order_by().aggregate(Max("pk"), Max("closed_at"), Sum("amount"))
    return (*refunds.values(), *disputes.values())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class Lately:
    """The days are UTC; amounts in minor units."""

    def __init__(self, now: datetime):
        self.now = now

    @cached_property
    def _moved(self) -> tuple:
        return _moved()

    def _rows(self, days: int, read: Callable[[datetime, datetime], list[tuple]]) -> list[tuple]:
        """What `read` gives of the last days, of those before yesterday from the cache."""
        today = self.now.date()
        first, opened = today - timedelta(days=days - 1), today - timedelta(days=OPEN_DAYS - 1)
        name = f"ledger:{read.__name__}:{settings.PAYMENT_MODE}"
        state = (first, opened, self._moved)
        kept = cache.get(name)
        if kept is None or kept[0] != state:
            kept = (state, read(_midnight(first), _midnight(opened)))
            cache.set(name, kept, KEPT_FOR)
        return kept[1] + read(_midnight(opened), _midnight(today + timedelta(days=2)))

    @cached_property
    def _payments(self) -> list[tuple]:
        return self._rows(DAYS, _payments_between)

    def strip(self, state: LedgerState) -> list[dict]:
        """A cell for each of the last thirty days: payments, refunds, breaches."""
        paid: Counter = Counter()
        for day, _, n, *_ in self._payments:
            paid[day] += n
        back = Counter(dict(self._rows(DAYS, _refunds_between)))
        red = Counter(breach["day"] for breach in state.breaches)
        first = self.now.date() - timedelta(days=DAYS - 1)
        days = [first + timedelta(days=n) for n in range(DAYS)]
        return [
            {"day": day, "paid": paid[day], "back": back[day], "red": red[day.isoformat()]} for day in days
        ]

    def sums(self) -> list[dict]:
        """By currency, of the payments of these days: what came, what went back, and what banks have in disputes."""
        found: dict[str, Counter] = {}
        for _, currency, n, came, back, bank in self._payments:
            found.setdefault(currency, Counter()).update(n=n, came=came, back=back, bank=bank)
        locales = {region.currency: region.locale for region in Region.markets()}

        def in_money(amount, currency):
            return format_money(amount, currency, locales.get(currency, "en_GB"))

        return [
            {
                "currency": currency,
                "n": row["n"],
                "came": in_money(row["came"], currency),
                "back": in_money(row["back"], currency),
                "bank": in_money(row["bank"], currency) if row["bank"] else "",
                "left": in_money(row["came"] - row["back"] - row["bank"], currency),
            }
            for currency, row in sorted(found.items())
        ]

    def why_refunds(self) -> list[dict]:
        """Refunds of the last ninety days by cause and region, the most frequent first."""
        found: Counter = Counter()
        for cause, region, n in self._rows(WHY_DAYS, _causes_between):
            found[cause, region] += n
        labels, most = dict(RefundCause.choices), max(found.values(), default=1)
        return [
            {"cause": cause, "region": region, "n": n, "label": labels[cause], "share": round(n * 100 / most)}
            for (cause, region), n in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        ]


def _payments_between(begin: datetime, end: datetime) -> list[tuple]:
    """(day, currency, how many, came, went back, at banks)."""
    rows = Payment.objects.filter(
        mode=settings.PAYMENT_MODE, status__in=TAKEN, settled_at__gte=begin, settled_at__lt=end
    ).order_by()
    by_day = rows.annotate(
        day=TruncDate("settled_at"), of=Coalesce(NullIf("taken_currency", Value("")), "currency")
    ).values_list("day", "of")
    return list(by_day.annotate(Count("pk"), came=Sum(TOOK), back=Sum("given_back"), bank=Sum("disputed")))


def _refunds_between(begin: datetime, end: datetime) -> list[tuple]:
    """(day, how many)."""
    rows = Refund.objects.filter(
        payment__mode=settings.PAYMENT_MODE,
        status=RefundStatus.SUCCEEDED,
        ended_at__gte=begin,
        ended_at__lt=end,
    ).order_by()
    return list(rows.annotate(day=TruncDate("ended_at")).values_list("day").annotate(Count("pk")))


def _causes_between(begin: datetime, end: datetime) -> list[tuple]:
    """(cause, region, how many)."""
    rows = Refund.objects.filter(
        payment__mode=settings.PAYMENT_MODE, wanted_at__gte=begin, wanted_at__lt=end
    ).exclude(status=RefundStatus.FAILED)
    by_cause = rows.order_by().values_list("cause", "payment__order__region__short_name")
    return list(by_cause.annotate(Count("pk")))
