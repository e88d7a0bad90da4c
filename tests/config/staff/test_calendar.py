"""The calendar of a month: what begins and ends, by the clock of its region, for each what they may see."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.models import Publication
from config.newsletter.models import Letter
from config.staff.calendar import MOST, SHOWN, Month, days_of, events_of, month_of
from shop.catalogue.models import Price, Variant
from shop.codes.models import AutomaticDiscount, Code
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
MARCH = Month(datetime(2031, 3, 1).date())


@pytest.fixture
def owner(django_user_model):
    return django_user_model.objects.create_superuser("calendar-owner")


def told(user, month=MARCH):
    return [(one.day.day, one.kind, one.name, one.where) for one in events_of(month, user)]


def plan_everything():
    moment = datetime(2031, 3, 5, 14, 30, tzinfo=UTC)
    for code in ("uk", "us"):
        row = Publication.objects.filter(region=region(code), version__isnull=False).first()
        Publication.objects.filter(pk=row.pk).update(starts_at=moment)
    Letter.objects.create(region=region("us"), subject="Spring", words="Hello", send_from=moment)
    Code.objects.create(code="MARCH", percent=10, starts_at=moment, ends_at=moment + timedelta(days=2))
    AutomaticDiscount.objects.create(region=region("eu"), name="3 for 2", packs=3, pays=2, starts_at=moment)
    for pack in Variant.objects.all()[:3]:
        Price.objects.create(variant=pack, region=region("us"), amount=999, valid_from=moment)


def test_each_stands_on_its_day_by_the_clock_of_its_region(owner):
    plan_everything()
    rows = told(owner)
    assert (5, "Letter", "Spring", "US 09:30") in rows
    assert (5, "Discount begins", "MARCH", "UTC 14:30") in rows
    assert (7, "Discount ends", "MARCH", "UTC 14:30") in rows
    assert (5, "Discount begins", "3 for 2", "EU 15:30") in rows
    assert (5, "Prices", "3 prices begin", "US") in rows
    assert {where for _, kind, _, where in rows if kind == "Article"} & {
        "UK 14:30, US 09:30",
        "UK 14:30",
        "US 09:30",
    }


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        (datetime(2031, 3, 1, 3, 0, tzinfo=UTC), []),  # in the US still February
        (datetime(2031, 4, 1, 3, 0, tzinfo=UTC), [31]),  # in the US still March
        (datetime(2031, 3, 31, 23, 59, tzinfo=UTC), [31]),
    ],
)
def test_the_month_begins_and_ends_by_the_clock_of_the_region(owner, moment, days):
    Letter.objects.create(region=region("us"), subject="Edge", words="Hello", send_from=moment)
    Price.objects.create(variant=Variant.objects.first(), region=region("us"), amount=999, valid_from=moment)
    for kind in ("Letter", "Prices"):
        assert [day for day, what, _, _ in told(owner) if what == kind] == days


def test_an_article_of_several_regions_is_one_line_a_day(owner):
    article = Publication.objects.filter(version__isnull=False, region=region("uk")).first().article_id
    Publication.objects.filter(article=article).update(starts_at=datetime(2031, 3, 9, 23, 30, tzinfo=UTC))
    rows = {(row[0], row[3]) for row in told(owner) if row[1] == "Article"}
    assert rows == {(9, "UK 23:30, US 19:30"), (10, "EU 00:30")}, "two days, by three clocks"


@pytest.mark.parametrize("role", ["Owner", "Editor", "Writer", "Marketing", "Orders"])
def test_each_sees_what_they_may_see(role):
    plan_everything()
    page = signed_in(role).get("/admin/calendar/?month=2031-03").content.decode()
    assert "March 2031" in page
    assert ("MARCH" in page) is (role in {"Owner", "Marketing", "Orders"})


@pytest.mark.parametrize(
    "text", ["", "2031-13", "x", "9999-01", "٢٠٣١-03", "2031-3", "2031-03-01", "1999-12", "0000-00", "\0"]
)
def test_what_is_no_month_is_this_one(text):
    month = month_of(text)
    assert month.first.day == 1
    assert signed_in("Owner").get("/admin/calendar/", {"month": text}).status_code == 200


def test_a_full_month_asks_no_more_and_shows_a_page(owner, django_assert_max_num_queries):
    uk, moment = region("uk"), datetime(2031, 3, 8, 10, 0, tzinfo=UTC)
    Code.objects.bulk_create(
        Code(code=f"C{number}", percent=5, starts_at=moment) for number in range(MOST + 50)
    )
    packs = list(Variant.objects.all())
    Price.objects.bulk_create(
        Price(variant=pack, region=uk, amount=500, valid_from=moment + timedelta(minutes=minute))
        for pack in packs
        for minute in range(40)
    )
    with django_assert_max_num_queries(16):
        found = events_of(MARCH, owner)
    [(_, shown, more)] = days_of(found)
    assert len(shown) == SHOWN + 1
    assert more == MOST - SHOWN
    assert f"{len(packs) * 40} prices begin" in {one.name for one in shown}
