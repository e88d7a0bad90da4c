"""Nothing joins a name or a mail to an article, before payment either: what a basket and an order remember is sealed."""

import pytest
from django.db import connection

from shop.attribution.origins import NOWHERE, Origin, with_origin
from shop.basket.models import BasketLine
from shop.content import link_tokens
from shop.orders.models import OrderLine
from tests.support.factories import a_basket, an_order

pytestmark = pytest.mark.django_db
ROWS = with_origin(with_origin([], Origin(421_337, True, "mail / letter / legs"), 1), NOWHERE, 1)


def stored() -> str:
    """All that the database holds of lines of baskets and of orders."""
    with connection.cursor() as cursor:
        found = []
        for model in (BasketLine, OrderLine):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            found += cursor.fetchall()
    return str(found)


def an_order_from_an_article():
    basket = a_basket(quantity=2)
    line = basket.lines.get()
    line.origins = ROWS
    line.save()
    return an_order(basket=basket)


def test_before_it_is_paid_the_database_tells_no_article_and_the_shop_knows_it():
    order = an_order_from_an_article()
    assert order.email
    assert "421337" not in stored()
    assert "legs" not in stored()
    assert order.lines.get().origins == BasketLine.objects.get().origins == ROWS


def test_what_is_empty_is_found_as_empty():
    a_basket()
    BasketLine.objects.update(origins=[])
    assert BasketLine.objects.filter(origins=[]).count() == 1
    an_order_from_an_article()
    assert BasketLine.objects.exclude(origins=[]).count() == 1
    OrderLine.objects.exclude(origins=[]).update(origins=[])
    assert OrderLine.objects.get().origins == []


def test_another_key_forgets_and_the_old_one_beside_it_does_not(settings):
    an_order_from_an_article()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    assert OrderLine.objects.get().origins == ROWS
    settings.SECRET_KEY_FALLBACKS = []
    assert OrderLine.objects.get().origins == []


def test_rows_of_the_release_before_are_read_and_it_can_read_ours_while_it_serves(monkeypatch):
    monkeypatch.setattr("shop.attribution.sealed.both_serve_since", lambda migration: True)
    an_order_from_an_article()
    assert "421337" in stored()
    monkeypatch.setattr("shop.attribution.sealed.both_serve_since", lambda migration: False)
    assert OrderLine.objects.get().origins == ROWS
    assert link_tokens.both_serve_since(("orders", "0026_origins_are_sealed")) is False
