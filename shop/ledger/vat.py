"""The VAT report of a quarter, by country and rate: from invoices and credit notes, checked against the orders."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from shop.invoices.issue import count_missing
from shop.invoices.models import DocumentKind
from shop.invoices.sums import first_tax_point, sums_of
from shop.ledger.check import last_state
from shop.money import to_decimal
from shop.orders.models import Order
from shop.regions.models import Region
from shop.web.spreadsheet import csv_answer

RULES = {"documents", "sums"}  # of the ledger, that this report rests on


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, text: str) -> "Quarter":
        """From “2026-4”; nonsense gives the current one."""
        found = re.fullmatch(r"(2[0-9]{3})-0?([1-4])", text)
        if found:
            return cls(int(found[1]), int(found[2]))
        return cls.at(timezone.now())

    @classmethod
    def at(cls, moment: datetime) -> "Quarter":
        regions = Region.markets()
        day = moment.astimezone(regions[0].zone if regions else UTC)
        return cls(day.year, (day.month + 2) // 3)

    def bounds(self, zone) -> tuple[datetime, datetime]:
        """When it begins, and when the next one does, on a region's clock: the clock of the dates on its invoices."""
        first, next_first = (datetime.combine(day, time(), zone) for day in self.days)
        return first, next_first

    @property
    def days(self) -> tuple[date, date]:
        """Its first day, and that of the next."""
        after = self.number == 4
        return (
            date(self.year, 3 * self.number - 2, 1),
            date(self.year + after, 1 if after else 3 * self.number + 1, 1),
        )

    def __str__(self):
        return f"{self.year}-{self.number}"

    def before(self) -> "Quarter":
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)


COLUMNS = {"sold_net": "Sold, net", "sold_tax": "Tax", "back_net": "Given back, net", "back_tax": "Tax given back",
           "net": "Net", "tax": "Tax due"}  # fmt: skip


@dataclass
class VatRow:
    region: Region
    country: str
    rate: Decimal
    sold_net: int = 0
    sold_tax: int = 0
    back_net: int = 0
    back_tax: int = 0

    @property
    def net(self) -> int:
        return self.sold_net + self.back_net

    @property
    def tax(self) -> int:
        return self.sold_tax + self.back_tax

    def text(self, name) -> str:
        return self.region.money(getattr(self, name))

    @property
    def cells(self) -> list[tuple[str, str]]:
        """(what it is, amount), as they stand side by side."""
        return [(label, self.text(name)) for name, label in COLUMNS.items()]


def rows_of(quarter: Quarter) -> list[VatRow]:
    """A row for each region, country and rate. Amounts in minor units; what went back is negative."""
    found: list[VatRow] = []
    for region in Region.markets():
        lines: dict[tuple, VatRow] = {}
        sums = sums_of(region, settings.PAYMENT_MODE, *quarter.days)
        for (kind, country, rate), (net, tax) in sums.items():
            line = lines.setdefault((country, rate), VatRow(region, country, rate))
            if kind == DocumentKind.INVOICE:
                line.sold_net += net
                line.sold_tax += tax
            else:
                line.back_net += net
                line.back_tax += tax
        found += sorted(lines.values(), key=lambda line: (line.country, -line.rate))
    return found


def differences(quarter: Quarter) -> list[str]:
    """What orders of the quarter say that no invoice says yet, by region, in words. Empty when there is none.

    Whether each invoice says what its order does is a rule of the ledger (shop.ledger.documents).
    """
    sentences = []
    for region in Region.markets():
        begin, end = quarter.bounds(region.zone)
        paid = Order.objects.filter(
            region=region,
            payment_mode=settings.PAYMENT_MODE,
            has_invoice=False,
            paid_at__gte=begin,
            paid_at__lt=end,
        )
        if total := paid.aggregate(n=Sum("total"))["n"]:
            sentences.append(f"{region.name}: orders of {region.money(total)} have no invoice yet.")
    return sentences


def quarters(shown: Quarter) -> list[Quarter]:
    """All that can hold a document, the current one first; and the one that is shown, whichever it is."""
    now = Quarter.of("")
    first = first_tax_point(settings.PAYMENT_MODE)
    # The day before: the quarter of another region's clock may be the one before.
    least = Quarter.at(first - timedelta(days=1)) if first else now
    found = [now]
    while (found[-1].year, found[-1].number) > (least.year, least.number):
        found.append(found[-1].before())
    return found if shown in found else [shown, *found]


def vat_report(request, site):
    if not request.user.has_perm("desk.view_ledger"):
        raise PermissionDenied
    quarter, state = Quarter.of(request.GET.get("quarter", "")), last_state()
    rows = rows_of(quarter)
    if request.GET.get("as") == "csv":
        return _csv(quarter, rows)
    context = {
        **site.each_context(request),
        "title": f"VAT and sales tax, quarter {quarter.number} of {quarter.year}",
        "quarter": quarter,
        "quarters": quarters(quarter),
        "rows": rows,
        "missing": count_missing(),
        "differences": differences(quarter),
        "wrong": [breach["words"] for breach in state.breaches if breach["rule"] in RULES] if state else [],
        "compared": state.compared if state else None,
    }
    return render(request, "admin/vat.html", context)


def _csv(quarter, rows) -> HttpResponseBase:
    head = ["quarter", "region", "country", "currency", "rate %", "sold net", "sold tax", "given back net",
            "given back tax", "net", "tax"]  # fmt: skip
    return csv_answer(f"vat-{quarter}", head, [_cells(quarter, row) for row in rows])


def _cells(quarter, row) -> list:
    amounts = [row.sold_net, row.sold_tax, row.back_net, row.back_tax, row.net, row.tax]
    currency = row.region.currency
    return [
        quarter,
        row.region.code,
        row.country,
        currency,
        f"{row.rate.normalize():f}",
        *(to_decimal(n, currency) for n in amounts),
    ]
