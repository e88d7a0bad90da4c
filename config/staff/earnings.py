"""What articles and campaigns earn: a report in the admin, from totals by day. It knows no person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from articles.models import Version
from shop.attribution.count import flush, fold
from shop.attribution.models import ArticleDay, CampaignDay
from shop.catalogue.models import Product
from shop.catalogue.shelf import CountedPaginator
from shop.invoices.models import DocumentKind
from shop.invoices.sums import sums_of
from shop.money import to_decimal
from shop.orders.models import Order
from shop.regions.models import Region
from shop.text.numbers import whole_or_none
from shop.web.spreadsheet import csv_answer

FEWEST = 5  # totals of fewer orders are hidden from those without the right to see them
MAX_DAYS = 366
A_PAGE, FIRST = 50, 20  # lines of one region, and the first lines of each of several
PRODUCTS = 10  # of a line
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
    more_products: int = 0

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
    page: Page
    base: str  # the address of this region's own pages

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
    """What the shop sold in a region in a period, after discounts and net of tax, in minor units; days are the region's.

    From the sums of its invoices, and from the orders that have none yet.
    """
    after = period.last + timedelta(days=1)
    start, end = (datetime.combine(day, time(), region.zone) for day in (period.first, after))
    sums = sums_of(region, settings.PAYMENT_MODE, period.first, after)
    invoiced = sum(net for (kind, _, _), (net, _) in sums.items() if kind == DocumentKind.INVOICE)
    paid = Order.objects.filter(
        region=region,
        payment_mode=settings.PAYMENT_MODE,
        has_invoice=False,
        paid_at__gte=start,
        paid_at__lt=end,
    )
    goods = F("goods_total") - F("discount_total")
    found = paid.aggregate(
        with_tax=Sum(goods - F("tax_total"), filter=Q(tax_included=True)),
        without=Sum(goods, filter=Q(tax_included=False)),
    )
    return invoiced + (found["with_tax"] or 0) + (found["without"] or 0)


def _address(period: "Period", region: Region) -> str:
    return f"?{urlencode({'region': region.code, 'from': period.first, 'to': period.last})}"


@dataclass(frozen=True)
class Report:
    """What a report counts, by what, and how its lines are called: (name, address) of each of these keys."""

    model: type[ArticleDay] | type[CampaignDay]
    key: str
    counted: tuple[str, ...]
    names: Callable[[list], dict]


def article_parts(period: Period, regions, may_see_all: bool, page: str | None = None) -> list[EarningsPart]:
    """One part a region, from counters; a handful of queries each, however many articles and days.

    With `page` (as it was typed) of one region that page of its lines, of several the first lines of each; all without.
    """
    report = Report(ArticleDay, "article", COUNTED, _titles)
    return [_part(report, period, region, may_see_all, _slice(page, regions)) for region in regions]


def campaign_parts(period: Period, regions, may_see_all: bool, page: str | None = None) -> list[EarningsPart]:
    report = Report(CampaignDay, "campaign", CAMPAIGN_COUNTED, lambda keys: {key: (key, "") for key in keys})
    return [_part(report, period, region, may_see_all, _slice(page, regions)) for region in regions]


def _slice(page: str | None, regions) -> tuple[int | None, str]:
    """(lines on a page, which page)."""
    if page is None:
        return None, ""
    return (A_PAGE, page) if len(regions) == 1 else (FIRST, "1")


def _titles(articles) -> dict[int, tuple[str, str]]:
    """(title, address in the admin) by article."""
    newest: dict[int, str] = {}
    for article, title in (
        Version.objects.filter(article__in=articles).order_by("pk").values_list("article", "title")
    ):
        newest[article] = title
    found = {pk: (title, f"/admin/articles/article/{pk}/change/") for pk, title in newest.items()}
    return {**dict.fromkeys(articles, ("A deleted article", "")), **found, NO_ARTICLE: ("No article", "")}


def _part(report: Report, period, region, may_see_all, slice_: tuple[int | None, str]) -> EarningsPart:
    rows = report.model.objects.filter(day__gte=period.first, day__lte=period.last, region=region).order_by()
    sums = {what: Sum(what) for what in report.counted}
    groups = _in_order(rows.values(name=F(report.key)).annotate(**sums), report, may_see_all)
    counts = groups.order_by().aggregate(n=Count("name"), hidden=Count("name", filter=Q(is_hidden=True)))
    size, number = slice_
    page = CountedPaginator(groups, counts["n"], size or max(counts["n"], 1)).get_page(number)
    found = list(page.object_list)
    names = report.names([row["name"] for row in found])
    lines = []
    for row in found:
        name, url = names[row["name"]]
        line = EarningsLine(
            name, region, url, is_rest=row["name"] == NO_ARTICLE, is_hidden=bool(row["is_hidden"])
        )
        lines.append(_counted(line, row, report))
    if may_see_all and size is not None:
        _add_products(
            rows, report, sums, region, {row["name"]: line for row, line in zip(found, lines, strict=True)}
        )
    shop = shop_revenue(region, period)
    by_day = _by_day(report.model, period, region)
    if not may_see_all:
        by_day = {day: value for day, value in by_day.items() if value[1] >= FEWEST}
    money = {day: value[0] for day, value in by_day.items()}
    top = max(money.values(), default=0)
    return EarningsPart(
        region=region,
        lines=lines,
        total=_counted(EarningsLine("All together", region), rows.aggregate(**sums), report),
        shop=shop,
        bars=bars_of(period, money, top, region),
        top=top,
        # With a single hidden line the sum would give it away.
        shows_total=may_see_all or counts["hidden"] != 1,
        page=page,
        base=_address(period, region),
    )


def _in_order(groups, report: Report, may_see_all: bool):
    """What no article led to last, before it what is hidden, then by money. `is_hidden` as a number."""
    assisted = report.model is ArticleDay
    earned: Combinable = F("net") - F("refunded")
    orders: Combinable = F("orders")
    if assisted:
        earned = earned + F("assisted_net") - F("assisted_refunded")
        orders = orders + F("assisted_orders")
    hidden = When(all_orders__gt=0, all_orders__lt=FEWEST, then=True)
    rest = When(name=NO_ARTICLE, then=True)
    return (
        groups.annotate(earned=earned, all_orders=orders)
        .annotate(
            is_hidden=Value(False) if may_see_all else Case(hidden, default=False),
            is_rest=Case(rest, default=False) if assisted else Value(False),
        )
        .order_by("is_rest", "is_hidden", "-earned", "-views", "name")
    )


def _counted(line: EarningsLine, row: dict, report: Report) -> EarningsLine:
    for what in report.counted:
        setattr(line, what, row[what] or 0)
    return line


def _add_products(rows, report: Report, sums, region, lines: dict) -> None:
    """What each of these lines brought by product, the dearest first: the first few, and how many more."""
    own = rows.filter(**{f"{report.key}__in": list(lines)}).exclude(product=None)
    found = list(own.values("product", name=F(report.key)).annotate(**sums))
    titles = dict(Product.objects.filter(pk__in={row["product"] for row in found}).values_list("pk", "name"))
    for row in found:
        line = EarningsLine(titles.get(row["product"], "?"), region)
        lines[row["name"]].products.append(_counted(line, row, report))
    for line in lines.values():
        line.products.sort(key=lambda own: (-own.earned, own.name))
        line.more_products = max(len(line.products) - PRODUCTS, 0)
        line.products = line.products[:PRODUCTS]


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


def bars_of(period, money, top, region) -> list[dict]:
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
    as_csv = request.GET.get("as") == "csv"
    page = None if as_csv else request.GET.get("page", "1")
    parts = (article_parts if what == "articles" else campaign_parts)(period, regions, may_see_all, page)
    if as_csv:
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
        "base": _address(period, one) if one else "",
    }
    return render(request, "admin/earnings.html", context)


def _csv(what, period, parts) -> HttpResponseBase:
    """Minor units would mislead a spreadsheet: amounts are decimals, with their currency beside them."""
    head = ["from", "to", "region", "currency", what[:-1], *COUNTED, "earned"]
    rows = [
        [period.first, period.last, part.region.code, part.region.currency, line.name, *_cells(line, part.region.currency)]
        for part in parts for line in part.lines
    ]  # fmt: skip
    return csv_answer(f"{what}-{period.first}-{period.last}", head, rows)


def _cells(line, currency) -> Iterator[object]:
    for name in (*COUNTED, "earned"):
        amount = getattr(line, name)
        if line.is_hidden and name not in {"views", "clicks", "adds", "assisted_adds"}:
            yield f"<{FEWEST}" if name in {"orders", "assisted_orders"} else ""
        elif name in {"net", "refunded", "assisted_net", "assisted_refunded", "earned"}:
            yield to_decimal(amount, currency)
        else:
            yield amount
