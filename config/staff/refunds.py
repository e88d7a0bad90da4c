"""Why money went back: by what staff said of it, by product and by article, as bars that the server draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Sum
from django.http import HttpResponse
from django.shortcuts import render

from articles.models import Version
from config.staff.earnings import FEWEST, NO_ARTICLE, PERIODS, Period
from shop.attribution.models import ArticleDay, PackDay
from shop.catalogue.models import Product
from shop.payments.models import Refund, RefundCause, RefundStatus
from shop.regions.models import Region

RIGHTS = ("payments.view_refund", "desk.view_ledger")
WIDTH, MOST = 240, 10  # of the longest bar; lines of a list


@dataclass
class Line:
    name: str
    amount: str
    width: str
    count: int | None = None


@dataclass
class Part:
    """One region: money of several currencies has no common bar."""

    region: Region
    total: str
    lists: list[tuple[str, list[Line]]]


def _lines(region: Region, rows: Iterable[tuple[str, int, int | None]]) -> list[Line]:
    """(name, minor units, how many), the dearest first."""
    rows = list(rows)
    top = max((amount for _, amount, _ in rows), default=0)
    return [
        Line(name, region.money(amount), f"{max(WIDTH * amount / top, 1):.1f}", count)
        for name, amount, count in rows
    ]


def _by_cause(region: Region, period: Period) -> tuple[list[tuple[str, int, int | None]], int]:
    begins = datetime.combine(period.first, time(), region.zone)
    ends = datetime.combine(period.last + timedelta(days=1), time(), region.zone)
    rows = Refund.objects.filter(
        wanted_at__gte=begins, wanted_at__lt=ends, payment__order__region=region,
        payment__mode=settings.PAYMENT_MODE,
    ).exclude(status=RefundStatus.FAILED)  # fmt: skip
    sums = rows.order_by().values("cause").annotate(back=Sum("amount"), count=Count("pk"))
    found: list[tuple[str, int, int | None]] = [
        (str(RefundCause(row["cause"]).label), row["back"], row["count"]) for row in sums.order_by("-back")
    ]
    return found, sum(amount for _, amount, _ in found)


def _by_product(region: Region, period: Period) -> list[tuple[str, int, int | None]]:
    rows = PackDay.objects.filter(
        mode=settings.PAYMENT_MODE, region=region, day__gte=period.first, day__lte=period.last
    )
    sums = rows.order_by().values_list("variant__product").annotate(back=Sum("refunded")).filter(back__gt=0)
    found = list(sums.order_by("-back", "variant__product")[:MOST])
    names = dict(Product.objects.filter(pk__in=[pk for pk, _ in found]).values_list("pk", "name"))
    return [(names.get(pk, "–"), back, None) for pk, back in found]


def _by_article(region: Region, period: Period, *, small: bool) -> list[tuple[str, int, int | None]]:
    """What of the sales that an article led to went back. Of few orders it is shown to nobody without the right."""
    rows = ArticleDay.objects.filter(region=region, day__gte=period.first, day__lte=period.last)
    sums = (
        rows.exclude(article=NO_ARTICLE).order_by().values("article")
        .annotate(back=Sum(F("refunded") + F("assisted_refunded")), sold=Sum(F("orders") + F("assisted_orders")))
        .filter(back__gt=0, sold__gte=0 if small else FEWEST)
    )  # fmt: skip
    found = list(sums.order_by("-back", "article")[:MOST])
    versions = Version.objects.filter(
        article__in=[row["article"] for row in found], publications__isnull=False
    )
    titles = dict(versions.order_by("pk").values_list("article", "title"))
    return [(titles.get(row["article"], "an article that is gone"), row["back"], None) for row in found]


def refunds(request, site) -> HttpResponse:
    """`?days=90`, or `from` and `to`. It reads alone; a constant number of queries for each region."""
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    period = Period.of(request.GET)
    small = request.user.has_perm("attribution.see_small_numbers")
    parts = []
    for region in Region.open_markets():
        causes, total = _by_cause(region, period)
        lists = [
            ("Reason", _lines(region, causes)),
            ("Product", _lines(region, _by_product(region, period))),
            ("Article", _lines(region, _by_article(region, period, small=small))),
        ]
        if any(lines for _, lines in lists):
            parts.append(Part(region, region.money(total), lists))
    context = {
        **site.each_context(request),
        "title": "Why money went back",
        "period": period,
        "periods": PERIODS,
        "parts": parts,
        "width": WIDTH,
    }
    return render(request, "admin/refunds.html", context)
