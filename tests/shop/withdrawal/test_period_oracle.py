"""The last moment of a withdrawal against a clock that is walked hour by hour where the buyer is."""

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global

from shop.regions.calendar import is_working_day, places_of
from shop.regions.laws import shipped
from shop.withdrawal.period import end_of_period

COUNTRIES = ["DE", "FI", "PT", "ES", "IE", "GR", "CY", "FR", "IT", "NL", "SE", "PL"]


class Rows(list):
    def all(self):
        return self


def an_order(country, law, delivered):
    """As much of an order as the days need."""
    region = SimpleNamespace(legal=shipped()[law], zone=ZoneInfo("Europe/London"))
    parcels = Rows(SimpleNamespace(delivered_on=day, sent_at=None) for day in delivered)
    lines = Rows([SimpleNamespace(to_send=0)])
    return SimpleNamespace(region=region, country=country, postcode="", parcels=parcels, lines=lines)


def _next_open(day: date, place) -> date:
    while not is_working_day(day, place):
        day += timedelta(days=1)
    return day


def walked(country: str, delivered: date, law: str) -> datetime:
    """The first full quarter of an hour at which, wherever in the country, the last day is over.

    Fourteen days are counted off one by one; in the EU it goes on to a working day, of whichever part has the latest.
    """
    last = delivered
    for _ in range(14):
        last += timedelta(days=1)
    if law == "EU":
        last = max(_next_open(last, place) for place in places_of(country, ""))
    zones = [ZoneInfo(name) for name in get_global("territory_zones")[country]]
    at = datetime.combine(last, datetime.min.time(), UTC) - timedelta(hours=14)
    while any(at.astimezone(zone).date() <= last for zone in zones):
        at += timedelta(minutes=15)
    return at


@pytest.mark.slow
@pytest.mark.no_database
def test_the_end_is_where_a_clock_says_it_through_two_years():
    chosen = random.Random(29)
    days = [date(2026, 3, day) for day in range(10, 20)] + [date(2026, 10, day) for day in range(8, 16)]
    days += [date(2026, 1, 1) + timedelta(days=chosen.randrange(730)) for _ in range(120)]
    for delivered in days:
        country = chosen.choice(COUNTRIES)
        end = end_of_period(an_order(country, "EU", delivered=[delivered]))
        assert end == walked(country, delivered, "EU"), (country, delivered)
        assert end_of_period(an_order("GB", "GB", delivered=[delivered])) == walked("GB", delivered, "GB")
