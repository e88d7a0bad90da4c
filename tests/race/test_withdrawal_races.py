"""A buyer who withdraws while others act: each beside a control that shows the race."""

import threading

import pytest
from django.utils import timezone

from shop.desk.actions import send
from shop.desk.once import CannotDo
from shop.orders.fulfil import send_parcel
from shop.orders.models import Order
from shop.withdrawal.declare import Declared, Packs, declare, prove
from shop.withdrawal.due import can_withdraw
from shop.withdrawal.models import Withdrawal, WithdrawalLine
from tests.support.orders import a_paid_order
from tests.support.together import together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def declared(order, count=1):
    return [
        declare(Declared("Ada", order.number, order.email, f"form {number}"), order.region)
        for number in range(count)
    ]


def test_the_same_form_from_six_windows_counts_once():
    order = a_paid_order(quantity=2)
    said = Declared("Ada", order.number, order.email, "one form")
    rows, errors = together(6, lambda number: declare(said, order.region))
    assert errors == []
    assert {row.pk for row in rows} == {Withdrawal.objects.get().pk}


def test_links_of_six_declarations_at_once_withdraw_no_pack_twice():
    order = a_paid_order(quantity=4)
    rows, line = declared(order, 6), order.lines.get().pk
    together(6, lambda number: prove(rows[number], [Packs(line, 1)]))
    assert sum(WithdrawalLine.objects.values_list("quantity", flat=True)) == 4
    assert Withdrawal.objects.exclude(proven_at=None).count() == 4, (
        "for two nothing was left, so they hold nothing"
    )


def test_control_reading_what_is_left_before_writing_withdraws_packs_twice():
    order = a_paid_order(quantity=4)
    rows, line = declared(order, 6), order.lines.get()
    all_have_read = threading.Barrier(6, timeout=30)

    def naive(number):
        if can_withdraw(order).get(line.pk):
            all_have_read.wait()
            Withdrawal.objects.filter(pk=rows[number].pk).update(proven_at=timezone.now())
            return WithdrawalLine.objects.create(withdrawal=rows[number], line=line, quantity=1)
        return None

    together(6, naive)
    assert sum(WithdrawalLine.objects.values_list("quantity", flat=True)) > 4


@pytest.mark.parametrize("turn", range(3))
def test_a_parcel_and_a_withdrawal_at_once_never_both_take_the_last_pack_unseen(turn):
    """Either the withdrawal came first and nothing is sent, or the pack is on its way and has to come back."""
    order = a_paid_order(quantity=1)
    [row], line = declared(order), order.lines.get().pk

    def act(number):
        if number == 0:
            return prove(row, [Packs(line, 1)])
        return send(Order.objects.get(pk=order.pk), {f"send-{line}": "1"}, "mia")

    _, errors = together(2, act)
    assert {type(error) for error in errors} <= {CannotDo}
    row.refresh_from_db()
    assert row.proven_at is not None
    events = list(order.events.order_by("pk").values_list("why", flat=True))
    sent = [place for place, why in enumerate(events) if why.startswith("Sent:")]
    withdrawn = [place for place, why in enumerate(events) if why.startswith("Withdrawn")]
    assert bool(sent) != bool(errors)
    assert not sent or sent[0] < withdrawn[0], "never sent after it was withdrawn"


def test_control_without_the_guard_a_withdrawn_pack_is_sent():
    order = a_paid_order(quantity=1)
    [row] = declared(order)
    prove(row, [])
    parcel = send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    assert parcel.pk
