"""Until when a contract can be withdrawn from: days counted where the buyer is, and in their favour."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from shop.regions.laws import shipped
from shop.regions.models import Country, Region
from shop.withdrawal.period import end_of_period, last_day, refund_due_on, zone_of_buyer

LAWS = shipped()


class Rows(list):
    def all(self):
        return self


def an_order(country, law="EU", postcode="", delivered=(), to_send=0):
    """As much of an order as the days need."""
    region = SimpleNamespace(legal=LAWS[law], zone=ZoneInfo("Europe/London"))
    parcels = Rows(SimpleNamespace(delivered_on=day, sent_at=None) for day in delivered)
    lines = Rows([SimpleNamespace(to_send=to_send)])
    return SimpleNamespace(region=region, country=country, postcode=postcode, parcels=parcels, lines=lines)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("country", "law", "delivered", "last"),
    [
        ("DE", "EU", date(2026, 6, 22), date(2026, 7, 6)),  # Monday to Monday
        ("IT", "EU", date(2026, 6, 19), date(2026, 7, 3)),  # Friday
        ("FR", "EU", date(2026, 6, 20), date(2026, 7, 6)),  # the 14th day is a Saturday
        ("NL", "EU", date(2026, 6, 21), date(2026, 7, 6)),  # a Sunday
        ("DE", "EU", date(2026, 12, 11), date(2026, 12, 28)),  # Christmas Day, a Friday, then a weekend
        ("IE", "EU", date(2026, 3, 3), date(2026, 3, 18)),  # St Patrick’s Day
        ("GB", "GB", date(2026, 6, 20), date(2026, 7, 4)),  # the UK knows no such rule
        ("GB", "GB", date(2024, 2, 15), date(2024, 2, 29)),
    ],
)
def test_the_last_day_is_the_fourteenth_or_in_the_eu_the_next_working_day(country, law, delivered, last):
    assert last_day(an_order(country, law, delivered=[delivered])) == last


@pytest.mark.no_database
def test_the_days_count_from_the_last_parcel():
    order = an_order("GB", "GB", delivered=[date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 3)])
    assert last_day(order) == date(2026, 6, 24)


@pytest.mark.no_database
def test_no_day_counts_while_packs_are_still_to_be_sent():
    assert last_day(an_order("DE", delivered=[date(2026, 6, 1)], to_send=1)) is None
    assert end_of_period(an_order("DE")) is None


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("IT", "Europe/Rome"), ("GB", "Europe/London"), ("IE", "Europe/Dublin"),
     ("PT", "Atlantic/Azores"), ("ES", "Atlantic/Canary"), ("FI", "Europe/Helsinki"), ("CY", "Asia/Nicosia")],
)  # fmt: skip
def test_days_end_by_the_buyers_clock_at_its_latest(country, zone):
    day = date(2026, 7, 1)
    there = datetime(2026, 7, 1, 12, tzinfo=zone_of_buyer(an_order(country), day))
    assert there.utcoffset() == datetime(2026, 7, 1, 12, tzinfo=ZoneInfo(zone)).utcoffset()


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("country", "law", "delivered", "first_moment_after"),
    [
        ("FI", "EU", date(2026, 6, 22), datetime(2026, 7, 6, 21, 0, tzinfo=UTC)),  # UTC+3 in summer
        ("GB", "GB", date(2026, 3, 14), datetime(2026, 3, 28, 24 - 24, 0, tzinfo=UTC) + timedelta(days=1)),
        (
            "GB",
            "GB",
            date(2026, 3, 15),
            datetime(2026, 3, 29, 23, 0, tzinfo=UTC),
        ),  # clocks go forward that day
        (
            "DE",
            "EU",
            date(2026, 10, 12),
            datetime(2026, 10, 26, 23, 0, tzinfo=UTC),
        ),  # the day after they go back
    ],
)
def test_the_last_second_of_the_last_day_is_in_time(country, law, delivered, first_moment_after):
    assert end_of_period(an_order(country, law, delivered=[delivered])) == first_moment_after


@pytest.mark.no_database
def test_money_is_due_fourteen_days_after_the_day_of_the_declaration_there():
    berlin = an_order("DE")
    assert refund_due_on(berlin, datetime(2026, 7, 1, 21, 59, tzinfo=UTC)) == date(2026, 7, 15)
    assert refund_due_on(berlin, datetime(2026, 7, 1, 22, 0, tzinfo=UTC)) == date(2026, 7, 16)


@pytest.mark.django_db
def test_every_country_has_a_clock():
    for country in Country.objects.all():
        zone = zone_of_buyer(an_order(country.code), date(2026, 7, 1))
        assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() is not None, country


@pytest.mark.django_db
def test_every_law_with_the_function_names_both_steps():
    for region in Region.objects.all():
        assert bool(region.legal.withdraw_here) == bool(region.legal.withdraw_confirm)
    assert LAWS["EU"].withdraw_here == "Withdraw from contract here"
    assert LAWS["EU"].withdraw_confirm == "Confirm withdrawal"
