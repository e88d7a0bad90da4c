"""What staff read and type of prices that were lower, and of prices to come, on the product's page."""

from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shop.catalogue.models import Price, PriceLog
from tests.support.factories import region, variant
from tests.support.price_history import nothing_recorded, was_sold_at
from tests.support.product_form import PRICES, product_form, product_page, save_product
from tests.support.staff import signed_in

HISTORY = "/admin/catalogue/pricelog/"

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


def soon(days=2):
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def plan(*moments, amount=1100):
    here = region("uk")
    return [Price.objects.create(variant=variant(), region=here, amount=amount, valid_from=at) for at in moments]  # fmt: skip


def test_a_planned_price_is_taken_back_where_it_was_typed_and_the_others_stay():
    first, second = plan(soon(2), soon(3))
    answer = save_product(drop_uk=[first.valid_from.isoformat()])
    assert "planned for" in (words := words_after(answer))
    assert "is taken back." in words
    assert list(planned()) == [second]


def test_a_price_that_was_taken_back_meanwhile_is_told_of_and_nothing_is_saved():
    (row,) = plan(soon())
    opened = product_form()
    row.delete()
    answer = save_product(opened, drop_uk=[row.valid_from.isoformat()], price_uk="12.50")
    assert answer.status_code == 200
    assert "somebody took it back" in answer.content.decode()
    assert variant().prices.in_force(region("uk")).get().amount != 1250


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-99", "٢", "' or 1=1", "9" * 5000])
def test_odd_words_take_nothing_back(typed):
    plan(soon())
    assert save_product(drop_uk=[typed]).status_code == 200
    assert planned().count() == 1


def test_the_history_of_prices_is_read_and_never_changed():
    pack, client = variant(), signed_in()
    (row,) = plan(soon())
    row.delete()
    page = client.get(f"{HISTORY}?product={pack.product.pk}")
    words = " ".join(unescape(page.content.decode()).split())
    assert "taken back, or deleted" in words
    assert "planned" in words
    assert "£11.00" in words
    last = PriceLog.objects.last()
    assert client.get(f"{HISTORY}{last.pk}/change/").status_code == 200
    assert client.post(f"{HISTORY}{last.pk}/change/", {"amount": 1}).status_code == 403
    assert client.post(f"{HISTORY}{last.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{HISTORY}add/").status_code == 403


def test_the_history_outlives_its_pack():
    pack = variant()
    with nothing_recorded():
        PriceLog.objects.create(price=1, variant_id=987654, region=region("uk"), amount=777, valid_from=soon(-9), recorded_at=soon(-9))  # fmt: skip
    words = unescape(signed_in().get(HISTORY).content.decode())
    assert "a deleted pack" in words
    assert "£7.77" in words
    assert "£7.77" not in unescape(signed_in().get(f"{HISTORY}?q={pack.sku}").content.decode())
