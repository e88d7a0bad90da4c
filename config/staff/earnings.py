"""What articles, campaigns and discount codes earn, from totals by day. It knows no person. Its page: earnings_page.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Page
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from articles.models import Version
from shop.attribution.models import ArticleDay, CampaignDay
from shop.catalogue.models import Product
from shop.catalogue.shelf import CountedPaginator
from shop.codes.belonging import articles_named
from shop.codes.models import Belongs, Code, CodeDay
from shop.invoices.models import DocumentKind
from shop.invoices.sums import sums_of
from shop.orders.models import Order
from shop.regions.models import Region
from shop.text.numbers import whole_or_none

FEWEST = 5  # totals of fewer orders are hidden from those without the right to see them
MAX_DAYS = 366
A_PAGE, FIRST = 50, 20  # lines of one region, and the first lines of each of several
PRODUCTS = 10  # of a line
NO_ARTICLE = 0  # the key of what no article led to; a campaign is never a number
PERIODS = (7, 30, 90, 365)
COUNTED = ("views", "clicks", "adds", "orders", "units", "net", "refunded",
           "assisted_adds", "assisted_orders", "assisted_units", "assisted_net", "assisted_refunded")  # fmt: skip
CODE_COUNTED = ("orders", "units", "net", "off", "refunded")
CAMPAIGN_COUNTED = ("views", "adds", "orders", "units", "net", "refunded")
PLOT_WIDTH, PLOT_HEIGHT = 640, 120


@dataclass
class EarningsLine:
    """One article or campaign in one region. Money in minor units, net of tax."""

    name: str
    region: Region
    url: str = ""
    made_for: str = ""  # of a code: its article, podcast or campaign
    made_for_url: str = ""
    is_rest: bool = False  # what no article led to
    views: int = 0
    clicks: int = 0
    adds: int = 0
    orders: int = 0
    units: int = 0
    net: int = 0
    off: int = 0  # what a code took off
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
    def off_text(self) -> str:
        return self.money("off")

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


def address_of(period: "Period", region: Region) -> str:
    return f"?{urlencode({'region': region.code, 'from': period.first, 'to': period.last})}"


@dataclass(frozen=True)
class Report:
    """What a report counts, by what, and how its lines are called: (name, address) of each of these keys."""

    model: type[ArticleDay] | type[CampaignDay] | type[CodeDay]
    key: str
    counted: tuple[str, ...]
    names: Callable[[list], dict]

    def rows(self, period: "Period", region):
        model: Any = self.model
        days = {"day__gte": period.first, "day__lte": period.last}
        mode = {"mode": settings.PAYMENT_MODE} if model is CodeDay else {}
        return model.objects.filter(region=region, **days, **mode)


def article_parts(period: Period, regions, may_see_all: bool, page: str | None = None) -> list[EarningsPart]:
    """One part a region, from counters; a handful of queries each, however many articles and days.

    With `page` (as it was typed) of one region that page of its lines, of several the first lines of each; all without.
    """
    report = Report(ArticleDay, "article", COUNTED, _titles)
    return [_part(report, period, region, may_see_all, _slice(page, regions)) for region in regions]


def campaign_parts(period: Period, regions, may_see_all: bool, page: str | None = None) -> list[EarningsPart]:
    report = Report(CampaignDay, "campaign", CAMPAIGN_COUNTED, lambda keys: {key: (key, "") for key in keys})
    return [_part(report, period, region, may_see_all, _slice(page, regions)) for region in regions]


def code_parts(period: Period, regions, may_see_all: bool, page: str | None = None) -> list[EarningsPart]:
    report = Report(CodeDay, "code", CODE_COUNTED, _codes)
    parts = [_part(report, period, region, may_see_all, _slice(page, regions)) for region in regions]
    _say_what_for([line for part in parts for line in part.lines])
    return parts


def _codes(codes) -> dict[int, tuple[str, str]]:
    rows = Code.objects.filter(pk__in=codes).values_list("pk", "code")
    return {pk: (code, f"/admin/codes/code/{pk}/change/") for pk, code in rows}


def _say_what_for(lines: list[EarningsLine]) -> None:
    """What each code was made for. An article that names a condition by now is not named: nobody's order shall."""
    codes = {row.code: row for row in Code.objects.filter(code__in={line.name for line in lines})}
    articles = articles_named(row.article for row in codes.values())
    for line in lines:
        row = codes[line.name]
        if row.belongs != Belongs.ARTICLE:
            line.made_for = f"{row.get_belongs_display()}: {row.belongs_name}" if row.belongs else ""
        elif row.article is None or (found := articles.get(row.article)) is None:
            line.made_for = "An article that is gone"
        elif found.names_condition:
            line.made_for = "An article that names a condition by now: choose a campaign"
            line.made_for_url = line.url
        else:
            line.made_for, line.made_for_url = found.title, found.url


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
    rows = report.rows(period, region).order_by()
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
    if may_see_all and size is not None and report.model is not CodeDay:
        _add_products(
            rows, report, sums, region, {row["name"]: line for row, line in zip(found, lines, strict=True)}
        )
    shop = shop_revenue(region, period)
    by_day = _by_day(report, period, region)
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
        base=address_of(period, region),
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
        .order_by(
            "is_rest", "is_hidden", "-earned", *(["-views"] if "views" in report.counted else []), "name"
        )
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


def _by_day(report: Report, period, region) -> dict:
    """(net, orders) by day: of articles, those that an article brought; of campaigns and codes, all."""
    rows = report.rows(period, region)
    money: Combinable = F("net")
    orders: Combinable = F("orders")
    if report.model is ArticleDay:
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
