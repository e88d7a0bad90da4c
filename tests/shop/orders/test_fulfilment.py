"""Sent, cancelled, taken back: each pack once, with its stock, its mail and its line in the timeline."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from shop.catalogue.models import Hold
from shop.orders.fulfil import cancel_packs, send_parcel, take_return
from shop.orders.models import IllegalMove, Order, OrderLine, OrderStatus, Return
from shop.payments.left import TooMuch, paid_by
from shop.payments.models import Refund
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund, return_and_refund, want_refund, worth
from shop.payments.sandbox.models import SandboxRefund, SandboxSwitches
from shop.payments.sandbox.stripe import refunds
from tests.support.factories import an_order, deliver_events, mails_written, stock
from tests.support.orders import a_paid_order

pytestmark = pytest.mark.django_db


def line_of(order, sku="CIT-CAP-90"):
    return order.lines.get(sku=sku)


def levels(sku="CIT-CAP-90"):
    row = stock(sku)
    return row.on_hand, row.held


@pytest.mark.slow
def test_two_parcels_lower_the_stock_and_write_a_mail_each_with_their_own_packs():
    order = a_paid_order()
    assert levels() == (10, 3)
    first = send_parcel(order, {line_of(order).pk: 2}, by="mia", carrier="Post", tracking="AB1", tracking_url="https://track.example/AB1")  # fmt: skip
    assert levels() == (8, 1)
    order.refresh_from_db()
    assert order.sent_at is None
    send_parcel(order, {line_of(order).pk: 1}, by="mia", carrier="Post", tracking="AB2")
    order.refresh_from_db()
    assert levels() == (7, 0)
    assert order.sent_at is not None
    assert not Hold.objects.filter(reference=order.hold_reference).exists()
    mails = list(mails_written("shipped").order_by("pk"))
    assert len(mails) == 2
    assert "2 x Magnesium Citrate Capsules" in mails[0].text
    assert "https://track.example/AB1" in mails[0].text
    assert "AB2" in mails[1].text
    assert "AB1" not in mails[1].text
    assert first.lines.get().quantity == 2
    assert [event.who for event in order.events.filter(why__startswith="Sent")] == ["mia", "mia"]


@pytest.mark.parametrize("packs", [4, 0, -1])
def test_no_parcel_with_more_than_was_bought_or_with_nothing(packs):
    order = a_paid_order()
    with pytest.raises(IllegalMove):
        send_parcel(order, {line_of(order).pk: packs}, by="mia")
    assert levels() == (10, 3)
    assert not order.parcels.exists()
    assert not mails_written("shipped").exists()


@pytest.mark.slow
def test_only_a_paid_order_is_sent_and_only_its_own_lines():
    pending = an_order()
    with pytest.raises(IllegalMove, match="only a paid order"):
        send_parcel(pending, {line_of(pending).pk: 1}, by="mia")
    order = a_paid_order("GLY-CAP-90")
    with pytest.raises(IllegalMove, match="do not belong"):
        send_parcel(order, {line_of(pending).pk: 1}, by="mia")


def test_the_database_refuses_to_send_more_than_was_bought():
    order = a_paid_order()
    for wrong in ({"sent": 4}, {"sent": 2, "cancelled": 2}, {"returned": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OrderLine.objects.filter(pk=line_of(order).pk).update(**wrong)


@pytest.mark.slow
def test_cancelling_before_sending_gives_packs_and_money_back_once():
    order = a_paid_order()
    refund = cancel_and_refund(order, {line_of(order).pk: 3}, by="mia", why="Asked by phone.", refund=True)
    order.refresh_from_db()
    assert (order.status, refund.amount) == (OrderStatus.CANCELLED, order.total)
    assert levels() == (10, 0)
    with pytest.raises(IllegalMove):
        cancel_packs(order, {line_of(order).pk: 1}, by="mia", why="")
    send_refunds()
    deliver_events()
    deliver_events()
    assert SandboxRefund.objects.get().amount == order.total
    assert mails_written("cancelled").count() == mails_written("refunded").count() == 1
    assert "goes back the way you paid" in mails_written("cancelled").get().text
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED, "and no late word makes it paid again"


@pytest.mark.slow
def test_a_part_can_be_cancelled_and_the_rest_is_sent():
    order = a_paid_order()
    line = line_of(order)
    refund = cancel_and_refund(order, {line.pk: 1}, by="mia", why="", refund=True)
    assert refund.amount == worth(line, 1) == 1195
    assert levels() == (10, 2)
    send_parcel(order, {line.pk: 2}, by="mia")
    order.refresh_from_db()
    assert order.sent_at is not None
    assert (order.status, levels()) == (OrderStatus.PAID, (8, 0))


@pytest.mark.slow
@pytest.mark.parametrize(("outcome", "left"), [("sellable", 8), ("destroyed", 7)])
def test_what_comes_back_is_sold_again_or_not(outcome, left):
    order = a_paid_order()
    line = line_of(order)
    send_parcel(order, {line.pk: 3}, by="mia")
    refund = return_and_refund(order, {line.pk: 1}, {line.pk: outcome}, by="mia", why="Torn.", amount=1195)
    assert levels() == (left, 0)
    assert Return.objects.get().outcome == outcome
    assert (refund.amount, refund.cause) == (1195, "returned")
    with pytest.raises(IllegalMove, match="only 2"):
        take_return(order, {line.pk: 3}, {line.pk: outcome}, by="mia", why="")
    with pytest.raises(IllegalMove, match="say whether"):
        take_return(order, {line.pk: 1}, {}, by="mia", why="")


# --- refunds --------------------------------------------------------------------------------------------------


def test_never_more_goes_back_than_was_paid():
    order = a_paid_order()
    payment = paid_by(order)
    want_refund(payment, 3000, cause="goodwill", by="mia")
    with pytest.raises(TooMuch) as error:
        want_refund(payment, 586, cause="goodwill", by="tom")
    assert error.value.left == 585
    want_refund(payment, 585, cause="goodwill", by="tom")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(payment).objects.filter(pk=payment.pk).update(given_back=F("given_back") + 1)
    for wrong in (0, -5):
        with pytest.raises(TooMuch):
            want_refund(payment, wrong, cause="goodwill", by="tom")


@pytest.mark.slow
def test_a_refund_that_fails_at_the_bank_opens_again_and_staff_are_told():
    order = a_paid_order()
    want_refund(paid_by(order), 1000, cause="goodwill", by="mia", words="For your patience.")
    send_refunds()
    deliver_events()
    assert "For your patience." in mails_written("refunded").get().text
    refunds.fail_refund(SandboxRefund.objects.get())
    deliver_events()
    order.refresh_from_db()
    assert Refund.objects.get().status == "failed"
    assert paid_by(order).left == order.total
    assert "still waits for the money" in order.needs_review
    want_refund(paid_by(order), order.total, cause="goodwill", by="mia")


@pytest.mark.slow
def test_a_refund_made_in_the_dashboard_counts_and_pushes_out_what_we_had_not_sent():
    order = a_paid_order()
    payment = paid_by(order)
    ours = want_refund(payment, order.total, cause="goodwill", by="mia")
    refunds.create_refund({"payment_intent": payment.intent_id, "amount": str(order.total)})
    deliver_events()
    ours.refresh_from_db()
    payment.refresh_from_db()
    assert ours.status == "failed"
    assert payment.given_back == order.total
    assert Refund.objects.filter(cause="dashboard", status="succeeded").count() == 1
    assert send_refunds() == 0


def heard(row):
    from shop.payments.refund import upsert_refund

    upsert_refund(refunds.refund_object(row))


@pytest.mark.slow
def test_a_refund_in_the_room_of_a_failed_one_may_be_heard_of_before_the_failure():
    order = a_paid_order()
    payment = paid_by(order)
    want_refund(payment, order.total, cause="goodwill", by="mia")
    send_refunds()
    first = SandboxRefund.objects.get()
    refunds.fail_refund(first)
    refunds.create_refund({"payment_intent": payment.intent_id, "amount": "300"})
    second = SandboxRefund.objects.exclude(pk=first.pk).get()
    heard(second)
    payment.refresh_from_db()
    assert (payment.given_back, payment.left) == (order.total, 0), "nothing can be wanted while in doubt"
    first.refresh_from_db()
    heard(first)
    payment.refresh_from_db()
    assert payment.given_back == 300
    assert sum(r.amount for r in Refund.objects.exclude(status="failed")) == 300


@pytest.mark.slow
def test_a_refund_that_we_gave_up_but_stripe_had_done_counts_as_done():
    """Its answer was lost; then one made in the Dashboard seemed to leave no room for it."""
    order = a_paid_order()
    payment = paid_by(order)
    older = want_refund(payment, order.total - 800, cause="goodwill", by="mia")
    newer = want_refund(payment, 800, cause="goodwill", by="mia")
    refunds.create_refund(
        {"payment_intent": payment.intent_id, "amount": "800", "metadata": {"refund": str(newer.key)}}
    )
    done = SandboxRefund.objects.get()
    refunds.create_refund({"payment_intent": payment.intent_id, "amount": "200"})
    heard(SandboxRefund.objects.exclude(pk=done.pk).get())
    newer.refresh_from_db()
    assert newer.status == "failed", "the newest of those that Stripe may not have got"
    heard(done)
    newer.refresh_from_db()
    older.refresh_from_db()
    payment.refresh_from_db()
    assert (newer.status, older.status, payment.given_back) == ("succeeded", "failed", 1000)


@pytest.mark.slow
def test_a_refund_waits_while_stripe_does_not_answer_and_goes_out_once():
    order = a_paid_order()
    want_refund(paid_by(order), 500, cause="goodwill", by="mia")
    SandboxSwitches(unreachable=True).save()
    assert send_refunds() == 0
    SandboxSwitches().save()
    assert send_refunds() == 0, "not at once"
    Refund.objects.update(look_at=order.paid_at)
    assert send_refunds() == 1
    Refund.objects.update(look_at=order.paid_at, status="wanted")  # we died before the answer was stored
    send_refunds()
    assert SandboxRefund.objects.count() == 1


@pytest.mark.slow
def test_events_of_a_refund_in_any_order_end_the_same():
    order = a_paid_order()
    want_refund(paid_by(order), 500, cause="goodwill", by="mia")
    send_refunds()
    row = SandboxRefund.objects.get()
    done, pending = refunds.refund_object(row), {**refunds.refund_object(row), "status": "pending"}
    from shop.payments.refund import upsert_refund

    for state in (done, pending, done, pending):
        upsert_refund(state)
    assert Refund.objects.get().status == "succeeded"
    assert mails_written("refunded").count() == 1
    assert Order.objects.get(pk=order.pk).events.filter(why__contains="Refunded").count() == 1


@pytest.mark.slow
def test_money_that_comes_for_an_order_that_staff_cancelled_goes_back():
    order = a_paid_order()
    cancel_and_refund(order, {line_of(order).pk: 3}, by="mia", why="", refund=True)
    from shop.payments.models import Payment, PaymentStatus
    from shop.payments.receive import settle

    late = Payment.objects.create(
        order=order, mode="sandbox", amount=order.total, currency="GBP", params={}, session_id="cs_late",
        ends_at=order.paid_at, look_at=order.paid_at, status=PaymentStatus.OPEN,
    )  # fmt: skip
    session = {
        "id": "cs_late", "status": "complete", "payment_status": "paid", "livemode": False, "currency": "gbp",
        "amount_total": order.total, "client_reference_id": order.number, "payment_intent": "pi_late",
    }  # fmt: skip
    settle(session, source="webhook")
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert Refund.objects.filter(payment=late, amount=order.total, cause="automatic").exists()
    assert levels() == (10, 0)
