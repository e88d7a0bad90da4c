"""The promise of delivery: working days, public holidays, the cut-off by the clock of the place we ship from."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from shop.content.memo import next_moment
from shop.orders.models import Order
from shop.outbox.keys import order_key
from shop.outbox.models import Mail
from shop.payments.sandbox.stripe import sessions
from shop.regions.calendar import holidays_in, is_working_day, place_named, places_of
from shop.regions.delivery import arrival, next_cutoff
from shop.regions.models import Country
from tests.support.clock import freeze
from tests.support.factories import an_order_at_stripe, deliver_events, post_with_token, region
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
LONDON, PORTLAND, AMSTERDAM = (
    ZoneInfo("Europe/London"),
    ZoneInfo("America/Los_Angeles"),
    ZoneInfo("Europe/Amsterdam"),
)


def at(text: str, zone) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def days(code, moment, **where):
    """(leaves, first, last) as month-day."""
    found = arrival(region(code), moment, **where)
    return tuple(f"{day:%m-%d}" for day in (found.leaves, found.first, found.last))


@pytest.mark.parametrize(
    ("moment", "leaves", "first", "last"),
    [
        ("2026-11-20 09:00", "11-20", "11-24", "11-25"),  # Friday morning
        ("2026-11-20 13:59:59", "11-20", "11-24", "11-25"),  # the minute before the cut-off
        ("2026-11-20 14:00", "11-23", "11-25", "11-26"),  # the minute itself: Monday
        ("2026-11-20 22:30", "11-23", "11-25", "11-26"),  # Friday evening
        ("2026-11-21 09:00", "11-23", "11-25", "11-26"),  # Saturday
        ("2026-12-22 10:00", "12-22", "12-24", "12-29"),  # never on 25, 26 or the substitute day, Monday 28
        ("2026-12-23 10:00", "12-23", "12-29", "12-30"),
        ("2026-12-24 15:00", "12-29", "12-31", "01-04"),  # over New Year
        ("2026-12-31 15:00", "01-04", "01-06", "01-07"),
        ("2026-04-01 10:00", "04-01", "04-07", "04-08"),  # Easter: Good Friday and Easter Monday
        ("2026-04-02 14:01", "04-07", "04-09", "04-10"),
        ("2027-12-23 10:00", "12-23", "12-29", "12-30"),  # Christmas on Saturday: 27 and 28 stand for it
        ("2026-08-28 15:00", "09-01", "09-03", "09-04"),  # the late summer bank holiday
        ("2026-03-27 14:30", "03-30", "04-01", "04-02"),  # the clocks go forward on Sunday
        ("2026-10-23 14:30", "10-26", "10-28", "10-29"),  # the clocks go back on Sunday
    ],
)
def test_leeds_ships_on_working_days_and_promises_only_working_days(moment, leaves, first, last):
    assert days("uk", at(moment, LONDON), country="GB", postcode="LS1 4AP") == (leaves, first, last)


def test_scotland_and_northern_ireland_have_holidays_of_their_own():
    new_year, july = at("2026-12-30 10:00", LONDON), at("2027-07-08 10:00", LONDON)
    england = days("uk", new_year, country="GB", postcode="LS1 4AP")
    assert england == ("12-30", "01-04", "01-05")
    assert days("uk", new_year, country="GB", postcode="EH1 1AA") == ("12-30", "01-05", "01-06"), (
        "2 January moves"
    )
    assert days("uk", july, country="GB", postcode="bt11aa") == ("07-08", "07-13", "07-14"), "12 July"
    assert days("uk", july, country="GB", postcode="LS1 4AP") == ("07-08", "07-12", "07-13")
    assert days("uk", july, country="GB") == ("07-08", "07-12", "07-14"), "anywhere in the UK"


@pytest.mark.parametrize(
    ("moment", "leaves", "first", "last"),
    [
        ("2026-11-25 13:00", "11-25", "12-01", "12-04"),  # Thanksgiving on 26 November
        ("2026-11-25 14:00", "11-27", "12-02", "12-07"),
        ("2026-11-26 09:00", "11-27", "12-02", "12-07"),
        ("2026-07-02 09:00", "07-02", "07-08", "07-13"),  # 4 July on Saturday: 3 July stands for it
        (
            "2027-12-23 09:00",
            "12-23",
            "12-29",
            "01-04",
        ),  # Christmas and New Year on Saturdays: 24 and 31 December
        ("2026-03-06 13:59", "03-06", "03-11", "03-16"),  # before the clocks go forward
        ("2026-11-01 20:00", "11-02", "11-05", "11-10"),  # the Sunday on which they go back
        ("2026-12-31 23:59", "01-04", "01-07", "01-12"),
    ],
)
def test_portland_ships_by_its_own_clock(moment, leaves, first, last):
    assert days("us", at(moment, PORTLAND), country="US", postcode="10001") == (leaves, first, last)


def test_an_evening_in_new_york_is_an_afternoon_in_portland():
    assert arrival(region("us"), at("2026-12-01 16:30", ZoneInfo("America/New_York"))).leaves == date(
        2026, 12, 1
    )
    assert arrival(region("us"), at("2026-12-01 17:00", ZoneInfo("America/New_York"))).leaves == date(
        2026, 12, 2
    )
    assert (
        arrival(region("us"), at("2026-12-01 16:30", ZoneInfo("America/New_York"))).order_by_words
        == "Tue, Dec 1, 2:00 PM PST"
    )


def test_the_destinations_holidays_count_as_well_as_the_senders():
    before = at("2026-08-13 10:00", AMSTERDAM)  # 15 August is a Saturday; 14 August is nobody's
    assert days("eu", before, country="IT", postcode="00184") == ("08-13", "08-18", "08-20")
    kings_day = at("2026-04-24 10:00", AMSTERDAM)  # 27 April in the Netherlands, 25 April in Italy
    assert days("eu", kings_day, country="IT", postcode="00184") == ("04-24", "04-30", "05-05")
    assert days("eu", at("2026-05-13 15:00", AMSTERDAM), country="IT")[0] == "05-15", (
        "Ascension Day in Amsterdam"
    )
    assert days("eu", at("2026-12-23 10:00", AMSTERDAM), country="SE", postcode="11455") == (
        "12-23",
        "12-30",
        "01-05",
    )


def test_a_german_promise_holds_in_every_land_and_a_spanish_one_in_its_province():
    epiphany = at("2026-12-30 10:00", AMSTERDAM)
    found = arrival(region("eu"), epiphany, country="DE", postcode="10115")
    assert (found.first, found.last) == (date(2027, 1, 5), date(2027, 1, 8)), (
        "6 January is a holiday in the south"
    )
    madrid = at("2026-04-28 10:00", AMSTERDAM)
    assert places_of("ES", "E-28001") == [("ES", "MD")]
    assert days("eu", madrid, country="ES", postcode="28001")[1:] == ("05-04", "05-06")
    assert len(places_of("ES")) == 16, "without the Canary Islands, Ceuta and Melilla"


def test_without_a_country_the_promise_holds_for_every_country_of_the_region():
    eu, moment = region("eu"), at("2026-12-22 10:00", AMSTERDAM)
    anywhere = arrival(eu, moment)
    for row in Country.objects.filter(region=eu):
        one = arrival(eu, moment, country=row.code)
        assert anywhere.first <= one.first <= one.last <= anywhere.last, row


@pytest.mark.walk
def test_no_promise_in_ten_years_names_a_day_off():
    """Every day of ten years, in the morning and in the evening, in three regions."""
    for code, country, postcode, zone in (
        ("uk", "GB", "LS1 4AP", LONDON),
        ("us", "US", "10001", PORTLAND),
        ("eu", "IT", "00184", AMSTERDAM),
    ):
        where = region(code)
        [there] = places_of(country, postcode)
        for number in range(0, 3650):
            moment = at("2026-01-01 09:00", zone) + timedelta(days=number, hours=10 * (number % 2))
            found = arrival(where, moment, country=country, postcode=postcode)
            assert is_working_day(found.leaves, where.dispatch_place), moment
            for day in (found.first, found.last):
                assert is_working_day(day, there), (moment, day)
                assert (day.month, day.day) != (12, 25), moment
            assert moment.date() <= found.leaves < found.first <= found.last
            assert found.order_by > moment


def test_every_country_we_deliver_to_has_its_holidays():
    for row in Country.objects.all():
        for place in places_of(row.code):
            assert date(2026, 12, 25) in holidays_in(place, 2026), place
            assert date(2026, 1, 1) in holidays_in(place, 2026), place


@pytest.mark.slow
def test_staff_name_places_that_exist_and_a_cut_off_of_their_own():
    uk = region("uk")
    uk.dispatch_cutoff, uk.dispatch_holidays = datetime(2026, 1, 1, 16, 30).time(), "GB-SCT"
    uk.full_clean()
    uk.save()
    assert days("uk", at("2026-11-27 16:29", LONDON), country="GB", postcode="LS1 4AP")[0] == "11-27"
    assert days("uk", at("2026-11-27 16:30", LONDON), country="GB", postcode="LS1 4AP")[0] == "12-01", (
        "St Andrew’s Day"
    )
    for wrong in ("Leeds", "GB-XXX", "", "ZZ"):
        uk.dispatch_holidays = wrong
        with pytest.raises(ValidationError):
            uk.full_clean()
    assert place_named("nl") == ("NL", "")


def test_cached_pages_end_at_the_next_cut_off():
    for text, zone in (
        ("2026-11-27 13:30", LONDON),
        ("2026-11-27 12:45", AMSTERDAM),
        ("2026-11-27 13:50", PORTLAND),
    ):
        now = at(text, zone)
        assert now.timestamp() < next_cutoff(now) <= now.timestamp() + 24 * 3600
        assert next_moment(now) <= at(text[:10] + " 14:00", zone).timestamp()


# --- frozen with the order, and said everywhere -----------------------------------------------------------------


@pytest.mark.slow
def test_the_promise_is_kept_with_the_order_whatever_changes_later(shopper, monkeypatch):
    freeze(monkeypatch, at("2026-12-22 13:00", LONDON))
    order = paid("CIT-CAP-90")
    assert (order.arrives_first, order.arrives_last) == (date(2026, 12, 24), date(2026, 12, 29))
    uk = region("uk")
    uk.delivery_days_min = uk.delivery_days_max = 9
    uk.save()
    order = Order.objects.get(pk=order.pk)
    page = shopper.get(order.get_absolute_url()).content.decode()
    assert "It arrives Thu 24 Dec – Tue 29 Dec." in page
    mail = Mail.objects.get(key=order_key("paid", order.pk))
    assert "Thu 24 Dec – Tue 29 Dec" in mail.text
    assert "Thu 24 Dec – Tue 29 Dec" in mail.html


def test_an_order_from_before_the_promise_still_says_when_it_arrives():
    order = paid("CIT-CAP-90")
    said = order.arrives
    Order.objects.filter(pk=order.pk).update(arrives_first=None, arrives_last=None)
    assert Order.objects.get(pk=order.pk).arrives == said


def test_a_payment_after_the_cut_off_is_promised_for_the_next_day(monkeypatch):
    freeze(monkeypatch, at("2026-12-01 13:50", LONDON))
    order, session = an_order_at_stripe("CIT-CAP-90")
    freeze(monkeypatch, at("2026-12-01 14:10", LONDON))
    sessions.pay(session)
    deliver_events()
    order.refresh_from_db()
    assert order.arrives_first == date(2026, 12, 4)


@pytest.mark.parametrize(
    ("code", "moment", "zone", "words", "until"),
    [
        ("uk", "2026-12-23 15:00", LONDON, "Wed 30 Dec – Thu 31 Dec", "Thu 24 Dec, 14:00 GMT"),
        ("uk", "2027-07-23 10:00", LONDON, "Tue 27 Jul – Wed 28 Jul", "Fri 23 Jul, 14:00 BST"),
        ("us", "2026-11-25 20:00", PORTLAND, "Wed, Dec 2 – Mon, Dec 7", "Fri, Nov 27, 2:00 PM PST"),
    ],
)
def test_every_place_says_the_same_promise(shopper, monkeypatch, code, moment, zone, words, until):
    freeze(monkeypatch, at(moment, zone))
    shopper.post(f"/{code}/basket/add/", {"variant": "CIT-CAP-90"})
    for path in ("shop/magnesium-citrate-capsules/", "basket/", "checkout/", "help/delivery/"):
        page = shopper.get(f"/{code}/{path}").content.decode().replace("\u202f", " ")
        assert words in page, path
        assert until in page, path


def test_checkout_reckons_for_the_country_that_was_typed(shopper, monkeypatch):
    freeze(monkeypatch, at("2026-12-21 10:00", AMSTERDAM))
    shopper.post("/eu/basket/add/", {"variant": "CIT-CAP-90"})
    before = arrival(region("eu"))
    assert before.words in shopper.get("/eu/checkout/").content.decode()
    post_with_token(
        shopper, "/eu/checkout/", "/eu/checkout/", {"country": "IT", "postcode": "00184", "email": "no"}
    )
    italy = arrival(region("eu"), country="IT", postcode="00184")
    assert italy.words in shopper.get("/eu/checkout/").content.decode()
    assert italy.words != before.words


def test_machines_read_the_cut_off_and_the_days(shopper):
    page = shopper.get("/us/shop/magnesium-citrate-capsules/").content.decode()
    assert '"cutoffTime": "14:00:00-0' in page
    feed = shopper.get("/us/feeds/google.xml").content.decode()
    assert "<g:max_handling_time>1</g:max_handling_time>" in feed
    assert "<g:max_transit_time>6</g:max_transit_time>" in feed
