"""Which packs run out at the pace of the last orders, and on which day. Only where they are sold."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from shop.catalogue.models import ShelfRow, Stock
from shop.content.compiled import Compiled
from shop.orders.models import Order, OrderLine
from shop.regions.models import Region

PERIOD, AT_LEAST = timedelta(days=28), timedelta(days=7)  # whose orders tell the pace
LAST_ORDERS = 2000  # a shop with more of them is as well known by the last
WITHIN = 21  # days
MOST = 500


@dataclass(frozen=True)
class RunsOut:
    product: int
    sku: str
    region: Region
    left: int
    day: date  # on the region's clock; today where none is left


@Compiled
def _orders(since, until):
    """The last orders that were paid, each with its region."""
    rows = Order.objects.filter(paid_at__gte=since, paid_at__lte=until).order_by("-paid_at")
    return rows.values_list("pk", "paid_at", "region")[:LAST_ORDERS]


@Compiled
def _lines(orders: list[int]):
    rows = OrderLine.objects.filter(order__in=orders).order_by()
    return rows.values_list("variant", "order", F("quantity") - F("cancelled"))


def running_out(now) -> list[RunsOut]:
    """The first to run out first. Four queries, whatever has been sold."""
    orders = _orders(now - PERIOD, now)
    if not orders:
        return []
    span = max(now - orders[-1][1], AT_LEAST) / timedelta(days=1)
    regions = {pk: region for pk, _, region in orders}
    sold: Counter[tuple[int, int]] = Counter()
    for variant, order, n in _lines(list(regions)):
        sold[variant, regions[order]] += n
    sold = +sold
    stocks = Stock.objects.filter(variant__in={variant for variant, _ in sold}, variant__is_active=True)
    found = {}
    for stock in stocks.select_related("variant", "region"):
        n = sold.get((stock.variant_id, stock.region_id), 0)
        if n and (days := int(stock.sellable * span / n)) <= WITHIN:
            day = now.astimezone(stock.region.zone).date() + timedelta(days=days)
            one = RunsOut(stock.variant.product_id, stock.variant.sku, stock.region, stock.sellable, day)
            found[stock.variant_id, stock.region_id] = one
    shelf = ShelfRow.objects.filter(
        variant__in={variant for variant, _ in found}, since__lte=now, until__gt=now
    )
    kept = [found[name] for name in set(shelf.values_list("variant", "region")) if name in found]
    return sorted(kept, key=lambda one: (one.day, one.left, one.sku, one.region.code))[:MOST]
