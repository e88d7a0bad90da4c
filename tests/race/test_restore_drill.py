"""The drill on PostgreSQL: a backup, a day at Stripe, the database lost, and the backup put into an empty one.

Orders of the backup that were paid or given back meanwhile come right by themselves, through the commands an operator
types. What was ordered after the backup is named, since its order is gone.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from shop.orders.models import OrderStatus
from shop.payments.sandbox.stripe import sessions
from shop.payments.sandbox.stripe.refunds import create_refund
from tests.support.factories import an_order_at_stripe, deliver_events, set_stock
from tests.support.postgres import ask, where

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


def manage(database: dict, folder: Path, *command: str, fails=False) -> str:
    url = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**database)
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "manage.py", *command], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": url},
    )  # fmt: skip
    assert bool(done.returncode) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def stripe_lost_nothing(lost: dict, restored: dict) -> None:
    """What the sandbox's Stripe has is what it had, and its events went to the shop that is lost."""
    tables = [
        name for (name,) in ask(lost, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'sandbox_%'")
    ]
    with psycopg.connect(**where(lost)) as source, psycopg.connect(**where(restored)) as into:
        into.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        into.execute("SET session_replication_role = replica")  # their order does not matter
        for table in tables:
            with (
                source.cursor().copy(f"COPY {table} TO STDOUT") as out,
                into.cursor().copy(f"COPY {table} FROM STDIN") as take,
            ):
                for piece in out:
                    take.write(piece)
        into.execute("UPDATE sandbox_sandboxevent SET delivered_at = deliver_at")


def test_after_a_restore_the_worker_learns_what_stripe_saw_since(tmp_path, empty):
    here = connection.settings_dict
    set_stock("CIT-CAP-90", "uk", 1000)
    unpaid, session = an_order_at_stripe()
    unheard, silent = an_order_at_stripe()
    paid, own = an_order_at_stripe()
    sessions.pay(own)
    deliver_events()
    paid.refresh_from_db()
    assert paid.status == OrderStatus.PAID
    said = manage(here, tmp_path / "lost", "backup", str(tmp_path / "b.tar"))
    assert "the database" in said

    sessions.pay(session)
    sessions.pay(silent)
    create_refund({"payment_intent": paid.payments.get().intent_id, "amount": 500})  # in Stripe's Dashboard
    later, last = an_order_at_stripe()
    sessions.pay(last)

    manage(empty, tmp_path / "new", "restore", str(tmp_path / "b.tar"), "--next-order", str(later.pk + 1000))
    stripe_lost_nothing(here, empty)
    manage(empty, tmp_path / "new", "work", "--once")
    states = dict(ask(empty, "SELECT id, status FROM orders_order"))
    assert states == {unpaid.pk: "paid", unheard.pk: "paid", paid.pk: "paid"}
    assert ask(empty, "SELECT status, amount FROM payments_refund") == [("succeeded", 500)]
    waiting = {kind for (kind,) in ask(empty, "SELECT type FROM payments_stripeevent WHERE NOT is_done")}
    assert (
        "checkout.session.completed" in waiting
    )  # of the order that is gone; they stand under Stripe events
    invoices = ask(empty, "SELECT order_id, kind FROM invoices_document ORDER BY order_id, kind")
    assert {order for order, _ in invoices} == set(states)
    assert ask(empty, "SELECT nextval(pg_get_serial_sequence('orders_order', 'id'))") == [(later.pk + 1000,)]
    assert "0 breaches" in manage(empty, tmp_path / "new", "check_money")
