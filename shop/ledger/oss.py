"""The return of the EU's one-stop shop: a quarter by country of consumption and rate, and corrections of earlier ones."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render

from shop.invoices.corrections import corrections_of
from shop.invoices.issue import count_missing
from shop.invoices.sums import sums_of
from shop.ledger.vat import Quarter, quarters
from shop.money import to_decimal
from shop.regions.models import Region
from shop.regions.vat_numbers import MEMBERS
from shop.web.spreadsheet import harmless

CURRENCY = "EUR"
YEARS = 3  # how long a return can correct an earlier one: Directive 2006/112/EC, art. 369g(4)


@dataclass(frozen=True)
class OssRow:
    """Amounts in cents. `sold`: the quarter that is corrected; None for supplies of the quarter itself."""

    country: str
    rate: Decimal
    net: int
    tax: int
    sold: Quarter | None = None
    is_too_old: bool = False

    @property
    def net_text(self) -> str:
        return str(to_decimal(self.net, CURRENCY))

    @property
    def tax_text(self) -> str:
        return str(to_decimal(self.tax, CURRENCY))


def oss_regions() -> list[Region]:
    """Regions whose sales the return is about: of countries of the Union alone, and in euros.

    Whatever form their pages take: a region of another country may take the EU's.
    """
    return [
        region
        for region in Region.markets()
        if region.currency == CURRENCY and region.country_codes and MEMBERS.issuperset(region.country_codes)
    ]


def _quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def oss_rows(quarter: Quarter) -> tuple[list[OssRow], list[OssRow]]:
    """(supplies of the quarter less what went back of them, corrections of earlier quarters)."""
    own: dict[tuple[str, Decimal], list[int]] = defaultdict(lambda: [0, 0])
    earlier: dict[tuple[date, str, Decimal], list[int]] = defaultdict(lambda: [0, 0])
    for region in oss_regions():
        for (_, country, rate), (net, tax) in sums_of(region, settings.PAYMENT_MODE, *quarter.days).items():
            _add(own[country, rate], net, tax)
        corrected = corrections_of(region, settings.PAYMENT_MODE, quarter.days[0])
        for (sold, country, rate), (net, tax) in corrected.items():
            _add(own[country, rate], -net, -tax)
            _add(earlier[sold, country, rate], net, tax)
    supplies = [OssRow(country, rate, net, tax) for (country, rate), (net, tax) in own.items() if net or tax]
    corrections = [
        OssRow(country, rate, net, tax, sold=_quarter_of(sold), is_too_old=sold.year + YEARS < quarter.year)
        for (sold, country, rate), (net, tax) in earlier.items()
        if net or tax
    ]
    return (
        sorted(supplies, key=lambda row: (row.country, -row.rate)),
        sorted(corrections, key=lambda row: (str(row.sold), row.country, -row.rate)),
    )


def _add(sums: list[int], net: int, tax: int) -> None:
    sums[0] += net
    sums[1] += tax


def oss_report(request, site):
    if not request.user.has_perm("desk.view_ledger"):
        raise PermissionDenied
    quarter = Quarter.of(request.GET.get("quarter", ""))
    supplies, corrections = oss_rows(quarter)
    if request.GET.get("as") == "csv":
        return _csv(quarter, [*supplies, *corrections])
    context = {
        **site.each_context(request),
        "title": f"One-stop shop, quarter {quarter.number} of {quarter.year}",
        "quarter": quarter,
        "quarters": quarters(quarter),
        "supplies": supplies,
        "corrections": corrections,
        "due": str(to_decimal(sum(row.tax for row in [*supplies, *corrections]), CURRENCY)),
        "missing": count_missing(),
        "regions": oss_regions(),
    }
    return render(request, "admin/oss.html", context)


def _csv(quarter: Quarter, rows: list[OssRow]) -> HttpResponse:
    """A negative amount begins with a minus sign, as numbers do; no other cell can be taken for a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="oss-{quarter}.csv"'
    writer = csv.writer(response)
    writer.writerow(["quarter", "what", "quarter of the sale", "country", "rate %", "net", "VAT", "currency"])
    for row in rows:
        what = "correction" if row.sold else "supply"
        rate = f"{row.rate.normalize():f}"
        writer.writerow(
            [
                quarter,
                what,
                row.sold or quarter,
                harmless(row.country),
                rate,
                row.net_text,
                row.tax_text,
                CURRENCY,
            ]
        )
    return response
