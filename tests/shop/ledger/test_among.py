"""A look at the ledger is about what moved and a part of the rest, and still finds and keeps all that is wrong."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue.models import Hold
from shop.desk.models import LedgerState
from shop.ledger import among
from shop.ledger.check import look_at_money, match_money
from shop.orders.models import Order
from shop.payments.models import Payment
from tests.support.factories import set_stock
from tests.support.orders import paid

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(monkeypatch):
    """Seven paid orders, looked at two at a time."""
    set_stock("CIT-CAP-90", "uk", 50)
    found = [paid(email=f"b{number}@example.org") for number in range(7)]
    monkeypatch.setattr(among, "PART", 2)
    monkeypatch.setattr(among, "OVERLAP", 0)
    match_money()
    return found


def red():
    return {(breach["rule"], breach["order"]) for breach in LedgerState.objects.get().breaches}


def break_money(order):
    Payment.objects.filter(order=order).update(status="failed")
    return "orders"


def break_hold(order):
    Hold.objects.filter(reference=order.hold_reference).delete()
    return "holds"


def break_status(order):
    Order.objects.filter(pk=order.pk).update(status="cancelled")
    return "moves"


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [break_money, break_hold, break_status])
def test_what_was_changed_past_the_shop_is_found_within_a_round_and_stays_red_until_it_is_mended(
    orders, spoil
):
    row = orders[5]
    hold, status = Hold.objects.get(reference=row.hold_reference), row.status
    rule = spoil(row)
    for _ in range(4):
        match_money()
    assert (rule, row.pk) in red()
    for _ in range(4):  # the part goes on to others, what is known is looked at each time
        match_money()
        assert (rule, row.pk) in red()
    Payment.objects.filter(order=row).update(status="paid")
    Order.objects.filter(pk=row.pk).update(status=status)
    Hold.objects.get_or_create(
        reference=hold.reference, stock=hold.stock, defaults={"quantity": hold.quantity}
    )
    match_money()
    assert red() == set()


@pytest.mark.slow
@pytest.mark.parametrize("moved", ["note", "refund", "payment"])
def test_an_order_that_moved_is_looked_at_at_once_whichever_part_is_next(orders, moved):
    row = orders[6]
    rule = break_hold(row)
    if moved == "note":
        row.note("Somebody looked at it.")
    elif moved == "payment":
        Payment.objects.filter(order=row).update(status="open")
    else:
        row.payments.get().refunds.create(amount=1)
    match_money()
    assert (rule, row.pk) in red()


@pytest.mark.slow
def test_who_looks_moves_nothing_and_sees_what_moved(orders):
    """What did not move is the worker's to find, in its turn; how long that takes stands on the page."""
    kept = LedgerState.objects.values().get()
    break_hold(orders[2])
    orders[2].note("Somebody looked at it.")
    state = look_at_money()
    assert {breach["order"] for breach in state.breaches} == {None, orders[2].pk}
    assert state.marks == kept["marks"] | {
        name: state.marks[name] for name in ("event", "payment", "refund", "parcel")
    }
    assert LedgerState.objects.values().get() == kept


@pytest.mark.slow
def test_a_rule_that_found_more_than_it_tells_is_asked_about_all(orders, monkeypatch):
    monkeypatch.setattr("shop.ledger.breach.MAX_OF_A_KIND", 2)
    Hold.objects.all().delete()
    for _ in range(5):
        match_money()
    found = [breach["words"] for breach in LedgerState.objects.get().breaches if breach["rule"] == "holds"]
    assert found[-1] == "5 more like the 2 above."


@pytest.mark.slow
def test_a_look_reads_as_much_however_many_orders_there_are(orders):
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            match_money()
        part = among.next_part(LedgerState.objects.get().marks, set(), timezone.now())
        return len(queries), Order.objects.filter(pk__range=(part.first, part.last)).count() + len(part.pks)

    few = asked()
    for number in range(5):
        paid(email=f"c{number}@example.org")
    match_money()
    match_money()
    many = asked()
    assert many[0] <= few[0]
    assert many[1] <= few[1]
