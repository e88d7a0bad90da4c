"""Today's and the last four weeks' sales by region beside last year's, as the start page draws them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from shop.invoices.sums import net_by_day
from shop.regions.models import Region

DAYS = 28
YEAR = timedelta(days=364)  # the same days of the week
WIDTH, HEIGHT = 280, 60  # of the plot, in its own coordinates
STEP = WIDTH / DAYS


@dataclass(frozen=True)
class Bar:
    """A day, and the same day a year ago, in the coordinates of the plot."""

    x: str
    y: str
    height: str
    y_before: str
    height_before: str
    words: str


@dataclass(frozen=True)
class Sales:
    region: Region
    today: str
    lately: str
    before: str  # the same four weeks a year ago; empty if nothing was sold then
    bars: list[Bar]
    highest: str


def four_weeks(now=None) -> list[Sales]:
    """By invoices and credit notes, without tax. Regions in which nothing was sold in these weeks are left out."""
    now = now or timezone.now()
    rows = [_of(region, now) for region in Region.markets()]
    return [row for row in rows if row is not None]


def _of(region: Region, now) -> Sales | None:
    today = now.astimezone(region.zone).date()
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    after = today + timedelta(days=1)
    spans = [(days[0], after), (days[0] - YEAR, after - YEAR)]
    net = net_by_day(region, settings.PAYMENT_MODE, spans)
    if not any(net.values()):
        return None
    lately = sum(net.get(day, 0) for day in days)
    before = sum(net.get(day - YEAR, 0) for day in days)
    top = max(*net.values(), 1)
    return Sales(
        region,
        region.money(net.get(today, 0)),
        region.money(lately),
        region.money(before) if any(net.get(day - YEAR) for day in days) else "",
        [_bar(region, number, day, net, top) for number, day in enumerate(days)],
        region.money(top),
    )


def _bar(region: Region, number: int, day: date, net: dict[date, int], top: int) -> Bar:
    height, before = (HEIGHT * max(net.get(one, 0), 0) / top for one in (day, day - YEAR))
    words = (
        f"{day:%-d %b}: {region.money(net.get(day, 0))}; a year ago {region.money(net.get(day - YEAR, 0))}"
    )
    x, y, tall, y_before, tall_before = (
        f"{figure:.2f}" for figure in (number * STEP, HEIGHT - height, height, HEIGHT - before, before)
    )
    return Bar(x, y, tall, y_before, tall_before, words)
