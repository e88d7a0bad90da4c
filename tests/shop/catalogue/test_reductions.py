"""A reduction's earlier price: computed from what was really asked, and from nothing that anybody types."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from shop.catalogue.models import Price, PriceLog
from shop.catalogue.offers import offer
from shop.catalogue.price_triggers import install, installed, wanted
from shop.catalogue.reductions import Change, Step, cut_at, history, steps_of
from tests.support.factories import region, set_price, variant
from tests.support.price_history import nothing_recorded, was_sold_at

DAY = timedelta(days=1)
NOON = datetime(2030, 6, 15, 12, tzinfo=UTC)


def steps(*days_and_amounts):
    return [Step(NOON - days * DAY, amount) for days, amount in days_and_amounts]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("told", "lowest"),
    [
        ([(60, 2000), (3, 1500)], 2000),
        ([(60, 2000), (20, 1800), (3, 1500)], 2000),  # cut further while it was reduced
        ([(60, 2000), (40, 1800), (3, 1500)], 1800),  # the first cut had become the price
        ([(60, 1500), (10, 2000), (3, 1500)], None),  # raised, then cut to what it was: no reduction
        ([(60, 1500), (10, 2000), (3, 1400)], 1500),
        ([(90, 1200), (32.5, 2000), (3, 1500)], None),  # lower half a day after those 30 days began
        ([(90, 1600), (32.5, 2000), (3, 1500)], 1600),
        ([(90, 1200), (33, 2000), (3, 1500)], 2000),  # it ended as those 30 days began
        ([(32, 2000), (3, 1500)], None),  # sold here for 29 days
        ([(33, 2000), (3, 1500)], 2000),
        ([(60, 2000), (30, 1500)], None),  # told of for 30 days
        ([(60, 2000), (29.9, 1500)], 2000),
        ([(60, 2000), (9, None), (3, 1500)], None),  # not sold in between: not lower than before
        ([(60, 2000), (9, None), (6, 2000), (3, 1500)], 2000),
        ([(60, 2000)], None),
        ([(60, 2000), (3, None)], None),
        ([(60, 2000), (3, 2100)], None),
        ([], None),
    ],
)
def test_the_earlier_price_is_the_lowest_of_the_30_days_before_it_began(told, lowest):
    cut = cut_at(steps(*told), NOON)
    assert (cut.lowest if cut and cut.is_real else None) == lowest


# --- against what is asked hour by hour --------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


def asked(changes, hour):
    """What it costs at an hour, from what was known by then: the plainest reading."""
    at, said = NOON + hour * HOUR, {}
    for one in changes:
        if one.recorded_at <= at:
            said[one.price] = one
    begun = [one for one in said.values() if not one.gone and one.valid_from <= at]
    return max(begun, key=lambda one: one.valid_from).amount if begun else None


def told_hour_by_hour(changes, now):
    """The earlier price at an hour, walking back over every hour of the past.

    A price is asked at the hours at which something was written down or began; until the next it stands.
    """
    moments = {0, *((at - NOON) // HOUR for one in changes for at in (one.recorded_at, one.valid_from))}
    prices = []
    for hour in range(now + 1):
        prices.append(asked(changes, hour) if hour in moments else prices[-1])
    turns = [hour for hour in range(1, now + 1) if prices[hour] != prices[hour - 1]]
    if prices[now] is None or not turns or now - turns[-1] >= 720:
        return None
    began = None
    for hour in reversed(turns):
        before, after = prices[hour - 1], prices[hour]
        if before is None or after is None or after >= before or (began is not None and began - hour >= 720):
            break
        began = hour
    if began is None or all(price is None for price in prices[: max(began - 720 + 1, 0)]):
        return None
    lowest = min(price for price in prices[max(began - 720, 0) : began] if price is not None)
    return lowest if lowest > prices[now] else None


def a_history(chance):
    """Rows that come, are planned, are changed and are deleted, at whole hours of some hundred days."""
    changes, rows, hour = [], {}, 0
    for _ in range(chance.randint(1, 12)):
        hour += chance.choice([1, 5, 48, 200, 400, 719, 720, 721])
        now, amount = NOON + hour * HOUR, chance.choice([None, 900, 1000, 1100, 1200, 1500, 2000])
        what, price = chance.random(), chance.choice([*rows] or [0])
        if rows and what < 0.15:
            changes.append(Change(price, rows[price].amount, rows[price].valid_from, True, now))
            del rows[price]
            continue
        if rows and what < 0.3:
            row = Change(price, amount, rows[price].valid_from, False, now)
        else:
            begins = now + chance.choice([0, 0, 0, 30, 300]) * HOUR
            if any(row.valid_from == begins for row in rows.values()):
                continue
            price = len(changes) + 1
            row = Change(price, amount, begins, False, now)
        rows[price] = row
        changes.append(row)
    return changes, hour + chance.randint(0, 900)


@pytest.mark.slow
@pytest.mark.no_database
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_histories_say_what_walking_back_hour_by_hour_says(seed):
    chance, real = random.Random(seed), 0
    for _ in range(1000):
        changes, now = a_history(chance)
        cut = cut_at(steps_of(changes), NOON + now * HOUR)
        found = cut.lowest if cut and cut.is_real else None
        assert found == told_hour_by_hour(changes, now), (changes, now)
        real += found is not None
    assert real > 50, "enough of them are reductions"


# --- what writes the history -------------------------------------------------------------------------------------------


@pytest.fixture
def pack(db):
    was_sold_at(variant(), "eu", (90, 2000))
    return variant()


def by_sql(pack):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_price SET amount = 1500 WHERE variant_id = %s AND region_id = %s", [pack.pk, region("eu").pk])  # fmt: skip


WRITERS = {
    "set_price": lambda pack: pack.set_price(region("eu"), 1500),
    "save": lambda pack: set_price(pack.sku, "eu", 1500),
    "bulk": lambda pack: Price.objects.bulk_create([Price(variant=pack, region=region("eu"), amount=1500)]),
    "update": lambda pack: Price.objects.filter(variant=pack, region=region("eu")).update(amount=1500),
    "SQL": by_sql,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_the_earlier_price_is_right_whoever_writes_the_new_one(pack, writer):
    WRITERS[writer](pack)
    now = offer(pack, region("eu"), timezone.now() + timedelta(seconds=1))
    assert (now.amount, now.was, now.percent_off) == (1500, 2000, 25)


def test_a_price_that_is_typed_for_the_past_makes_no_reduction(db):
    Price.objects.filter(variant=variant(), region=region("eu")).delete()
    set_price("CIT-CAP-90", "eu", 9900, ago=40 * DAY)
    set_price("CIT-CAP-90", "eu", 1500)
    assert offer(variant(), region("eu"), timezone.now() + timedelta(seconds=1)).was is None


def test_the_history_outlives_its_prices_and_its_pack(pack):
    Price.objects.filter(variant=pack).delete()
    pk = pack.pk
    pack.delete()
    assert {row.gone for row in PriceLog.objects.filter(variant=pk)} == {True, False}


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_changes_the_history(pack, change):
    rows = PriceLog.objects.filter(variant=pack)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(amount=1) if change == "update" else rows.delete()
    assert not PriceLog.objects.filter(amount=1).exists()


def test_triggers_that_got_lost_come_back_and_what_they_missed_is_written_down(pack):
    with nothing_recorded():
        row = set_price(pack.sku, "eu", 1700)
        assert not PriceLog.objects.filter(price=row.pk).exists()
    install()
    assert set(installed()) == set(wanted())
    assert PriceLog.objects.filter(price=row.pk).count() == 1


def test_a_price_that_is_planned_is_a_reduction_from_its_first_second_on(pack):
    soon = timezone.now() + 2 * DAY
    Price.objects.create(variant=pack, region=region("eu"), amount=1500, valid_from=soon)
    assert offer(pack, region("eu"), soon - timedelta(seconds=1)).was is None
    assert offer(pack, region("eu"), soon).was == 2000
    assert offer(pack, region("eu"), soon + 30 * DAY - timedelta(seconds=1)).was == 2000
    assert offer(pack, region("eu"), soon + 30 * DAY).was is None


def test_where_the_law_names_no_earlier_price_none_is_shown(db):
    was_sold_at(variant(), "us", (90, 2000), (3, 1500))
    assert offer(variant(), region("us")).was is None
    assert history([variant()], region("us")), "it is written down there as well"


# --- where it is shown -------------------------------------------------------------------------------------------------


def test_pages_say_the_earlier_price_with_its_words_and_in_the_uk_with_its_unit_price(client, db):
    was_sold_at(variant(), "eu", (90, 2000), (3, 1500))
    was_sold_at(variant(), "uk", (90, 1800), (3, 1350))
    for page in ("/eu/shop/", variant().url_in(region("eu"))):
        html = " ".join(client.get(page).content.decode().split())
        assert "Lowest price of the 30 days before: <s>€20.00</s> incl. VAT" in html, page
        assert "−25 %" in html, page
    html = " ".join(client.get(variant().url_in(region("uk"))).content.decode().split())
    assert "<s>£18.00</s> incl. VAT, <s>20.0p per capsule</s>" in html


def test_a_page_that_was_kept_tells_of_it_no_longer_than_it_may(client, db, monkeypatch):
    from tests.support.clock import freeze

    was_sold_at(variant(), "eu", (90, 2000), (29.99, 1500))
    page = variant().url_in(region("eu"))
    assert "€20.00" in client.get(page).content.decode()
    freeze(monkeypatch, timezone.now() + timedelta(hours=1))
    assert "€20.00" not in client.get(page).content.decode()
