"""Until when a contract can be withdrawn from, and by when the money is back.

Directive 2011/83/EU articles 9 and 13, in the UK the Consumer Contracts Regulations 2013, regulations 30 and 34. Days are
counted in the buyer's time zone, and in the buyer's favour wherever the shop does not know.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.core import get_global

from shop.orders.models import Order, Parcel
from shop.regions.calendar import places_of, working_day_from
from shop.regions.delivery import arrival

REFUND_DAYS = 14  # from the declaration


def zone_of_buyer(order: Order, day: date) -> tzinfo:
    """Of the zones of the order's country the one in which a day ends last; the region's own for a country without any."""
    names = get_global("territory_zones").get(order.country, [])
    noon = datetime.combine(day, time(12))
    return min(
        (ZoneInfo(name) for name in names),
        key=lambda zone: noon.replace(tzinfo=zone).utcoffset() or timedelta(),
        default=order.region.zone,
    )


def received_on(order: Order, parcel: Parcel) -> date:
    """The day of delivery as the carrier says, else the last day that was promised for it."""
    if parcel.delivered_on:
        return parcel.delivered_on
    return arrival(order.region, parcel.sent_at, country=order.country, postcode=order.postcode).last


def last_day(order: Order) -> date | None:
    """The last day on which it can be withdrawn from. None while something of it is still to be sent: no day has begun to count.

    It counts from the day after the last parcel was received.
    """
    parcels = list(order.parcels.all())
    if not parcels or any(line.to_send > 0 for line in order.lines.all()):
        return None
    law = order.region.legal
    last = max(received_on(order, parcel) for parcel in parcels) + timedelta(days=law.withdrawal_days)
    if law.ends_on_working_day:
        last = max(working_day_from(last, place) for place in places_of(order.country, order.postcode))
    return last


def end_of_period(order: Order) -> datetime | None:
    """The first moment after it, in UTC terms; None where it has not begun to count."""
    day = last_day(order)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone_of_buyer(order, day))


def refund_due_on(order: Order, declared_at: datetime) -> date:
    """The last day for the money to go back, counted from the declaration, also where the law lets the shop wait for the packs."""
    there = zone_of_buyer(order, declared_at.date())
    return declared_at.astimezone(there).date() + timedelta(days=REFUND_DAYS)
