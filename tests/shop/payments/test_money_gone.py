"""Nothing is sent whose money went back or was lost to the bank, however that happened."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from shop.desk.to_send import to_send
from shop.ledger.page import webhooks_are_silent
from shop.orders.fulfil import cancel_packs, send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments.left import paid_by
from shop.payments.models import Refund, StripeEvent
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund, want_refund
from shop.payments.sandbox.models import SandboxDispute, SandboxIntent, SandboxRefund
from shop.payments.sandbox.stripe import disputes, refunds
from tests.support.factories import deliver_events, stock
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
ORDER = partial(paid, quantity=2)


def in_the_dashboard(order, *amounts):
    for amount in amounts:
        params = {"payment_intent": paid_by(order).intent_id, "amount": str(amount)}
        refunds.create_refund(params)
    deliver_events()
    order.refresh_from_db()


def whole_in_the_dashboard(order):
    in_the_dashboard(order, order.total)


def in_parts_in_the_dashboard(order):
    in_the_dashboard(order, 1000, 390, order.total - 1390)


def at_the_desk(order):
    want_refund(paid_by(order), order.total, cause="goodwill", by="mia")
    order.refresh_from_db()


def partly_here_partly_there(order):
    want_refund(paid_by(order), 500, cause="goodwill", by="mia")
    in_the_dashboard(order, order.total - 500)


def lost_at_the_bank(order):
    intent = SandboxIntent.objects.get(pk=paid_by(order).intent_id)
    row = disputes.dispute(intent)
    deliver_events()
    disputes.close_dispute(row, "lost")
    deliver_events()
    order.refresh_from_db()


def sent_in_part_then_given_back(order):
    send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    whole_in_the_dashboard(order)


WAYS = [whole_in_the_dashboard, in_parts_in_the_dashboard, at_the_desk, partly_here_partly_there,
        lost_at_the_bank, sent_in_part_then_given_back]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_it_leaves_the_list_and_cannot_be_sent(way, order):
    assert order in to_send(Order.objects.all())
    way(order)
    assert order not in to_send(Order.objects.all())
    line = order.lines.get()
    with pytest.raises(IllegalMove, match="don’t send"):
        send_parcel(order, {line.pk: 1}, by="mia")
    cancel_packs(order, {line.pk: line.to_send}, by="mia", why="")
    assert stock().held == 0


@pytest.mark.slow
@pytest.mark.parametrize("way", [whole_in_the_dashboard, lost_at_the_bank])
def test_every_page_about_it_says_so(way, client, order):
    way(order)
    owner = signed_in("Owner")
    page = owner.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "Nothing more of it can be sent" in page
    assert "Send a parcel" not in page
    assert "Cancel before sending" in page
    assert order.number in owner.get("/admin/orders/order/?view=stopped").content.decode()
    assert order.number not in owner.get("/admin/orders/order/?view=to_send").content.decode()
    assert "DON’T SEND IT" in owner.get(f"/admin/orders/order/{order.pk}/slip/").content.decode()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "It arrives" not in page


@pytest.mark.parametrize(
    "way", [whole_in_the_dashboard, in_parts_in_the_dashboard, partly_here_partly_there, lost_at_the_bank]
)
def test_staff_are_asked_to_look(way, order):
    way(order)
    assert "cancel the packs" in order.needs_review or "Don’t send" in order.needs_review
    assert order.number in signed_in("Owner").get("/admin/").content.decode()


def test_a_part_given_back_in_the_dashboard_is_looked_at_and_the_rest_can_be_sent(order):
    in_the_dashboard(order, 500)
    assert "see what is still to be sent" in order.needs_review
    assert order in to_send(Order.objects.all())
    send_parcel(order, {order.lines.get().pk: 2}, by="mia")


def test_cancelling_a_part_with_its_money_leaves_the_rest_to_send(order):
    cancel_and_refund(order, {order.lines.get().pk: 1}, by="mia", why="", refund=True)
    send_refunds()
    deliver_events()
    order.refresh_from_db()
    assert (order.stopped, order.needs_review) == ("", "")
    send_parcel(order, {order.lines.get().pk: 1}, by="mia")


def test_a_refund_that_fails_at_the_bank_lets_it_be_sent_again(order):
    whole_in_the_dashboard(order)
    refunds.fail_refund(SandboxRefund.objects.get())
    deliver_events()
    order.refresh_from_db()
    assert order.stopped == ""
    send_parcel(order, {order.lines.get().pk: 2}, by="mia")


def test_a_refund_that_stripe_refuses_lets_it_be_sent_again(order):
    at_the_desk(order)
    SandboxIntent.objects.all().update(status="canceled")
    send_refunds()
    assert Refund.objects.get().status == "failed"
    order.refresh_from_db()
    assert order.stopped == ""


def test_a_dispute_that_was_won_after_all_lets_it_be_sent_again(order):
    lost_at_the_bank(order)
    disputes.close_dispute(SandboxDispute.objects.get(), "won")
    deliver_events()
    order.refresh_from_db()
    assert order.stopped == ""


def test_money_that_came_a_second_time_and_went_back_stops_nothing(order):
    second = paid_by(order)
    second.pk, second.key, second.session_id, second.intent_id = None, uuid4(), "cs_2", "pi_2"
    second.settled_at = timezone.now()
    second.save(force_insert=True)
    want_refund(second, order.total, cause="automatic", by="shop")
    order.refresh_from_db()
    assert order.stopped == ""


# --- webhooks that don't arrive ---------------------------------------------------------------------------------


def event(minutes_ago, by):
    now = timezone.now()
    return StripeEvent.objects.create(
        event_id=f"evt_{StripeEvent.objects.count()}", type="x", livemode=False, happened_at=now,
        received_at=now - timedelta(minutes=minutes_ago), came_by=by, body={}, is_done=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "silent"),
    [
        ([], False),
        ([(5, "webhook")], False),
        ([(0, "reconciler")], True),  # none ever came
        ([(60 * 24 * 9, "webhook"), (60 * 24 * 6, "reconciler")], True),  # a quiet shop, days ago
        ([(90, "webhook"), (45, "reconciler")], True),
        ([(45, "reconciler"), (31, "webhook")], False),
        ([(3, "webhook"), (2.5, "reconciler"), (0.1, "reconciler")], True),  # a busy shop, minutes ago
        ([(3, "webhook"), (0.2, "reconciler")], False),  # the webhook may be on its way
        ([(9, "reconciler"), (8, "reconciler"), (1, "webhook")], False),
        ([(n, "reconciler") for n in range(80, 1, -1)], True),
    ],
)
def test_silence_is_told_while_it_lasts(events, silent):
    StripeEvent.objects.all().delete()
    for minutes, by in events:
        event(minutes, by)
    assert webhooks_are_silent() is silent
    page = signed_in("Owner").get("/admin/").content.decode()
    assert ("webhooks don’t arrive" in page) is silent
