"""When a pack is empty: on the label's daily amount, from the day its parcel arrives."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from shop.orders.models import Order, OrderLine
from shop.regions.delivery import arrival

DAYS_BEFORE = 10  # a parcel ordered then is there before the last day of what is left
AT = time(9)  # by the region's clock
LONGEST = timedelta(days=400)  # nobody is asked for an address to be kept longer


def packs_kept(line: OrderLine) -> int:
    return line.quantity - line.cancelled - line.returned


def arrives_on(order: Order) -> date:
    """The last day of the promise; the first of the pack."""
    if order.arrives_last is not None:
        return order.arrives_last
    return arrival(
        order.storefront, order.paid_at or order.placed_at, country=order.country, postcode=order.postcode
    ).last


def empty_on(line: OrderLine) -> date | None:
    """The first day on which nothing of it is left. None where no amount a day is told, or it lasts less than a day.

    `line` brings its variant with product and wordings, and its order with the region.
    """
    wording = line.variant.product.wording_in(line.order.region)
    if wording is None or not wording.units_per_day:
        return None
    days = line.variant.pack_units * packs_kept(line) // wording.units_per_day
    return arrives_on(line.order) + timedelta(days=days) if days else None


def due_at(line: OrderLine, now: datetime | None = None) -> datetime | None:
    """When the mail goes. None where there is nothing to reckon, it is too late for a mail, or too long until then."""
    empty, now = empty_on(line), now or timezone.now()
    if empty is None:
        return None
    due = datetime.combine(empty - timedelta(days=DAYS_BEFORE), AT, line.order.region.zone).astimezone(UTC)
    return due if now < due <= now + LONGEST else None
