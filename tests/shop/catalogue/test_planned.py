"""What staff read and type of prices that were lower, and of prices to come, on the product's page."""

from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shop.catalogue.models import Price
from tests.support.factories import region, variant
from tests.support.price_history import was_sold_at
from tests.support.product_form import PRICES, product_form, product_page, save_product
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def on(moment):
    return f"{moment:%Y-%m-%dT%H:%M}"


def planned():
    return Price.objects.filter(variant=variant(), valid_from__gt=timezone.now())


def words_after(answer) -> str:
    client = answer.client
    return " ".join(unescape(client.get(product_page()).content.decode()).split())


def test_a_price_is_planned_by_the_clock_of_its_region():
    tomorrow = (timezone.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    answer = save_product(next_us="12,50", from_us=on(tomorrow))
    assert answer.status_code == 302
    row = planned().get()
    assert (row.region.code, row.amount) == ("us", 1250)
    assert row.valid_from.astimezone(ZoneInfo(region("us").time_zone)).replace(tzinfo=None) == tomorrow.replace(tzinfo=None)  # fmt: skip
    assert "Planned: $12.50 from" in words_after(answer)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"next_uk": "9.99"}, "Type from when on it costs that."),
        ({"from_uk": "tomorrow", "next_uk": "9.99"}, "Enter a valid date/time."),
        ({"from_uk": on(timezone.now() + timedelta(days=2))}, "Type what it costs from then on."),
        ({"from_uk": on(timezone.now() - timedelta(days=2)), "next_uk": "9.99"}, "a moment that is still to come"),
        ({"from_uk": "9999-12-31T23:59", "next_uk": "9.99"}, "a moment that is still to come"),
        ({"from_uk": "0001-01-01T00:00", "next_uk": "9.99"}, "still to come"),
        ({"from_uk": on(timezone.now() + timedelta(days=2)), "next_uk": "1"}, "more than half"),
    ],
)  # fmt: skip
def test_what_can_not_be_planned_is_told_and_nothing_is_saved(typed, told):
    answer = save_product(**typed)
    assert answer.status_code == 200
    assert told in unescape(answer.content.decode())
    assert not planned().exists()


def test_two_prices_at_one_moment_are_told_of():
    opened, when = product_form(), on(timezone.now() + timedelta(days=2))
    save_product(opened, next_uk="11", from_uk=when)
    answer = save_product(opened, next_uk="12", from_uk=when)
    assert "begins at that moment already" in words_after(answer)
    assert [row.amount for row in planned()] == [1100]


def test_staff_read_what_becomes_of_a_lower_price():
    was_sold_at(variant(), "eu", (90, 2000))
    assert "Shown as reduced from €20.00" in words_after(save_product(price_eu="15"))


def test_staff_read_that_a_lower_price_is_no_real_reduction():
    was_sold_at(variant(), "eu", (90, 1500), (9, 2000))
    words = words_after(save_product(price_eu="15"))
    assert words.count("Not a real reduction: it cost €15.00 within the 30 days before.") == 2, "once told, and in the form"  # fmt: skip
    was_sold_at(variant(), "uk", (9, 2000))
    assert "had not been on sale here for 30 days" in words_after(save_product(price_uk="15"))


def test_in_the_us_nothing_is_said_of_it():
    was_sold_at(variant(), "us", (90, 1500), (9, 2000))
    words = words_after(save_product(price_us="15"))
    assert "educed from" not in words
    assert "real reduction" not in words


def test_a_price_can_not_be_put_into_the_past():
    form = {"variant": variant().pk, "region": region("uk").pk, "price": "11", "valid_from_0": "2026-01-01", "valid_from_1": "10:00"}  # fmt: skip
    answer = signed_in().post(PRICES, form)
    assert "What is over stays as it was" in answer.content.decode()
