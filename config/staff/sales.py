"""What is sold: by product, pack or day, in each region. A report in the admin, from sums that grow with each order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Min, QuerySet, Sum
from django.http.response import HttpResponseBase
from django.shortcuts import render

from config.staff.earnings import PERIODS, PLOT_HEIGHT, PLOT_WIDTH, Period, bars_of
from shop.attribution.models import PackDay
from shop.attribution.packs import COUNTED
from shop.catalogue.models import Product, Variant
from shop.money import to_decimal
from shop.regions.models import Region
from shop.web.spreadsheet import csv_answer

A_PAGE, FIRST = 50, 12  # lines of one region, and the first lines of each of several
KEYS = {"product": "variant__product", "pack": "variant", "day": "day"}
HEADINGS = {"product": "Product", "pack": "Pack", "day": "Day"}
SUMS = {name: Sum(name) for name in COUNTED}


@dataclass
class SalesLine:
    """A product, a pack or a day in one region. Money in minor units, net of tax."""

    name: str
    region: Region
    orders: int
    units: int
    net: int
    refunded: int
    sku: str = ""
    url: str = ""

    @property
    def kept(self) -> int:
        return self.net - self.refunded

    @property
    def net_text(self) -> str:
        return self.region.money(self.net)

    @property
    def refunded_text(self) -> str:
        return self.region.money(self.refunded) if self.refunded else ""

    @property
    def kept_text(self) -> str:
        return self.region.money(self.kept)


@dataclass
class SalesPart:
    region: Region
    lines: list[SalesLine]
    total: SalesLine
    bars: list
    top_text: str
    page: object
    base: str  # the address of this region's own pages


def sold(period: Period, region: Region) -> QuerySet[PackDay]:
    """Of the site's own payment mode."""
    return PackDay.objects.filter(
        mode=settings.PAYMENT_MODE, region=region, day__gte=period.first, day__lte=period.last
    ).order_by()


def _groups(rows: QuerySet, by: str):
    """What was sold of each, the dearest first; days in their order. `orders` of a product counts each pack's."""
    groups = rows.values(key=F(KEYS[by])).annotate(**SUMS).annotate(kept=F("net") - F("refunded"))
    return groups.order_by("-key") if by == "day" else groups.order_by("-kept", "-units", "key")


def _lines(groups: Iterable[dict], by: str, region: Region) -> list[SalesLine]:
    found = list(groups)
    names = _names([row["key"] for row in found], by)
    lines = []
    for row in found:
        name, sku, url = names[row["key"]]
        counts = {what: row[what] for what in COUNTED}
        lines.append(SalesLine(name, region, sku=sku, url=url, **counts))
    return lines


def _names(keys: list, by: str) -> dict:
    """(words, SKU, address in the admin) by key."""
    if by == "day":
        return {day: (f"{day:%a %-d %b %Y}", "", "") for day in keys}
    if by == "product":
        rows = Product.objects.filter(pk__in=keys).values_list("pk", "name")
        return {pk: (name, "", f"/admin/catalogue/product/{pk}/change/") for pk, name in rows}
    packs = Variant.objects.filter(pk__in=keys).select_related("product")
    return {
        pack.pk: (
            f"{pack.product.name}, {pack.label}",
            pack.sku,
            f"/admin/catalogue/product/{pack.product_id}/change/",
        )
        for pack in packs
    }


def _part(period: Period, region: Region, by: str, page: str | None, only: bool) -> SalesPart:
    rows = sold(period, region)
    groups = _groups(rows, by)
    shown = Paginator(groups, A_PAGE if only else FIRST).get_page(page) if page is not None else None
    sums = rows.aggregate(**SUMS)
    all_of_it: dict[str, Any] = {name: sums[name] or 0 for name in COUNTED}
    total = SalesLine("All together", region, **all_of_it)
    money: dict[date, int] = {row["key"]: row["kept"] for row in _groups(rows, "day")}
    top = max(money.values(), default=0)
    return SalesPart(
        region,
        _lines(groups if shown is None else shown.object_list, by, region),
        total,
        bars_of(period, money, top, region) if top > 0 else [],
        region.money(top),
        shown,
        "?" + urlencode({"region": region.code, "by": by, "from": period.first, "to": period.last}),
    )


def sales(request, site):
    """As CSV with ?as=csv. Filters that make no sense fall back to the usual. It writes nothing."""
    if not request.user.has_perm("attribution.view_packday"):
        raise PermissionDenied
    period = Period.of(request.GET)
    by = request.GET.get("by", "")
    by = by if by in KEYS else "product"
    one = Region.by_code(request.GET.get("region", ""))
    regions = [one] if one else Region.open_markets()
    as_csv = request.GET.get("as") == "csv"
    page = None if as_csv else request.GET.get("page", "1") if one else "1"
    parts = [_part(period, region, by, page, one is not None) for region in regions]
    if as_csv:
        return _csv(period, by, parts)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        **site.each_context(request),
        "title": "Sales",
        "by": by,
        "heading": HEADINGS[by],
        "ways": HEADINGS.items(),
        "period": period,
        "periods": PERIODS,
        "regions": Region.open_markets(),
        "one": one,
        "parts": parts,
        "plot": (PLOT_WIDTH, PLOT_HEIGHT),
        "query": query.urlencode(),
        "since": PackDay.objects.filter(mode=settings.PAYMENT_MODE).aggregate(first=Min("day"))["first"],
    }
    return render(request, "admin/sales.html", context)


def _csv(period: Period, by: str, parts: list[SalesPart]) -> HttpResponseBase:
    """Amounts are decimals, with their currency beside them."""
    head = ["from", "to", "region", "currency", by, "SKU", *COUNTED, "kept"]
    rows = [
        [period.first, period.last, part.region.code, part.region.currency, line.name, line.sku, line.orders, line.units,
         *(to_decimal(value, part.region.currency) for value in (line.net, line.refunded, line.kept))]
        for part in parts for line in part.lines
    ]  # fmt: skip
    return csv_answer(f"sales-by-{by}-{period.first}-{period.last}", head, rows)
