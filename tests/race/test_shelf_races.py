"""Two changes of one product at the same moment: lists show both."""

import threading

import pytest
from django.db import IntegrityError, transaction

from shop.catalogue import shelf_check, shelving
from shop.catalogue.models import ShelfRow, Stock
from tests.support.factories import region
from tests.support.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def both_read_before_one_writes(monkeypatch):
    """Where they can: one that is made to wait for the other reads after it, and the gate gives up."""
    gate, read = threading.Barrier(2), shelving.facts_of

    def facts_of(products, now):
        found = read(products, now)
        try:
            gate.wait(1)
        except threading.BrokenBarrierError:
            gate.reset()
        return found

    monkeypatch.setattr(shelving, "facts_of", facts_of)


def price_and_stock(pack):
    def change(number):
        with transaction.atomic():
            if number:
                pack.set_price(region("uk"), 999)
            else:
                Stock.objects.update(on_hand=0)

    return together(2, change)[1]


def test_a_price_and_the_last_pack_at_once_both_show(a_shop, both_read_before_one_writes):
    assert price_and_stock(a_shop) == []
    row = ShelfRow.objects.get()
    assert (row.amount, row.sold_out) == (999, True)
    assert shelf_check.drift() == shelf_check.miscounted().wrong == []


def test_control_without_the_lock_one_of_them_is_lost(a_shop, both_read_before_one_writes, monkeypatch):
    monkeypatch.setattr(shelving, "lock", lambda: None)
    errors = price_and_stock(a_shop)
    monkeypatch.undo()
    assert shelf_check.drift() or [type(error) for error in errors] == [IntegrityError]
