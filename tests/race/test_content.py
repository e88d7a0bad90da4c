"""Changes of content at the same moment, on a real PostgreSQL."""

import threading

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from shop.catalogue.models import Price
from shop.content.models import ContentScope, content_changed, numbers_of
from shop.content.scopes import product, products_in
from tests.support.factories import region
from tests.support.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SCOPES = [products_in("uk"), *(product("uk", pk) for pk in range(1, 6))]


def changing_in_turn(number, change):
    """One transaction that changes scopes one by one, half of them in the reverse order."""
    with transaction.atomic():
        for scope in SCOPES if number % 2 else reversed(SCOPES):
            change(scope)


def test_changes_of_the_same_scopes_in_any_order_wait_and_never_lock_each_other_out():
    content_changed(*SCOPES)
    before = numbers_of(SCOPES)
    done, errors = together(8, lambda number: changing_in_turn(number, content_changed) or True)
    assert (len(done), errors) == (8, [])
    assert all(number != before[scope] for scope, number in numbers_of(SCOPES).items())


def test_control_scopes_alone_without_the_version_lock_each_other_out():
    content_changed(*SCOPES)
    gate = threading.Barrier(2)

    def change(number):
        with transaction.atomic():
            for scope in (SCOPES[:2], SCOPES[1::-1])[number]:
                ContentScope.objects.filter(key=scope).update(value=number)
                if scope == (SCOPES[0], SCOPES[1])[number]:
                    gate.wait(30)

    _, errors = together(2, change)
    assert [type(error) for error in errors] == [OperationalError]


def test_prices_and_stock_that_change_at_once_all_show(a_shop):
    uk = region("uk")

    def work(number):
        if number % 2:
            Price.objects.create(variant=a_shop, region=uk, amount=100 + number, valid_from=timezone.now())
        else:
            row = a_shop.stock.get(region=uk)
            row.on_hand = number % 4
            row.save()
        return True

    before = numbers_of([product("uk", a_shop.product_id)])
    done, errors = together(8, work)
    assert (len(done), errors) == (8, [])
    assert numbers_of(before.keys() - {"anything"}) != before
