"""A backup of PostgreSQL by its own tools, made while orders come in, and put into an empty database."""

import threading

import pytest
from django.db import connection

from config.operation.backup import CannotBackUp, back_up, count_orders_from, restore
from shop.orders.models import Order
from shop.pictures.storage import WholeFiles
from tests.support.factories import an_order, set_stock
from tests.support.postgres import ask

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_it_is_of_one_moment_and_comes_back_whole(tmp_path, empty):
    set_stock("CIT-CAP-90", "uk", 1000)
    first = an_order()
    stop = threading.Event()

    def buy():
        while not stop.is_set():
            an_order()
        connection.close()

    buyer = threading.Thread(target=buy)
    buyer.start()
    try:
        back_up(
            connection.settings_dict,
            WholeFiles(tmp_path / "media"),
            tmp_path / "b.tar",
            {"made_at": "now", "migrations": []},
        )
    finally:
        stop.set()
        buyer.join()
    restore(empty, WholeFiles(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")
    orders = ask(empty, "SELECT id FROM orders_order ORDER BY id")
    assert (first.pk,) in orders
    assert len(orders) <= Order.objects.count()
    lines = ask(empty, "SELECT DISTINCT order_id FROM orders_orderline ORDER BY order_id")
    assert lines == orders  # no order without its lines

    count_orders_from(empty, 5000)
    assert ask(empty, "SELECT nextval(pg_get_serial_sequence('orders_order', 'id'))") == [(5000,)]
    count_orders_from(empty, 7)
    assert ask(empty, "SELECT nextval(pg_get_serial_sequence('orders_order', 'id')) > 7") == [(True,)]


def test_what_is_there_stays(tmp_path, empty):
    back_up(
        connection.settings_dict,
        WholeFiles(tmp_path / "media"),
        tmp_path / "b.tar",
        {"made_at": "now", "migrations": []},
    )
    with pytest.raises(CannotBackUp, match="database is not empty"):
        restore(connection.settings_dict, WholeFiles(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")


def test_why_it_failed_is_said_in_a_line_without_the_password(tmp_path):
    wrong = {**connection.settings_dict, "PORT": "1", "PASSWORD": "very-secret"}
    with pytest.raises(CannotBackUp) as refused:
        back_up(wrong, WholeFiles(tmp_path / "media"), tmp_path / "b.tar", {})
    assert "\n" not in str(refused.value)
    assert "very-secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []
