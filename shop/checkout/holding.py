"""How much of what is left one network may hold without paying: packs that wait for a payment are nobody else's meanwhile."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.basket.models import Basket, BasketRow
from shop.catalogue.models import Stock
from shop.checkout.models import OrderStart
from shop.content.throttle import address_of, scrambled
from shop.orders.models import OrderLine, OrderStatus
from shop.regions.request import RegionRequest

ENOUGH = 12  # of a pack, however few there are
SHARE = 2  # else one in so many of those on hand
SINCE = timedelta(days=1)


def most(on_hand: int) -> int:
    """Packs of one kind that unpaid orders of one network may hold together."""
    return max(ENOUGH, on_hand // SHARE)


def too_much(
    request: RegionRequest, rows: Iterable[BasketRow], basket: Basket, at: datetime | None = None
) -> str:
    """Why an order of these packs would hold too many, in words for the shopper; "" if it would not.

    The basket's own pending orders don't count: this one takes their place. Nor do orders that are paid.
    """
    region = request.region
    wanted = {row.variant.pk: row for row in rows if row.counts}
    here = OrderStart.objects.filter(
        network=scrambled(address_of(request)), at__gt=(at or timezone.now()) - SINCE
    )
    pending = OrderLine.objects.filter(
        order__in=here.values("order"),
        order__status=OrderStatus.PENDING,
        order__region=region,
        variant__in=wanted,
    )
    others = pending.exclude(order__basket_pk=basket.pk).order_by().values_list("variant")
    held = dict(others.annotate(packs=Sum("quantity")))
    on_hand = Stock.objects.filter(region=region, variant__in=wanted).values_list("variant", "on_hand")
    for pk, packs in on_hand:
        row, limit = wanted[pk], most(packs)
        if held.get(pk, 0) + row.quantity > limit:
            return _(
                "{name}: until an order is paid we hold {limit} of them at most for one connection, so "
                "that some are left for others. Take fewer, or write to us. Nothing was ordered or charged, and "
                "what you typed is kept."
            ).format(name=row.full_name, limit=limit)
    return ""
