"""Nobody pays for nothing, whoever is killed when: rounds of chaos by seed, and controls without a guard."""

import os

import pytest
from django.db import connection

from shop.orders.models import Order
from shop.payments import receive
from tests.chaos.invariants import payable_pages
from tests.chaos.rounds import faults, one_round, open_shop, tally, two_ticks

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "10"))
SEED = int(os.environ.get("CHAOS_SEED", "20261124"))


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green chaos test on SQLite proves nothing"
    open_shop()


def test_after_every_round_of_chaos_all_money_has_one_home():
    killed = 0
    for number in range(ROUNDS):
        again = f"round {SEED + number}: CHAOS_ROUNDS=1 CHAOS_SEED={SEED + number} shows it alone"
        killed += one_round(SEED + number)
        assert payable_pages() == [], again
        two_ticks()
        assert faults() == [], again
        if ROUNDS > 10 and number % 10 == 9:
            print(f"{number + 1} rounds, {killed} killed: {tally()}", flush=True)
    assert Order.objects.filter(status="paid").exists(), "somebody has bought something"


def test_control_without_the_reconciler_money_stays_unmatched():
    """With webhooks dropped and nobody asking Stripe, somebody has paid for nothing."""
    from shop.payments.sandbox.models import SandboxSwitches

    for number in range(12):  # chance decides when somebody pays whose event is lost
        one_round(SEED + number)
        SandboxSwitches.objects.update(drop=True)
        from shop.payments.sandbox.events import deliver
        from tests.chaos.people import to_the_webhook

        deliver(to_the_webhook)
        two_ticks(reconcile=False)
        if faults():
            return
    pytest.fail("twelve rounds without the reconciler, and nobody has paid for nothing")


def test_control_without_the_rule_for_dead_orders_money_has_no_home(monkeypatch):
    """If late money for an ended order were only noted, it would stay with nobody."""
    from shop.payments.sandbox.stripe.sessions import pay
    from tests.support.factories import an_order_at_stripe, deliver_events

    monkeypatch.setattr(receive, "_refund_in_full", lambda order, payment, reason: "noted")
    order, session = an_order_at_stripe(quantity=6)
    pay(session)
    Order.objects.filter(pk=order.pk).update(status="expired")
    order.refresh_from_db()
    order.release_stock()
    an_order_at_stripe(quantity=6, email="tom@example.org")
    deliver_events()
    assert any("money" in fault for fault in faults())
