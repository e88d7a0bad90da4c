"""Packs by batch: the oldest first, none too old, and a recall that reaches those who got it and nobody else."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from shop.catalogue.batches import CannotTakeIn, count_batch, recall, take_in_batch, take_out_old
from shop.catalogue.models import Batch, StockMovement
from shop.ledger.check import match_money
from shop.orders.fulfil import send_parcel, take_return
from shop.orders.models import IllegalMove, Outcome, ParcelBatch
from shop.orders.recall import count_of, tell_buyers
from shop.outbox.models import Mail
from tests.conftest import a_shopper
from tests.support.batches import a_batch, day, stock_of
from tests.support.factories import region, set_stock, variant
from tests.support.orders import a_paid_order

pytestmark = pytest.mark.django_db


def left(*batches) -> list[int]:
    return [Batch.objects.get(pk=batch.pk).left for batch in batches]


def send(order, count):
    return send_parcel(order, {order.lines.get().pk: count}, by="ada")


def sent_in(order) -> list[tuple[str, int]]:
    rows = ParcelBatch.objects.filter(parcel_line__line__order=order).order_by("pk")
    return [(row.batch.number, row.quantity) for row in rows]


def test_goods_that_come_in_raise_the_stock_and_say_so_in_its_log():
    set_stock("CIT-CAP-90", "uk", 5)
    a_batch("L1", 40)
    assert stock_of().on_hand == 45
    row = StockMovement.objects.first()
    assert (row.change, row.cause, row.who, row.why) == (40, "came", "ada", "batch L1")


def test_more_of_a_batch_is_added_to_it_and_another_date_is_asked_about():
    batch = a_batch("L1", 40)
    more = {"who": "ada", "is_counted": False, "packs": 10, "sold_until": batch.sold_until, "number": "L1"}
    take_in_batch(variant(), region("uk"), best_before=batch.best_before, **more)
    batch.refresh_from_db()
    assert (batch.came, batch.left) == (50, 50)
    with pytest.raises(CannotTakeIn, match="Look at the pack again"):
        take_in_batch(variant(), region("uk"), best_before=batch.best_before + timedelta(days=1), **more)


def test_packs_that_were_counted_before_only_get_their_batch():
    set_stock("CIT-CAP-90", "uk", 5)
    a_batch("L1", 5, is_counted=True)
    assert stock_of().on_hand == 5
    with pytest.raises(CannotTakeIn, match="Only 0 packs"):
        a_batch("L2", 1, is_counted=True)


def test_the_oldest_date_is_sent_first_whatever_came_first():
    order = a_paid_order(quantity=3)
    set_stock("CIT-CAP-90", "uk", 3)
    young, old = a_batch("YOUNG", 10, good_for=500), a_batch("OLD", 2, good_for=300)
    send(order, 3)
    assert sent_in(order) == [("OLD", 2), ("YOUNG", 1)]
    assert left(young, old) == [9, 0]
    assert not match_money()


def test_packs_without_a_batch_are_sent_last_and_name_none():
    order = a_paid_order(quantity=3)
    a_batch("L1", 2)
    send(order, 3)
    assert sent_in(order) == [("L1", 2)]


def test_what_was_sent_stands_in_the_mail_and_on_the_order_page():
    order = a_paid_order(quantity=1)
    batch = a_batch("L2031A", 2)
    send(order, 1)
    words = f"1 of batch L2031A, best before {batch.best_before:%-d %b %Y}"
    mail = Mail.objects.get(key__contains="shipped")
    assert words in mail.text
    assert words in mail.html
    assert words in unescape(a_shopper().get(f"/orders/{order.token}/").content.decode())


def test_from_the_day_after_the_last_of_sale_nothing_of_it_is_sold():
    set_stock("CIT-CAP-90", "uk", 4)
    batch = a_batch("L1", 10, sold_for=0)
    assert not take_out_old()
    zone = region("uk").zone
    midnight = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = midnight + timedelta(days=1)
    assert not take_out_old(tomorrow - timedelta(seconds=1))
    assert take_out_old(tomorrow) == 1
    assert stock_of().on_hand == 4
    assert StockMovement.objects.first().cause == "too_old"
    batch.refresh_from_db()
    assert (batch.left, batch.taken_out, batch.sent) == (0, 10, 0)
    assert not take_out_old(tomorrow), "once"


def test_what_orders_hold_stays_until_they_let_go_of_it():
    set_stock("CIT-CAP-90", "uk", 10)
    order = a_paid_order(quantity=3)
    set_stock("CIT-CAP-90", "uk", 3)
    batch = a_batch("L1", 3, is_counted=True, sold_for=-1)
    take_out_old()
    assert left(batch) == [3]
    assert not take_out_old(), "it is not taken up again and again"
    send(order, 3)
    assert sent_in(order) == [("L1", 3)], "sold in time, and good for weeks"


def test_nothing_past_its_date_is_sent():
    order = a_paid_order(quantity=3)
    set_stock("CIT-CAP-90", "uk", 3)
    a_batch("L1", 2, is_counted=True, good_for=-1, sold_for=-30)
    with pytest.raises(IllegalMove, match="1 can be sent: the others are of batch L1"):
        send(order, 3)
    send(order, 1)
    assert sent_in(order) == []


def test_a_recall_takes_the_rest_out_and_writes_to_each_buyer_once():
    first, second = a_paid_order(quantity=2), a_paid_order(quantity=2, email="bob@example.org")
    other = a_paid_order(quantity=1, email="eve@example.org")
    set_stock("CIT-CAP-90", "uk", 5)
    batch = a_batch("BAD", 4, is_counted=True, good_for=300)
    a_batch("GOOD", 5, good_for=400)
    for order in (first, second, other):
        send(order, order.lines.get().quantity)
    assert count_of(batch) == {"orders": 2, "packs": 4, "untold": 2}
    assert recall(batch, "Stop taking them, and keep the pack.", who="ada")
    assert not recall(Batch.objects.get(pk=batch.pk), "Again.", who="ada"), "once"
    tell_buyers()
    tell_buyers()
    mails = Mail.objects.filter(key__contains="recalled")
    assert sorted(mails.values_list("to", flat=True)) == sorted([first.email, second.email])
    assert "Stop taking them, and keep the pack." in mails[0].text
    assert "2 x" in mails[0].text
    assert "BAD" in mails[0].subject
    assert Batch.objects.get(pk=batch.pk).buyers_told_at


def test_of_a_recalled_batch_nothing_is_sent_taken_in_or_sold_again():
    order, buyer = a_paid_order(quantity=3), a_paid_order(quantity=1, email="bob@example.org")
    set_stock("CIT-CAP-90", "uk", 4)
    batch = a_batch("BAD", 4, is_counted=True)
    send(buyer, 1)
    recall(batch, "Stop.", who="ada")
    assert left(batch) == [3], "held by an order"
    with pytest.raises(IllegalMove, match="0 can be sent: the others are of batch BAD"):
        send(order, 3)
    line = buyer.lines.get()
    with pytest.raises(IllegalMove, match="batch BAD is recalled"):
        take_return(buyer, {line.pk: 1}, {line.pk: Outcome.SELLABLE}, by="ada", why="")
    take_return(buyer, {line.pk: 1}, {line.pk: Outcome.DESTROYED}, by="ada", why="")
    with pytest.raises(CannotTakeIn, match="recalled"):
        a_batch("BAD", 1)


def test_what_comes_back_to_be_sold_is_of_its_batch_again():
    order = a_paid_order(quantity=3)
    set_stock("CIT-CAP-90", "uk", 3)
    old, young = a_batch("OLD", 1, is_counted=True, good_for=300), a_batch("YOUNG", 2, is_counted=True)
    send(order, 3)
    line = order.lines.get()
    take_return(order, {line.pk: 2}, {line.pk: Outcome.SELLABLE}, by="ada", why="")
    assert left(old, young) == [0, 2]
    assert stock_of().on_hand == 2


def test_a_count_of_a_batch_counts_the_stock():
    set_stock("CIT-CAP-90", "uk", 3)
    batch = a_batch("L1", 10)
    assert count_batch(batch, was=10, became=8, who="ada")
    assert (stock_of().on_hand, left(batch)) == (11, [8])
    assert not count_batch(batch, was=10, became=7, who="ada"), "somebody was quicker"
    assert (stock_of().on_hand, left(batch)) == (11, [8])


@pytest.mark.parametrize(
    "wrong", [{"left": 11}, {"taken_out": 1}, {"sold_until": day}, {"recalled_at": timezone.now()}]
)
def test_the_database_refuses_a_batch_that_does_not_add_up(wrong):
    batch = a_batch("L1", 10)
    changed = {name: value(999) if callable(value) else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**changed)
