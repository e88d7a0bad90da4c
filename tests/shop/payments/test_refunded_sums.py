"""What goes back at the edges: never more than was paid, and the worth of packs of a line."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.orders.models import IllegalMove
from shop.payments.left import TooMuch, paid_by
from shop.payments.models import Payment
from shop.payments.refund import cancel_and_refund, due_for, want_refund, worth
from tests.support.orders import a_code, a_paid_order, paid

lines = st.builds(
    lambda quantity, unit, share, tax, included: SimpleNamespace(
        quantity=quantity,
        total=quantity * unit,
        discount=quantity * unit * share // 100,
        tax=tax,
        order=SimpleNamespace(tax_included=included),
    ),
    st.integers(1, 99), st.integers(0, 50_000), st.integers(0, 100), st.integers(0, 9_999), st.booleans(),
)  # fmt: skip


def gross(line) -> int:
    return line.total - line.discount + (0 if line.order.tax_included else line.tax)


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(lines, st.data())
def test_packs_are_worth_their_share_to_the_nearest_penny_and_all_of_them_the_whole(line, data):
    count = data.draw(st.integers(0, line.quantity))
    assert abs(worth(line, count) * line.quantity - gross(line) * count) * 2 <= line.quantity
    assert worth(line, 0) == 0
    assert worth(line, line.quantity) == gross(line)
    assert worth(line, count) <= worth(line, min(count + 1, line.quantity))
    is_tie = 2 * (gross(line) * count % line.quantity) == line.quantity  # both halves are rounded up
    assert worth(line, count) + worth(line, line.quantity - count) == gross(line) + is_tie


@pytest.mark.parametrize(
    ("quantity", "amount", "count", "expected"),
    [(3, 100, 1, 33), (3, 100, 2, 67), (3, 200, 1, 67), (3, 200, 2, 133), (3, 200, 3, 200), (2, 101, 1, 51), (1, 99, 1, 99), (7, 6, 1, 1), (7, 3, 1, 0)],
)  # fmt: skip
def test_the_worth_of_some_packs(quantity, amount, count, expected):
    line = SimpleNamespace(
        quantity=quantity, total=amount, discount=0, tax=9, order=SimpleNamespace(tax_included=True)
    )
    assert worth(line, count) == expected


@pytest.mark.slow
@pytest.mark.django_db
def test_an_order_cancelled_pack_by_pack_gives_back_exactly_what_was_paid():
    a_code(percent=33)
    order = a_paid_order("CIT-CAP-90", "OIL-SPR-100", quantity=3)
    payment, back = paid_by(order), []
    for line in [*order.lines.all()] * 3:
        refund = cancel_and_refund(order, {line.pk: 1}, by="mia", why="test", refund=True)
        back.append(refund.amount)
    payment.refresh_from_db()
    assert sum(back) == payment.amount == payment.given_back
    assert payment.left == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "taken"), [(-1, False), (0, False), (1, True), (1194, True), (1195, True), (1196, False)]
)
def test_the_least_and_the_most_that_can_go_back(amount, taken):
    payment = paid_by(paid())
    if taken:
        want_refund(payment, amount, cause="goodwill", by="mia")
        assert Payment.objects.get().left == 1195 - amount
        return
    with pytest.raises(TooMuch) as error:
        want_refund(payment, amount, cause="goodwill", by="mia")
    assert error.value.left == 1195
    assert not payment.refunds.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("second", "taken"), [(194, True), (195, True), (196, False)])
def test_the_most_that_can_go_back_a_second_time(second, taken):
    payment = paid_by(paid())
    want_refund(payment, 1000, cause="goodwill", by="mia")
    if not taken:
        with pytest.raises(TooMuch):
            want_refund(payment, second, cause="goodwill", by="mia")
        return
    want_refund(payment, second, cause="goodwill", by="mia")
    order = payment.order
    order.refresh_from_db()
    assert bool(order.stopped) is (second == 195), "once all went back, nothing is sent any more"


@pytest.mark.django_db
def test_money_of_another_mode_can_not_go_back_from_here(settings):
    payment = paid_by(paid())
    settings.PAYMENT_MODE = "test"
    with pytest.raises(IllegalMove):
        want_refund(payment, 1, cause="goodwill", by="mia")


@pytest.mark.django_db
def test_what_is_due_for_packs_is_never_more_than_is_left():
    order = a_paid_order(quantity=3)
    line = order.lines.get()
    assert [due_for(order, {line.pk: packs}) for packs in (0, 1, 2, 3)] == [0, 1195, 2390, 3585]
    want_refund(paid_by(order), 2390, cause="goodwill", by="mia")
    assert [due_for(order, {line.pk: packs}) for packs in (1, 2, 3)] == [1195, 1195, 1195]
    want_refund(paid_by(order), 1, cause="goodwill", by="mia")
    assert [due_for(order, {line.pk: packs}) for packs in (1, 3)] == [1194, 1194]
