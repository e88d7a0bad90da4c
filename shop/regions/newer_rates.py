"""VAT rates of a newer source beside those of the shop: what differs is proposed, and begins once somebody says so.

Nothing is changed in place. A rate that is put into force is a new row; one whose day has passed begins at the moment
of the decision, since the orders of the days between were charged at the old one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.regions.models import Country, Decision, ProposedRate, TaxClass, VatRate
from shop.regions.tax import vat_rate

LARGEST = 1_000_000  # bytes of a file; that of ibericode/vat-rates has some 20,000
MOST = 1000  # entries; that file has some 70
FIRST = date(1900, 1, 1)  # where the source has no day


class Unreadable(Exception):
    """The file is not one of rates. Its text says in words what is wrong."""


@dataclass(frozen=True)
class Entry:
    """What a source says of a country from a day on; `rates` by the source's own names, in per cent."""

    country: str
    begins: date
    rates: dict[str, Decimal]

    @property
    def standard(self) -> Decimal:
        return self.rates["standard"]


@dataclass(frozen=True)
class Shown:
    """A proposal beside the rate that would hold without it."""

    row: ProposedRate
    old: Decimal | None
    at: datetime  # when it would begin

    @property
    def is_late(self) -> bool:
        """Its day has passed, so that it begins at once."""
        return self.at > midnight(self.row.begins, self.row.country)


def read_file(data: bytes) -> list[Entry]:
    """The entries of a file in the form of ibericode/vat-rates, by country and day. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable("The file is too large to be one of VAT rates.")
    try:
        items = json.loads(data.decode())["items"]
        if not isinstance(items, dict) or not items:
            raise Unreadable("The file names no country.")
        found = [_entry(code, row) for code, rows in items.items() for row in rows]
    except Unreadable:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidOperation) as error:
        raise Unreadable(
            "This is not a file of VAT rates: it needs “items” with country codes, and in each “effective_from” and “rates”."
        ) from error
    if len(found) > MOST:
        raise Unreadable("The file has more entries than all countries have had rates.")
    known: set[tuple[str, date]] = set()
    for entry in found:
        if (entry.country, entry.begins) in known:
            raise Unreadable(f"{entry.country[:20]}: two entries begin on {entry.begins}.")
        known.add((entry.country, entry.begins))
    return sorted(found, key=lambda entry: (entry.country, entry.begins))


def _entry(code: str, row: dict) -> Entry:
    text = str(row["effective_from"])
    try:
        begins = FIRST if text.startswith("0000") else date.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"{code[:20]}: “{text[:20]}” is not a day such as 2027-01-01.") from None
    if not 1900 <= begins.year <= 2100:
        raise Unreadable(f"{code[:20]}: {begins} can’t be meant.")
    rates = {str(name)[:40]: Decimal(str(value)) for name, value in row["rates"].items()}
    for name, rate in rates.items():
        if not (rate.is_finite() and 0 <= rate < 100 and rate == round(rate, 1)):
            raise Unreadable(
                f"{code[:20]}, {name}: {str(rate)[:12]} is not a rate in per cent with one digit at most."
            )
    if "standard" not in rates:
        raise Unreadable(f"{code[:20]}: an entry has no standard rate.")
    return Entry({"EL": "GR", "UK": "GB"}.get(code, code), begins, rates)


def midnight(day: date, country: Country) -> datetime:
    """When a day begins on the clock of the country's region."""
    return datetime.combine(day, time(), ZoneInfo(country.region.time_zone)).astimezone(UTC)


def propose(entries: list[Entry], source: str, source_date: date) -> int:
    """Write down where the entries differ from the shop's rates, by class; how many differ.

    What an earlier file proposed and nobody decided is forgotten: the newer file says it too, or knows better.
    """
    now = timezone.now()
    of_country: dict[str, list[Entry]] = {}
    for entry in entries:
        of_country.setdefault(entry.country, []).append(entry)
    rows = [
        ProposedRate(
            country=country, tax_class=tax_class, rate=rate, begins=begins, doubt=doubt, source=source[:200],
            source_date=source_date, is_verified=True,
        )
        for country in Country.objects.select_related("region")
        for tax_class, newer in ((TaxClass.STANDARD, _newer_standard), (TaxClass.SUPPLEMENT, _newer_reduced))
        for begins, rate, doubt in newer(country, of_country.get(country.code, []), now)
    ]  # fmt: skip
    with transaction.atomic():
        ProposedRate.objects.filter(decision=Decision.OPEN, is_verified=True).delete()
        ProposedRate.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


Newer = Iterator[tuple[date, Decimal, str]]  # (from when, rate, what is not sure about it)


def _newer_standard(country: Country, rows: list[Entry], now: datetime) -> Newer:
    begun = [row for row in rows if midnight(row.begins, country) <= now]
    before: Decimal | None = None  # of the entry before, where that was proposed
    for row in [*begun[-1:], *rows[len(begun) :]]:
        at = max(midnight(row.begins, country), now)
        if row.standard != (vat_rate(country.code, at=at) if before is None else before):
            before = row.standard
            yield row.begins, row.standard, ""


def _newer_reduced(country: Country, rows: list[Entry], now: datetime) -> Newer:
    """Of a country whose supplements have a rate of their own: what became of the source's reduced rate that was the same."""
    own = VatRate.objects.filter(
        country=country, zone=None, tax_class=TaxClass.SUPPLEMENT, valid_from__lte=now
    ).order_by("-valid_from")
    held = own.values_list("rate", flat=True).first()
    alike = [
        (number, name)
        for number, row in enumerate(rows)
        for name, rate in row.rates.items()
        if rate == held and name not in {"standard", "parking"} and midnight(row.begins, country) <= now
    ]
    if held is None or not alike:
        return
    number, name = alike[-1]
    before: Decimal | None = None
    for row in rows[number + 1 :]:
        rate, at = row.rates.get(name), max(midnight(row.begins, country), now)
        if rate is None:
            continue
        if rate != (
            vat_rate(country.code, tax_class=TaxClass.SUPPLEMENT, at=at) if before is None else before
        ):
            before = rate
            yield row.begins, rate, f"“{name}” of the source, which was {held.normalize():f} %."


def open_proposals() -> list[Shown]:
    now = timezone.now()
    rows = ProposedRate.objects.filter(decision=Decision.OPEN).select_related("country__region")
    return [_shown(row, now) for row in rows.order_by("-is_verified", "country__name", "begins", "pk")]


def _shown(row: ProposedRate, now: datetime) -> Shown:
    at = max(midnight(row.begins, row.country), now)
    return Shown(row, vat_rate(row.country.code, tax_class=row.tax_class, at=at), at)


def approve(pk: int, who: str) -> VatRate | None:
    """Put a proposal into force, once. None where somebody else decided it, or a row begins at that very moment."""
    now = timezone.now()
    try:
        with transaction.atomic():
            if not _decide(pk, Decision.APPROVED, who, now):
                return None
            row = ProposedRate.objects.select_related("country__region").get(pk=pk)
            verified = "" if row.is_verified else ", unverified, approved"
            return VatRate.objects.create(
                country=row.country,
                tax_class=row.tax_class,
                rate=row.rate,
                valid_from=max(midnight(row.begins, row.country), now),
                source=f"{row.source[:120]}, {row.source_date}{verified}"[:200],
            )
    except IntegrityError:
        return None


def leave(pk: int, who: str) -> bool:
    """Decide that the shop's rate stays; whether this call did it."""
    return _decide(pk, Decision.LEFT, who, timezone.now())


def _decide(pk: int, decision: str, who: str, now: datetime) -> bool:
    rows = ProposedRate.objects.filter(pk=pk, decision=Decision.OPEN)
    return bool(rows.update(decision=decision, decided_at=now, decided_by=who[:150]))
