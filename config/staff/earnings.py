"""What articles and campaigns earn: a report in the admin, from totals by day. It knows no person."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, Sum
from django.db.models.expressions import Combinable
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Version
from shop.attribution.count import flush, fold
from shop.attribution.models import ArticleDay, CampaignDay
from shop.catalogue.models import Product
from shop.money import to_decimal
from shop.orders.models import Order
from shop.regions.models import Region
from shop.text.numbers import whole_or_none
from shop.web.spreadsheet import harmless

FEWEST = 5  # totals of fewer orders are hidden from those without the right to see them
MAX_DAYS = 366
NO_ARTICLE = 0  # the key of what no article led to; a campaign is never a number
PERIODS = (7, 30, 90, 365)
COUNTED = ("views", "clicks", "adds", "orders", "units", "net", "refunded",
           "assisted_adds", "assisted_orders", "assisted_units", "assisted_net", "assisted_refunded")  # fmt: skip
CAMPAIGN_COUNTED = ("views", "adds", "orders", "units", "net", "refunded")
PLOT_WIDTH, PLOT_HEIGHT = 640, 120


@dataclass
class EarningsLine:
    """One article or campaign in one region. Money in minor units, net of tax."""

    name: str
    region: Region
    url: str = ""
    is_rest: bool = False  # what no article led to
    views: int = 0
    clicks: int = 0
    adds: int = 0
    orders: int = 0
    units: int = 0
    net: int = 0
    refunded: int = 0
    assisted_adds: int = 0
    assisted_orders: int = 0
    assisted_units: int = 0
    assisted_net: int = 0
    assisted_refunded: int = 0
    is_hidden: bool = False
    products: list = field(default_factory=list)

    @property
    def earned(self) -> int:
        """Direct and assisted, after refunds."""
        return self.net + self.assisted_net - self.refunded - self.assisted_refunded

    @property
    def all_orders(self) -> int:
        return self.orders + self.assisted_orders

    def money(self, name: str) -> str:
        return self.region.money(getattr(self, name))

    @property
    def net_text(self) -> str:
        return self.money("net")

    @property
    def assisted_text(self) -> str:
        return self.money("assisted_net")

    @property
    def refunded_text(self) -> str:
        return self.region.money(self.refunded + self.assisted_refunded)

    @property
    def earned_text(self) -> str:
        return self.money("earned")


@dataclass
class EarningsPart:
    """A region's table, its sum and its plot. `shop`: the shop's own net revenue, to which the sum must be equal."""

    region: Region
    lines: list[EarningsLine]
    total: EarningsLine
    shop: int
    bars: list
    top: int
    shows_total: bool

    @property
    def shop_text(self) -> str:
        return self.region.money(self.shop)

    @property
    def top_text(self) -> str:
        return self.region.money(self.top)

    @property
    def is_right(self) -> bool:
        return self.shop == self.total.net + self.total.assisted_net


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    @classmethod
    def of(cls, given) -> "Period":
        """From `from` and `to` (days), else from `days`; nonsense gives the last 30 days."""
        today = timezone.localdate()
        first, last = _day(given.get("from", "")), _day(given.get("to", ""))
        if first and last and first <= last:
            return cls(max(first, last - timedelta(days=MAX_DAYS - 1)), last)
        days = min(whole_or_none(given.get("days", "")) or 30, MAX_DAYS)
        return cls(today - timedelta(days=days - 1), today + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def _day(text: str) -> date | None:
    """A day that was typed, within reach of every time zone's arithmetic."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None


def shop_revenue(region: Region, period: Period) -> int:
    """What the shop sold in a region in a period, after discounts and net of tax, in minor units; days are the region's."""
    start = datetime.combine(period.first, time(), region.zone)
    end = datetime.combine(period.last + timedelta(days=1), time(), region.zone)
    paid = Order.objects.filter(
        region=region, payment_mode=settings.PAYMENT_MODE, paid_at__gte=start, paid_at__lt=end
    )
    goods = F("goods_total") - F("discount_total")
    found = paid.aggregate(
        with_tax=Sum(goods - F("tax_total"), filter=Q(tax_included=True)),
        without=Sum(goods, filter=Q(tax_included=False)),
    )
    return (found["with_tax"] or 0) + (found["without"] or 0)


def article_parts(period: Period, regions, may_see_all: bool) -> list[EarningsPart]:
    """One part a region, from counters; about a dozen queries, however many articles and days."""
    titles = _titles()
    rows = _sums(ArticleDay, "article", COUNTED, period, regions)
    return _parts(
        period, regions, rows, may_see_all, ArticleDay, lambda key: titles.get(key, ("A deleted article", ""))
    )


def campaign_parts(period: Period, regions, may_see_all: bool) -> list[EarningsPart]:
    rows = _sums(CampaignDay, "campaign", CAMPAIGN_COUNTED, period, regions)
    return _parts(period, regions, rows, may_see_all, CampaignDay, lambda key: (key, ""))


def _sums(model, key, counted, period, regions) -> list[dict]:
    return list(
        model.objects.filter(day__gte=period.first, day__lte=period.last, region__in=regions)
        .values("region", "product", name=F(key))
        .annotate(**{what: Sum(what) for what in counted})
        .order_by("region", "name", "product")
    )


def _titles() -> dict[int, tuple[str, str]]:
    """(title, address in the admin) by article."""
    newest: dict[int, str] = {}
    for article, title in Version.objects.order_by("pk").values_list("article", "title"):
        newest[article] = title
    found = {pk: (title, f"/admin/articles/article/{pk}/change/") for pk, title in newest.items()}
    return {**found, NO_ARTICLE: ("No article", "")}


def _parts(period, regions, rows, may_see_all, model, names) -> list[EarningsPart]:
    products = dict(Product.objects.values_list("pk", "name"))
    by_region: dict[int, dict] = {region.pk: {} for region in regions}
    for row in rows:
        region = next(region for region in regions if region.pk == row["region"])
        lines = by_region[region.pk]
        name, url = names(row["name"])
        line = lines.setdefault(
            row["name"], EarningsLine(name, region, url, is_rest=row["name"] == NO_ARTICLE)
        )
        counted = {what: row[what] for what in row if what in COUNTED}
        for what, amount in counted.items():
            setattr(line, what, getattr(line, what) + amount)
        if row["product"] is not None:
            own = EarningsLine(products.get(row["product"], "?"), region)
            for what, amount in counted.items():
                setattr(own, what, amount)
            line.products.append(own)
    return [
        _part(period, region, list(by_region[region.pk].values()), may_see_all, model) for region in regions
    ]


def _part(period, region, lines, may_see_all, model) -> EarningsPart:
    total = EarningsLine("All together", region)
    for line in lines:
        for what in COUNTED:
            setattr(total, what, getattr(total, what) + getattr(line, what))
        line.products.sort(key=lambda own: (-own.earned, own.name))
        if not may_see_all:
            line.is_hidden = 0 < line.all_orders < FEWEST
            for own in line.products:
                own.is_hidden = True
    lines.sort(key=lambda line: (line.is_rest, line.is_hidden, -line.earned, -line.views, line.name))  # fmt: skip
    hidden = sum(line.is_hidden for line in lines)
    shop = shop_revenue(region, period)
    by_day = _by_day(model, period, region)
    if not may_see_all:
        by_day = {day: value for day, value in by_day.items() if value[1] >= FEWEST}
    money = {day: value[0] for day, value in by_day.items()}
    top = max(money.values(), default=0)
    return EarningsPart(
        region=region,
        lines=lines,
        total=total,
        shop=shop,
        bars=_bars(period, money, top, region),
        top=top,
        # With a single hidden line the sum would give it away.
        shows_total=may_see_all or hidden != 1,
    )


def _by_day(model, period, region) -> dict:
    """(net, orders) by day: of articles, those that an article brought; of campaigns, all."""
    rows = model.objects.filter(day__gte=period.first, day__lte=period.last, region=region)
    money: Combinable = F("net")
    orders: Combinable = F("orders")
    if model is ArticleDay:
        rows = rows.exclude(article=0)
        money, orders = money + F("assisted_net"), orders + F("assisted_orders")
    found = rows.order_by("day").values("day").annotate(money=Sum(money), n=Sum(orders))
    return {row["day"]: (row["money"], row["n"]) for row in found}


def _bars(period, money, top, region) -> list[dict]:
    """One bar a day, in the coordinates of the plot."""
    days = period.days
    step = PLOT_WIDTH / len(days)
    return [
        {
            "x": round(place * step, 2),
            "width": round(max(step - 1, 0.5), 2),
            "height": round(PLOT_HEIGHT * max(money.get(day, 0), 0) / top, 2) if top > 0 else 0,
            "y": round(PLOT_HEIGHT - (PLOT_HEIGHT * max(money.get(day, 0), 0) / top if top > 0 else 0), 2),
            "label": f"{day:%-d %b}: {region.money(money.get(day, 0))}",
        }
        for place, day in enumerate(days)
    ]


def earnings(request, site, what: str):
    """The report: `what` is "articles" or "campaigns". As CSV with ?as=csv. Bad filters fall back to the usual."""
    model = ArticleDay if what == "articles" else CampaignDay
    if not request.user.has_perm(f"attribution.view_{model._meta.model_name}"):
        raise PermissionDenied
    flush()
    fold()
    period = Period.of(request.GET)
    one = Region.by_code(request.GET.get("region", ""))
    regions = [one] if one else Region.all_open()
    may_see_all = request.user.has_perm("attribution.see_small_numbers")
    parts = (article_parts if what == "articles" else campaign_parts)(period, regions, may_see_all)
    if request.GET.get("as") == "csv":
        return _csv(what, period, parts)
    context = {
        **site.each_context(request),
        "title": "What articles earn" if what == "articles" else "What campaigns earn",
        "what": what,
        "period": period,
        "periods": PERIODS,
        "regions": Region.all_open(),
        "one": one,
        "parts": parts,
        "may_see_all": may_see_all,
        "fewest": FEWEST,
        "plot": (PLOT_WIDTH, PLOT_HEIGHT),
        "query": request.GET.urlencode(),
    }
    return render(request, "admin/earnings.html", context)


def _csv(what, period, parts) -> HttpResponse:
    """Minor units would mislead a spreadsheet: amounts are decimals, with their currency beside them."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}-{period.first}-{period.last}.csv"'
    writer = csv.writer(response)
    writer.writerow(["from", "to", "region", "currency", what[:-1], *COUNTED, "earned"])
    for part in parts:
        for line in part.lines:
            cells: list[object] = []
            for name in (*COUNTED, "earned"):
                amount = getattr(line, name)
                if line.is_hidden and name not in {"views", "clicks", "adds", "assisted_adds"}:
                    cells.append(f"<{FEWEST}" if name in {"orders", "assisted_orders"} else "")
                elif name in {"net", "refunded", "assisted_net", "assisted_refunded", "earned"}:
                    cells.append(to_decimal(amount, part.region.currency))
                else:
                    cells.append(amount)
            writer.writerow(
                [
                    period.first,
                    period.last,
                    part.region.code,
                    part.region.currency,
                    harmless(line.name),
                    *cells,
                ]
            )
    return response
