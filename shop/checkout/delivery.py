from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from django.utils import timezone


@dataclass(frozen=True)
class Arrival:
    first: date
    last: date
    words: str


def arrival(region, at=None) -> Arrival:
    """When a parcel ordered now arrives: the region's working days, Monday to Friday, from today (UTC)."""
    today = (at or timezone.now()).date()
    first = working_days_after(today, region.delivery_days_min)
    last = working_days_after(today, region.delivery_days_max)
    pattern = "EEE, MMM d" if region.locale == "en_US" else "EEE d MMM"
    text = " – ".join(format_date(day, pattern, locale=region.locale) for day in (first, last))
    return Arrival(first, last, text)


def working_days_after(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day
