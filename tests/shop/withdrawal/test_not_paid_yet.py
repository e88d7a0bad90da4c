"""A declaration that comes before the money: the buyer is asked once the money is there, and once alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.worker.sweeps import sweeps
from shop.outbox.models import Mail
from shop.payments.sandbox.stripe import sessions
from shop.withdrawal.declare import Declared, Packs, ask_once_paid, declare, prove, to_ask
from shop.withdrawal.due import settle
from shop.withdrawal.models import Withdrawal
from tests.support.factories import an_order_at_stripe, deliver_events, region, set_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def ordered():
    """An order of the EU that waits for its money, and what brings it."""
    set_stock("CIT-CAP-90", "eu", 9)
    order, session = an_order_at_stripe(code="eu", quantity=2)

    def pay():
        sessions.pay(session)
        deliver_events()
        order.refresh_from_db()

    return order, pay


def declared(order, email="else@example.org", form="a form") -> Withdrawal:
    return declare(Declared("Ada", order.number, email, form), region("eu"))


def questions():
    return Mail.objects.filter(key__startswith="withdrawal-question")


def test_the_buyer_is_asked_exactly_once_when_the_money_came_after(ordered):
    order, pay = ordered
    row = declared(order)
    assert not questions().exists()
    assert ask_once_paid() == 0, "nothing is bought yet"
    pay()
    assert [ask_once_paid(), ask_once_paid()] == [1, 0]
    [mail] = questions()
    assert mail.to == order.email
    assert row.token in mail.text
    row.refresh_from_db()
    assert prove(row, [])
    assert row.declared_at < row.proven_at


def test_the_same_form_again_after_the_money_asks_no_second_time(ordered):
    order, pay = ordered
    declared(order)
    pay()
    ask_once_paid()
    declared(order)
    assert ask_once_paid() == 0
    assert questions().count() == 1


def test_of_an_order_that_is_paid_already_it_asks_at_once_and_the_sweep_has_nothing_left(ordered):
    order, pay = ordered
    pay()
    declared(order)
    assert questions().count() == 1
    assert ask_once_paid() == 0


def test_with_the_buyers_own_address_the_receipt_has_asked(ordered):
    order, pay = ordered
    row = declared(order, email=order.email.upper())
    [receipt] = Mail.objects.filter(key__startswith="withdrawal-receipt")
    assert row.token in receipt.text
    pay()
    ask_once_paid()
    assert not questions().exists()
    row.refresh_from_db()
    assert prove(row, [Packs(order.lines.get().pk, 1)])


@pytest.mark.parametrize("over", ["proven", "settled", "no such order"])
def test_nobody_is_asked_about_what_is_over(ordered, over):
    order, pay = ordered
    row = declared(order)
    pay()
    if over == "proven":
        prove(row, [])
    elif over == "settled":
        settle(row, by="ada", outcome="Answered.")
    else:
        Withdrawal.objects.update(order=None)
    assert not to_ask(timezone.now() + timedelta(days=1)).exists()
    assert ask_once_paid() == 0
    assert not questions().exists()


def test_the_worker_does_it():
    assert any(sweep.work is ask_once_paid and sweep.due is to_ask for sweep in sweeps())
