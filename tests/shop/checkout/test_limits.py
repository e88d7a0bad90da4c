"""Who is slowed down, and from which try on: one below, equal, one above each limit, with a clock that stands still.

The limits are written out here a second time and not imported.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import caches

from shop.checkout import testers
from shop.checkout.models import OrderStart
from shop.content.models import Tries
from shop.content.throttle import forget_tries, forgive, is_spent, too_fast, too_often
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.support.clock import freeze
from tests.support.factories import an_order_at_stripe

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 5, 4, 10, 0, tzinfo=UTC)
MOMENT, HOUR = timedelta(microseconds=1), timedelta(hours=1)
DECLINED_AN_HOUR = {"network": 8, "site": 10, "visitor": 8, "mailbox": 8, "place": 8}
DECLINED_A_DAY = {"network": 16, "site": 20, "visitor": 10, "mailbox": 10, "place": 10}


# --- counting tries -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [0, 1, 3])
def test_as_many_tries_as_the_limit_are_free(most):
    assert [too_often("x", "a", most=most, seconds=60) for _ in range(most + 2)] == [False] * most + [
        True
    ] * 2
    assert [too_fast("y", "a", most=most, seconds=60) for _ in range(most + 2)] == [False] * most + [True] * 2


@pytest.mark.parametrize(
    ("later", "anew"),
    [(timedelta(seconds=60) - MOMENT, False), (timedelta(seconds=60), True), (timedelta(seconds=60) + MOMENT, True)],
)  # fmt: skip
def test_tries_count_from_the_first_for_as_long_as_was_said(monkeypatch, later, anew):
    freeze(monkeypatch, NOW)
    assert not too_often("x", "a", most=1, seconds=60)
    assert is_spent("x", "a", most=1)
    freeze(monkeypatch, NOW + later)
    assert is_spent("x", "a", most=1) is not anew
    assert too_often("x", "a", most=1, seconds=60) is not anew
    assert Tries.objects.get().ends_at == (NOW + later if anew else NOW) + timedelta(seconds=60)


@pytest.mark.parametrize(("most", "spent"), [(1, True), (2, True), (3, False)])
def test_who_has_spent_all_tries(most, spent):
    for _ in range(2):
        too_often("x", "a", most=9, seconds=60)
    assert is_spent("x", "a", most=most) is spent
    assert Tries.objects.get().count == 2, "asking counts nothing"


def test_a_try_that_was_honest_is_taken_back_but_never_below_nothing():
    too_often("x", "a", most=9, seconds=60)
    for left in (0, 0):
        forgive("x", "a")
        assert Tries.objects.get().count == left


@pytest.mark.parametrize(("later", "forgotten"), [(-MOMENT, 0), (timedelta(), 0), (MOMENT, 1)])
def test_tries_are_forgotten_once_they_have_run_out(monkeypatch, later, forgotten):
    freeze(monkeypatch, NOW)
    too_often("x", "a", most=1, seconds=60)
    assert forget_tries(NOW + timedelta(seconds=60) + later) == forgotten


def test_what_the_cache_counts_runs_out_after_as_long_as_was_said(monkeypatch):
    asked = []
    monkeypatch.setattr(caches["limits"], "add", lambda key, value, seconds: asked.append((value, seconds)))
    monkeypatch.setattr(caches["limits"], "incr", lambda key: 3)
    assert (too_fast("x", "a", most=2, seconds=7), too_fast("x", "a", most=3, seconds=7)) == (True, False)
    assert asked == [(0, 7), (0, 7)]


# --- who tries stolen cards ---------------------------------------------------------------------------------------


def an_order_from(trace: str, ago=timedelta(), declined=0, paid=False) -> Order:
    """An order with one trace in common with ours, and no other."""
    order, _ = an_order_at_stripe(email=f"t{Order.objects.count()}@example.org")
    Payment.objects.filter(order=order).update(declined=declined)
    if paid:
        Order.objects.filter(pk=order.pk).update(status="paid", paid_at=NOW)
    OrderStart.objects.create(order=order, at=NOW - ago, **{"network": f"n{order.pk}", trace: "ours"})
    return order


def stopped(trace: str) -> str:
    return testers._why_not({trace: "ours"}, NOW)


@pytest.mark.parametrize("trace", DECLINED_AN_HOUR)
def test_cards_declined_within_an_hour(trace):
    order = an_order_from(trace)
    for cards, long in ((-1, ""), (0, "for an hour"), (1, "for an hour")):
        Payment.objects.filter(order=order).update(declined=DECLINED_AN_HOUR[trace] + cards)
        assert (long in stopped(trace)) if long else stopped(trace) == ""
    assert testers._why_not({trace: "another"}, NOW) == ""
    assert testers._why_not({trace: ""}, NOW) == ""


@pytest.mark.parametrize("trace", DECLINED_A_DAY)
def test_cards_declined_within_a_day(trace):
    order = an_order_from(trace, ago=HOUR)
    for cards, long in ((-1, ""), (0, "for a day"), (1, "for a day")):
        Payment.objects.filter(order=order).update(declined=DECLINED_A_DAY[trace] + cards)
        assert (long in stopped(trace)) if long else stopped(trace) == ""


@pytest.mark.parametrize(
    ("ago", "words"),
    [(HOUR - MOMENT, "for an hour"), (HOUR, "for a day"), (24 * HOUR - MOMENT, "for a day"), (24 * HOUR, "")],
)
def test_an_hour_and_a_day_end_to_the_moment(ago, words):
    an_order_from("network", ago=ago, declined=99)
    assert (words in stopped("network")) if words else stopped("network") == ""


@pytest.mark.parametrize(("paid", "cards", "is_more"),
                         [(0, 7, False), (0, 8, True), (3, 8, True), (4, 8, False), (4, 9, True), (7, 9, True), (8, 9, False), (8, 10, True)])  # fmt: skip
def test_four_payments_make_up_for_one_declined_card(paid, cards, is_more):
    assert testers.Declined(cards, paid).is_more_than(8) is is_more


@pytest.mark.parametrize(("declined", "counted"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 2)])
def test_two_slips_before_a_payment_do_not_count(declined, counted):
    an_order_from("network", declined=declined, paid=True)
    assert testers._declined(OrderStart.objects.filter(network="ours")) == testers.Declined(counted, 1)


@pytest.mark.slow
def test_orders_under_eight_addresses_from_one_browser():
    for _ in range(7):
        an_order_from("visitor")
    assert stopped("visitor") == ""
    last = an_order_from("visitor", ago=HOUR)
    assert stopped("visitor") == "", "an hour ago"
    OrderStart.objects.filter(order=last).update(at=NOW - HOUR + MOMENT)
    assert "many e-mail addresses" in stopped("visitor")
    Order.objects.filter(pk=last.pk).update(email=Order.objects.exclude(pk=last.pk).first().email.upper())
    assert stopped("visitor") == "", "the same address in capitals"


@pytest.mark.parametrize(
    ("unpaid", "paid", "many"), [(3, 0, False), (4, 0, True), (5, 0, True), (4, 1, False), (5, 1, True)]
)
@pytest.mark.walk
def test_unpaid_orders_of_one_network(monkeypatch, unpaid, paid, many):
    assert testers.MAX_UNPAID == 300
    monkeypatch.setattr(testers, "MAX_UNPAID", 4)
    for number in range(unpaid + paid):
        an_order_from("network", paid=number < paid)
    an_order_from("network", ago=HOUR)
    assert ("wait to be paid" in stopped("network")) is many


@pytest.mark.parametrize(("later", "forgotten"), [(-MOMENT, 0), (timedelta(), 0), (MOMENT, 1)])
def test_from_where_an_order_came_is_forgotten_after_a_day(later, forgotten):
    an_order_from("network")
    assert testers.forget_starts(NOW + 24 * HOUR + later) == forgotten


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a.b+c@gmail.com", "AB@Gmail.com", True), ("a.b@example.org", "ab@example.org", False),
     ("ab+x@example.org", "ab@example.org", True), ("a.b@googlemail.com", "ab@googlemail.com", True)],
)  # fmt: skip
def test_spellings_that_reach_one_mailbox(one, other, same):
    assert (testers._mailbox(one) == testers._mailbox(other)) is same


def test_two_places_are_one_however_they_are_written():
    def place(line1, postcode="LS1 4AP", country="GB"):
        where = SimpleNamespace(line1=line1, postcode=postcode, country=country)
        return testers._own_traces("a@example.org", where)["place"]

    assert place("1 High Street") == place("1, HIGH-street", "ls14ap")
    assert len({place("1 High Street"), place("2 High Street"), place("1 High Street", "LS1 4AQ"), place("1 High Street", country="IE")}) == 4  # fmt: skip
