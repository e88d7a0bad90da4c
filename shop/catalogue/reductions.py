"""Whether a price is a reduction that may be announced, and from what: computed from the history, typed nowhere.

Directive 98/6/EC article 6a: the earlier price is the lowest of the 30 days before the reduction began, also where it was
cut further since. Where the law leaves it open, the strict reading: it had been sold here for 30 days by then, and 30 days
after the last cut the price is no reduction any more but the price.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from shop.catalogue.models.price_log import PriceLog
from shop.catalogue.price_triggers import DAYS

WINDOW = timedelta(days=DAYS)
AT_ONCE = timedelta(minutes=1)  # a row that is written to begin now began when it says


@dataclass(frozen=True)
class Change:
    """One row of the history: from `known_at` on, the price row `price` says this. None: not sold."""

    price: int
    amount: int | None
    valid_from: datetime
    gone: bool
    recorded_at: datetime

    @property
    def known_at(self) -> datetime:
        late = self.recorded_at - self.valid_from
        return self.valid_from if timedelta() <= late <= AT_ONCE else self.recorded_at


@dataclass(frozen=True)
class Step:
    """From `at` on it cost this; None: it was not sold."""

    at: datetime
    amount: int | None


@dataclass(frozen=True)
class Cut:
    """The price of now is lower than before. `lowest` of the 30 days before `began`; None: it was not sold so long."""

    began: datetime
    last: datetime
    amount: int
    lowest: int | None

    @property
    def is_real(self) -> bool:
        return self.lowest is not None and self.lowest > self.amount

    @property
    def ends(self) -> datetime:
        """From then on nobody is told of it."""
        return self.last + WINDOW


def steps_of(changes: Iterable[Change]) -> list[Step]:
    """What it cost from when on, by what was known then; what is planned follows. `changes` as they were recorded."""
    changes = list(changes)
    moments = sorted(
        {moment for one in changes for moment in (one.known_at, max(one.known_at, one.valid_from))}
    )
    waiting = sorted(enumerate(changes), key=lambda pair: (pair[1].known_at, pair[0]))
    said: dict[int, Change] = {}
    steps: list[Step] = []
    for moment in moments:
        while waiting and waiting[0][1].known_at <= moment:
            one = waiting.pop(0)[1]
            said[one.price] = one
        begun = [one for one in said.values() if not one.gone and one.valid_from <= moment]
        amount = max(begun, key=lambda one: one.valid_from).amount if begun else None
        if not steps or steps[-1].amount != amount:
            steps.append(Step(moment, amount))
    return steps


def cut_at(steps: list[Step], at: datetime) -> Cut | None:
    """The reduction in force at a moment, real or not; None where the price is not lower than before."""
    begun = [step for step in steps if step.at <= at]
    now = first = len(begun) - 1
    while (
        first > 0
        and _is_cut(begun, first)
        and (first == now or begun[first + 1].at - begun[first].at < WINDOW)
    ):
        first -= 1
    first += 1
    amount = begun[now].amount if begun else None
    if first > now or amount is None or at >= begun[now].at + WINDOW:
        return None
    began = begun[first].at
    return Cut(began, begun[now].at, amount, _lowest(begun[:first], began))


def _is_cut(steps: list[Step], number: int) -> bool:
    before, after = steps[number - 1].amount, steps[number].amount
    return before is not None and after is not None and after < before


def _lowest(steps: list[Step], began: datetime) -> int | None:
    """Of the 30 days before; None if it was not on sale here before they began."""
    since = began - WINDOW
    if not any(step.amount is not None and step.at <= since for step in steps):
        return None
    ends = [*(step.at for step in steps[1:]), began]
    seen = [
        step.amount for step, end in zip(steps, ends, strict=True) if end > since and step.amount is not None
    ]
    return min(seen, default=None)


def history(variants, region=None) -> dict[tuple[int, int], list[Step]]:
    """{(variant pk, region pk): steps} of packs, in all regions or in one. One query."""
    rows: QuerySet[PriceLog] = PriceLog.objects.filter(variant__in=variants)
    if region is not None:
        rows = rows.filter(region=region)
    found: dict[tuple[int, int], list[Change]] = {}
    columns = ("variant_id", "region_id", "price", "amount", "valid_from", "gone", "recorded_at")
    for variant, where, *columns_ in rows.order_by("pk").values_list(*columns):
        found.setdefault((variant, where), []).append(Change(*columns_))
    return {key: steps_of(changes) for key, changes in found.items()}


def cuts(variants, region, at: datetime) -> dict[int, Cut]:
    """{variant pk: real reduction at a moment} in a region whose law says how it is told of. One query, or none."""
    if not region.legal.earlier_price or not variants:
        return {}
    found = {}
    for (variant, _), steps in history(variants, region).items():
        cut = cut_at(steps, at)
        if cut and cut.is_real:
            found[variant] = cut
    return found
