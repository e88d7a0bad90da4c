"""When a parcel arrives: the one promise that every page, mail and document makes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from shop.regions.calendar import places_of, working_day_from, working_days_after
from shop.regions.local import moment_words, weekday_words
from shop.regions.models import Region


@dataclass(frozen=True)
class Arrival:
    """A parcel that leaves on `leaves` arrives between `first` and `last`. It leaves then if paid before `order_by`."""

    first: date
    last: date
    leaves: date
    order_by: datetime
    leaves_words: str
    words: str  # Tue 24 Nov – Wed 25 Nov
    order_by_words: str  # Mon 23 Nov, 14:00 GMT


def arrival(region: Region, at=None, *, country: str = "", postcode: str = "") -> Arrival:
    """When a parcel paid at `at` (default now) arrives.

    It leaves on the same working day of the place it is sent from if it is paid before that day's cut-off, by the clock
    there; else on the next. From then on the region's days of delivery count, each a working day there and at the
    destination. `first` and `last` hold for every place the address can be in: without a country, for all of the region's.
    """
    leaves, order_by = leaves_on(region, at or timezone.now())
    here = region.dispatch_place
    codes = [country] if country else region.country_codes
    places = [place for code in codes for place in places_of(code, postcode)] or [here]
    first = min(working_days_after(leaves, region.delivery_days_min, here, place) for place in places)
    last = max(working_days_after(leaves, region.delivery_days_max, here, place) for place in places)
    return Arrival(
        first,
        last,
        leaves,
        order_by,
        leaves_words=days_words(leaves, leaves, region),
        words=days_words(first, last, region),
        order_by_words=moment_words(order_by, region, region.dispatch_zone),
    )


def leaves_on(region: Region, at: datetime) -> tuple[date, datetime]:
    """The day on which a parcel paid at `at` leaves, and until when that holds."""
    local = at.astimezone(region.dispatch_zone)
    day = local.date()
    if local.time() >= region.dispatch_cutoff:
        day += timedelta(days=1)
    day = working_day_from(day, region.dispatch_place)
    return day, datetime.combine(day, region.dispatch_cutoff, region.dispatch_zone)


def days_words(first: date, last: date, region: Region) -> str:
    return " – ".join(weekday_words(day, region) for day in dict.fromkeys([first, last]))


def next_cutoff(now: datetime) -> float | None:
    """When the promise of any open region next changes, as a POSIX time: cached pages end then."""
    moments = []
    for region in Region.all_open():
        local = now.astimezone(region.dispatch_zone)
        for days in (0, 1):
            day = local.date() + timedelta(days=days)
            moments.append(datetime.combine(day, region.dispatch_cutoff, region.dispatch_zone).timestamp())
    return min((moment for moment in moments if moment > now.timestamp()), default=None)
