"""Baskets take so much, are begun so often, and go when nobody comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.basket import forget
from shop.basket.forget import forget_baskets
from shop.basket.models import Basket, BasketLine
from shop.catalogue.models import Variant
from shop.content.throttle import too_often
from tests.support.baskets import add
from tests.support.factories import a_basket, everywhere, many_packs, shown_next
from tests.support.from_anywhere import from_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days", "is_there"), [(59, True), (61, False)])
def test_a_basket_that_nobody_touched_for_two_months_goes(days, is_there):
    basket = a_basket()
    Basket.objects.update(touched_at=timezone.now() - timedelta(days=days))
    forget_baskets()
    assert Basket.objects.filter(pk=basket.pk).exists() is is_there
    assert BasketLine.objects.exists() is is_there


def test_they_go_some_at_a_time_the_oldest_first(monkeypatch):
    monkeypatch.setattr(forget, "AT_ONCE", 2)
    for days in (70, 90, 80):
        row = Basket.objects.create()
        Basket.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(days=days))
    assert forget_baskets() == 2
    assert Basket.objects.get().touched_at > timezone.now() - timedelta(days=75)
    assert (forget_baskets(), forget_baskets()) == (1, 0)


@pytest.mark.slow
def test_a_basket_takes_sixty_kinds_of_packs_and_more_of_each():
    many_packs(59)
    shopper = from_address()
    add(shopper, "CIT-CAP-90")
    basket, line = Basket.objects.get(), BasketLine.objects.get()
    for variant in Variant.objects.filter(product__slug__startswith="many-"):
        BasketLine.objects.create(
            basket=basket,
            variant=variant,
            quantity=1,
            seen_region=line.seen_region,
            seen_amount=line.seen_amount,
        )
    assert basket.lines.count() == 60
    assert "Your basket is full" in shown_next(add(shopper, "CIT-PWD-250"))
    assert basket.lines.count() == 60
    add(shopper, "CIT-CAP-90")
    assert basket.lines.get(variant__sku="CIT-CAP-90").quantity == 2


@pytest.mark.slow
def test_a_network_begins_so_many_baskets_and_goes_on_with_those_it_has():
    shopper = from_address("203.0.113.9")
    add(shopper)
    for _ in range(600):
        too_often("baskets", "203.0.113.9", most=600, seconds=3600)
    assert "Please wait a little" in shown_next(add(from_address("203.0.113.9")))
    add(shopper)
    assert BasketLine.objects.get().quantity == 2
    assert add(from_address("198.51.100.7")).status_code == 303
    assert Basket.objects.count() == 2
    assert not everywhere("203.0.113.9")
