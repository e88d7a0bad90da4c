"""Staff and withdrawals: the clock of the refund, the desk, the start page, the ledger, and who settles."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from config.staff.start_page import start_page_lists
from shop.ledger.check import breaches
from shop.orders.fulfil import send_parcel
from shop.orders.models import OrderEvent
from shop.payments.refund import cancel_and_refund, return_and_refund
from shop.withdrawal.declare import Declared, NothingLeft, Packs, declare, forget_unproven, prove
from shop.withdrawal.due import can_withdraw, claims_of, settle_paid_back, still_out
from shop.withdrawal.models import Withdrawal
from tests.support.factories import region, set_stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def bought(quantity=3, code="eu", **more):
    set_stock("CIT-CAP-90", code, 20)
    return paid(quantity=quantity, code=code, **more)


def withdrawn(order, count=None, form="a", **more) -> Withdrawal:
    packs = [Packs(order.lines.get().pk, count)] if count else []
    said = Declared("Ada", order.number, more.get("email", order.email), form, packs)
    return declare(said, order.region, proven=order)


def days_ago(row, days):
    Withdrawal.objects.filter(pk=row.pk).update(declared_at=timezone.now() - timedelta(days=days))


def desk(order):
    return signed_in("Orders").get(f"/admin/orders/order/{order.pk}/change/").content.decode()


def test_the_desk_says_what_is_due_until_when_and_that_it_is_late():
    order = bought()
    row = withdrawn(order, 2)
    due = order.region.money(order.total * 2 // 3)
    page = desk(order)
    assert f"{due} to pay back by" in " ".join(page.split())
    assert "– late" not in page
    days_ago(row, 20)
    assert "– late" in desk(order)
    assert order.number in signed_in("Orders").get("/admin/orders/order/?view=withdrawn").content.decode()


def test_what_a_stranger_sent_is_shown_as_waiting_and_nothing_is_due():
    order = bought()
    declare(Declared("Eve", order.number, "eve@other.example", "f"), region("eu"))
    page = desk(order)
    assert "Waits for the buyer’s word" in page
    assert "eve@other.example" in page
    assert claims_of(order) == []
    assert still_out(order) == {}
    assert can_withdraw(order)


def test_it_settles_itself_once_the_money_has_gone_back():
    order = bought()
    row = withdrawn(order, 2)
    assert settle_paid_back() == 0
    line = order.lines.get()
    cancel_and_refund(order, {line.pk: 2}, by="mia", why="withdrawn", refund=True)
    assert still_out(order) == {}
    assert settle_paid_back() == 1
    assert settle_paid_back() == 0
    row.refresh_from_db()
    assert row.settled_by == "shop"
    assert OrderEvent.objects.filter(order=order, why__contains="is settled").count() == 1


def test_money_that_went_back_before_counts_for_none_and_each_withdrawal_needs_its_own():
    order = bought()
    line = order.lines.get()
    cancel_and_refund(order, {line.pk: 1}, by="mia", why="damaged in the store", refund=True)
    order.refresh_from_db()
    first, second = withdrawn(order, 1, "a"), withdrawn(order, 1, "b")
    cancel_and_refund(order, {line.pk: 1}, by="mia", why="withdrawn", refund=True)
    one, two = claims_of(order)
    assert (one.withdrawal, one.is_paid_back, two.withdrawal, two.is_paid_back) == (
        first,
        True,
        second,
        False,
    )
    assert still_out(order) == {line.pk: 1}


def test_packs_that_came_back_are_restocked_by_the_usual_form_with_their_number_filled_in():
    order = bought()
    line = order.lines.get()
    send_parcel(order, {line.pk: 3}, by="mia")
    withdrawn(order, 2)
    assert f'name="return-{line.pk}"' in desk(order)
    assert 'value="2"' in desk(order).split(f'name="return-{line.pk}"')[1][:200]
    return_and_refund(
        order, {line.pk: 2}, {line.pk: "sellable"}, by="mia", why="", words="", amount=claims_of(order)[0].due
    )
    assert settle_paid_back() == 1
    assert still_out(order) == {}


def test_nothing_can_be_withdrawn_from_twice():
    order = bought(2)
    withdrawn(order)
    assert can_withdraw(order) == {}
    with pytest.raises(NothingLeft):
        withdrawn(order, form="again")
    assert Withdrawal.objects.count() == 1


def test_two_links_pressed_at_once_prove_one_and_cut_the_other_to_what_is_left():
    order = bought(2)
    rows = [declare(Declared("Ada", order.number, order.email, form), region("eu")) for form in "ab"]
    line = order.lines.get().pk
    prove(rows[0], [Packs(line, 1)])
    prove(rows[1], [Packs(line, 2)])
    assert [one.quantity for row in rows for one in row.lines.all()] == [1, 1]


def test_the_ledger_and_the_start_page_tell_of_money_that_is_late():
    order = bought()
    row = withdrawn(order)
    signed_in("Orders")
    user = User.objects.get(username="orders")
    assert ("Withdrawals: money to pay back", order.number) in [
        (part.heading, item.words) for part in start_page_lists(user) for item in part.items
    ]
    days_ago(row, 13)
    assert not [one for one in breaches() if one.rule == "withdrawn"]
    days_ago(row, 16)
    [found] = [one for one in breaches() if one.rule == "withdrawn"]
    assert order.number in found.words
    assert found.order == order.pk


def test_staff_settle_with_words_once_and_read_it_ever_after():
    row = declare(Declared("Ada", "S999999", "ada@example.org", "f"), region("eu"))
    client = signed_in("Orders")
    page = f"/admin/withdrawal/withdrawal/{row.pk}/change/"
    assert "No order has the number S999999" in client.get(page).content.decode()
    assert "Say what became of it" in client.post(page, {"outcome": ""}).content.decode()
    client.post(page, {"outcome": "Answered by mail: the number was S100001."})
    row.refresh_from_db()
    assert row.settled_by == "orders"
    assert row.proven_at is None
    assert "Answered by mail" in client.get(page).content.decode()
    client.post(page, {"outcome": "again"})
    row.refresh_from_db()
    assert row.outcome.startswith("Answered")


@pytest.mark.parametrize("role", ["Writer", "Editor", "Marketing"])
def test_others_do_not_see_withdrawals(role):
    row = declare(Declared("Ada", "S999999", "ada@example.org", "f"), region("eu"))
    client = signed_in(role)
    assert client.get("/admin/withdrawal/withdrawal/").status_code == 403
    assert client.get(f"/admin/withdrawal/withdrawal/{row.pk}/change/").status_code in {302, 403}


def test_the_list_is_found_by_state_and_costs_as_much_for_many_as_for_few(django_assert_max_num_queries):
    orders = [bought(1, email=f"a{n}@example.org") for n in range(3)]
    for n, order in enumerate(orders):
        withdrawn(order, form=str(n))
    declare(Declared("Ada", "S999999", "x@example.org", "f"), region("eu"))
    client = signed_in("Orders")
    with django_assert_max_num_queries(20):
        html = client.get("/admin/withdrawal/withdrawal/?state=due").content.decode()
    assert all(order.number in html for order in orders)
    assert "S999999" not in html
    assert "S999999" in client.get("/admin/withdrawal/withdrawal/?state=unknown").content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "²", "1999-01-01", "2999-01-01"])
def test_a_day_of_arrival_is_a_day_between_the_parcel_and_today(day):
    order = bought()
    parcel = send_parcel(order, {order.lines.get().pk: 3}, by="mia")
    client = signed_in("Orders")
    page = f"/admin/orders/order/{order.pk}/change/"
    client.post(page, {"action": "delivered", "parcel": str(parcel.pk), "delivered_on": day})
    parcel.refresh_from_db()
    assert parcel.delivered_on is None
    today = timezone.now().astimezone(order.region.zone).date()
    client.post(page, {"action": "delivered", "parcel": str(parcel.pk), "delivered_on": today.isoformat()})
    parcel.refresh_from_db()
    assert parcel.delivered_on == today


def test_what_nobody_showed_to_be_theirs_goes_a_year_after_it_was_settled():
    rows = [declare(Declared("Ada", "S999999", "ada@example.org", form), region("eu")) for form in "abc"]
    now = timezone.now()
    Withdrawal.objects.filter(pk=rows[0].pk).update(settled_at=now - timedelta(days=366))
    Withdrawal.objects.filter(pk=rows[1].pk).update(settled_at=now - timedelta(days=364))
    assert forget_unproven(now) == 1
    assert set(Withdrawal.objects.all()) == {rows[1], rows[2]}
