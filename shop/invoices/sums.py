"""Sums of documents by day, kept as documents are issued: a report costs the same however many there are.

The numbers of a series have no gaps and are given one after the other, so that what is counted is told by one number,
`Series.summed`. Reports add what came after it.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from shop.invoices.corrections import UNCORRECTED, add_up_corrections
from shop.invoices.models import Correction, DaySum, Document, DocumentTax, Series
from shop.regions.models import Region

AT_ONCE = 5000  # documents of a series that are counted in one transaction
KEY = ("day", "kind", "country", "rate")
T = TypeVar("T")


def to_sum(now=None) -> QuerySet[Series]:
    """Series with documents that the sums do not count yet."""
    return Series.objects.filter(Q(last__gt=F("summed")) | UNCORRECTED)


def add_up() -> bool:
    """Count the next documents of each series; whether there were any."""
    pks = list(to_sum().values_list("pk", flat=True))
    return sum(_add_up(pk) + add_up_corrections(pk) for pk in pks) > 0


@transaction.atomic
def _add_up(pk: int) -> bool:
    """Whoever issues a document holds the same lock; the kinds of a series are its own, so nobody else writes these rows."""
    series = Series.objects.select_for_update(no_key=True, of=("self",)).select_related("region").get(pk=pk)
    if series.last <= series.summed:
        return False
    until = min(series.last, series.summed + AT_ONCE)
    found = by_day(series.region, _taxes(series).filter(document__sequence__lte=until))
    before = DaySum.objects.filter(region=series.region, mode=series.mode, day__in={key[0] for key in found})
    kept = {key_of(row): row for row in before}
    for key, (net, tax) in found.items():
        blank = DaySum(
            region=series.region, mode=series.mode, net=0, tax=0, **dict(zip(KEY, key, strict=True))
        )
        row = kept.setdefault(key, blank)
        row.net, row.tax = row.net + net, row.tax + tax
    changed = [kept[key] for key in found]
    DaySum.objects.bulk_update([row for row in changed if row.pk], ["net", "tax"], batch_size=200)
    DaySum.objects.bulk_create([row for row in changed if not row.pk], batch_size=200)
    series.summed = until
    series.save(update_fields=["summed"])
    return True


@transaction.atomic
def count_anew(mode: str) -> None:
    """Forget the sums of a payment mode; the worker adds them up from nothing, and reports read all documents until then."""
    list(Series.objects.select_for_update(no_key=True).filter(mode=mode).order_by("pk"))
    DaySum.objects.filter(mode=mode).delete()
    Correction.objects.filter(mode=mode).delete()
    Series.objects.filter(mode=mode).update(summed=0, corrected=0)


def key_of(row: DaySum) -> tuple:
    return tuple(getattr(row, name) for name in KEY)


def by_day(region: Region, taxes: QuerySet[DocumentTax]) -> dict[tuple, tuple[int, int]]:
    """(net, tax) by (day, kind, country, rate) of these parts of the region's documents."""
    rows = (
        taxes.order_by()
        .annotate(day=TruncDate("document__tax_point", tzinfo=region.zone))
        .values_list("day", "document__kind", "document__country", "rate")
        .annotate(Sum("net"), Sum("tax"))
    )
    return {tuple(key): (net, tax) for *key, net, tax in rows}


def _taxes(series: Series) -> QuerySet[DocumentTax]:
    """Parts of the documents that the sums do not count yet."""
    return DocumentTax.objects.filter(
        document__region=series.region, document__mode=series.mode, document__letter=series.letter,
        document__sequence__gt=series.summed,
    )  # fmt: skip


def sums_of(region: Region, mode: str, first: date, after: date) -> dict[tuple, tuple[int, int]]:
    """(net, tax) by (kind, country, rate) of the days from `first` to before `after` on the region's clock."""

    def read(given: list[Series]) -> dict[tuple, tuple[int, int]]:
        kept = DaySum.objects.filter(region=region, mode=mode, day__gte=first, day__lt=after).order_by()
        rows = kept.values_list("kind", "country", "rate").annotate(Sum("net"), Sum("tax"))
        found = {tuple(key): (net, tax) for *key, net, tax in rows}
        for series in given:
            if series.last > series.summed:
                taxes = _within(_taxes(series), region, first, after)
                for (_, *key), (net, tax) in by_day(region, taxes).items():
                    before = found.get(tuple(key), (0, 0))
                    found[tuple(key)] = (before[0] + net, before[1] + tax)
        return found

    return _between_two_counts(Series.objects.filter(region=region, mode=mode), read)


def net_by_day(region: Region, mode: str, spans: list[tuple[date, date]]) -> dict[date, int]:
    """Net by day on the region's clock, of spans from a day to before another one; days without documents are left out."""
    asked = Q()
    for first, after in spans:
        asked |= Q(day__gte=first, day__lt=after)

    def read(given: list[Series]) -> dict[date, int]:
        kept = DaySum.objects.filter(asked, region=region, mode=mode).order_by()
        found = dict(kept.values_list("day").annotate(Sum("net")))
        for series in given:
            for first, after in spans if series.last > series.summed else ():
                taxes = _within(_taxes(series), region, first, after)
                for (day, *_), (net, _) in by_day(region, taxes).items():
                    found[day] = found.get(day, 0) + net
        return found

    return _between_two_counts(Series.objects.filter(region=region, mode=mode), read)


def _within(taxes: QuerySet[DocumentTax], region: Region, first: date, after: date) -> QuerySet[DocumentTax]:
    begin, end = (datetime.combine(day, time(), region.zone) for day in (first, after))
    return taxes.filter(document__tax_point__gte=begin, document__tax_point__lt=end)


def _between_two_counts(series: QuerySet[Series], read: Callable[[list[Series]], T]) -> T:
    """What `read` gives of these while no document went from those that are not counted to the sums."""

    def marks(rows: Iterable[Series]) -> list[tuple[int, int]]:
        return [(row.pk, row.summed) for row in rows]

    rows = series.select_related("region").order_by("pk")
    while True:
        before = list(rows)
        found = read(before)
        if marks(rows.all()) == marks(before):
            return found


def first_tax_point(mode: str) -> datetime | None:
    """The earliest of all documents; None before there is one."""
    return Document.objects.filter(mode=mode).aggregate(first=Min("tax_point"))["first"]


def days_summed(mode: str, after: date | None, most: int) -> list[date]:
    """The next days with sums after one."""
    rows = DaySum.objects.filter(mode=mode).order_by("day")
    rows = rows if after is None else rows.filter(day__gt=after)
    found: list[date] = []
    while len(found) < most and (day := rows.values_list("day", flat=True).first()):
        found.append(day)
        rows = rows.filter(day__gt=day)
    return found


def wrong_days(mode: str, day: date | None = None) -> list[tuple[Region, date]]:
    """Days of a region whose sums are not those of the documents that they count; of `day` alone, or of all."""

    def read(given: list[Series]) -> list[tuple[Region, date]]:
        counted, regions = {}, {series.region_id: series.region for series in given}
        for series in given:
            taxes = DocumentTax.objects.filter(
                document__region=series.region, document__mode=mode, document__letter=series.letter,
                document__sequence__lte=series.summed,
            )  # fmt: skip
            if day is not None:
                taxes = _within(taxes, series.region, day, day + timedelta(days=1))
            own = by_day(series.region, taxes) if series.summed else {}
            counted.update({(series.region_id, *key): sums for key, sums in own.items()})
        kept = DaySum.objects.filter(mode=mode) if day is None else DaySum.objects.filter(mode=mode, day=day)
        summed = {(row.region_id, *key_of(row)): (row.net, row.tax) for row in kept}
        nothing = (0, 0)
        wrong = {
            key[:2]
            for key in summed.keys() | counted.keys()
            if summed.get(key, nothing) != counted.get(key, nothing)
        }
        return [(regions[region], when) for region, when in sorted(wrong)]

    return _between_two_counts(Series.objects.filter(mode=mode), read)
