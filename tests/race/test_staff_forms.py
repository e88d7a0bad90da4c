"""Staff save forms while shoppers order, on a real PostgreSQL; beside controls without the guard."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from config.staff.forms import guard
from config.staff.forms.guard import Refusing
from shop.catalogue.models import OutOfStock, Product, Stock
from shop.checkout.place import EmptyBasket
from tests.support.factories import a_small_shop
from tests.support.staff import fields_of
from tests.support.together import baskets, buy, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 8


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green race test on SQLite proves nothing"
    return a_small_shop(8)


def staff(name="owner") -> Client:
    user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": True})
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    client.force_login(user)
    return client


def lowered_while_four_buy(variant) -> list[int]:
    """In each round four buyers order while staff type a stock of two; the statuses that staff got."""
    client, path = staff(), f"/admin/catalogue/product/{variant.product_id}/change/"
    statuses = []
    for turn in range(ROUNDS):
        Stock.objects.filter(variant=variant).update(on_hand=Stock.objects.get(variant=variant).held + 8)
        fields = fields_of(client.get(path).content.decode())
        held = Stock.objects.get(variant=variant).held
        waiting = baskets(variant, 4)

        def work(number, waiting=waiting, fields=fields, held=held, turn=turn):
            if number < 4:
                try:
                    return buy(waiting[number], f"{turn}-{number}@example.org")
                except (OutOfStock, EmptyBasket):  # the second where staff were first and nothing was left
                    return None
            answer = client.post(path, {**fields, "variants-0-stock_uk": str(held + 2)})
            if answer.status_code == 200:
                assert "packs belong to orders not sent yet" in answer.content.decode()
            statuses.append(answer.status_code)
            return None

        _, errors = together(5, work)
        assert not errors, errors
        row = Stock.objects.get(variant=variant)
        assert row.held <= row.on_hand
    return statuses


def test_a_stock_typed_lower_while_shoppers_order_is_refused_in_words(a_shop):
    statuses = lowered_while_four_buy(a_shop)
    assert len(statuses) == ROUNDS
    assert set(statuses) <= {200, 302}


def test_control_without_lock_and_net_the_constraint_answers_with_an_error(a_shop, monkeypatch):
    monkeypatch.setattr(Refusing, "_lock", lambda self, object_id: None)
    monkeypatch.setattr(guard, "REFUSALS", ())
    assert 500 in lowered_while_four_buy(a_shop)


def texts_saved_at_once(variant, rounds=ROUNDS) -> list[tuple[str, str]]:
    """Two of the staff save one field each, at once; what is stored then."""
    path, found = f"/admin/catalogue/product/{variant.product_id}/change/", []
    clients = [staff("ada"), staff("bo")]
    for turn in range(rounds):
        names = ("storage", "allergens")
        fields = fields_of(clients[0].get(path).content.decode())

        def work(number, fields=fields, turn=turn, names=names):
            return (
                clients[number].post(path, {**fields, names[number]: f"{names[number]} {turn}"}).status_code
            )

        results, errors = together(2, work)
        assert not errors, errors
        assert results == [302, 302]
        found.append(tuple(Product.objects.values_list(*names).get(pk=variant.product_id)))
    return found


def test_two_forms_saved_at_once_keep_both_changes(a_shop):
    found = texts_saved_at_once(a_shop)
    assert found == [(f"storage {turn}", f"allergens {turn}") for turn in range(ROUNDS)]
