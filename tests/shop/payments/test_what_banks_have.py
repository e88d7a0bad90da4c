"""What a bank has of a payment in a dispute is given back by nobody, nothing is sent for it, and every page says so."""

from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from shop.ledger.check import breaches
from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments.disputes import upsert_dispute
from shop.payments.left import TooMuch, paid_by
from shop.payments.models import Payment, Refund
from shop.payments.reconcile import send_refunds
from shop.payments.refund import due_for, upsert_refund, want_refund
from shop.payments.sandbox.models import SandboxIntent
from shop.payments.sandbox.stripe import answers, disputes, refunds
from tests.support.factories import deliver_events
from tests.support.orders import paid
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
ORDER = paid


def said(order, status, amount=1195, name="dp_1"):
    """Stripe's word about a dispute."""
    upsert_dispute(
        {"id": name, "payment_intent": paid_by(order).intent_id, "status": status, "amount": amount}
    )
    order.refresh_from_db()


def gone() -> list[str]:
    return [breach.words for breach in breaches() if breach.rule == "gone"]


# What Stripe says one after the other: (status, minor units); then what a bank has, whether anything may be sent.
STORIES = {
    "open": ([("needs_response", 1195)], 1195, False),
    "under review": ([("needs_response", 1195), ("under_review", 1195)], 1195, False),
    "open for a part": ([("needs_response", 400)], 400, False),
    "more than was paid": ([("needs_response", 9999)], 1195, False),
    "lost": ([("needs_response", 1195), ("lost", 1195)], 1195, False),
    "lost for a part": ([("needs_response", 400), ("lost", 400)], 400, True),
    "won": ([("needs_response", 1195), ("won", 1195)], 0, True),
    "lost, then won after all": ([("lost", 1195), ("won", 1195)], 0, True),
    "only asked about": ([("warning_needs_response", 1195)], 0, False),
    "asked about, and closed": ([("warning_needs_response", 1195), ("warning_closed", 1195)], 0, True),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_a_bank_has_is_neither_given_back_nor_sent_for(story, order):
    told, has, may_send = STORIES[story]
    for status, amount in told:
        said(order, status, amount)
    payment = paid_by(order)
    assert (payment.disputed, payment.left) == (has, 1195 - has)
    assert due_for(order, {order.lines.get().pk: 1}) == 1195 - has
    with pytest.raises(TooMuch):
        want_refund(payment, payment.left + 1, cause="goodwill", by="mia")
    if may_send:
        send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    else:
        with pytest.raises(IllegalMove):
            send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    assert bool(gone()) is (not may_send or told[-1][0] == "lost")


def test_a_dispute_that_was_won_takes_back_the_word_that_stopped_it(order):
    said(order, "needs_response")
    said(order, "needs_response", name="dp_2")
    said(order, "won")
    assert "don’t send it" in order.needs_review, "the other one is open"
    said(order, "won", name="dp_2")
    assert order.needs_review == "A dispute ended: won. What is not sent yet can be sent."


@pytest.mark.slow
@pytest.mark.parametrize("status", ["needs_response", "lost"])
def test_order_list_and_ledger_say_it_and_offer_no_refund(status, order):
    said(order, status)
    staff, page = signed_in("Owner"), f"/admin/orders/order/{order.pk}/change/"
    shown = staff.get(page).content.decode()
    assert "Give money back" not in shown
    assert "At a bank, disputed" in shown
    assert "Dispute £11.95" in shown
    answer = staff.post(page, {"action": "refund", "cause": "goodwill", "amount": "1", "why": "Asked nicely"})
    assert answer.status_code == 422
    assert "A bank has £11.95 of it in a dispute" in answer.content.decode()
    typed = {"action": "cancel", f"cancel-{order.lines.get().pk}": "1", "refund": "on"}
    assert "No money goes back from here: a bank has £11.95" in staff.post(page, typed).content.decode()
    assert not Refund.objects.exists()
    assert order.number in "".join(gone())
    words = "Disputed" if status == "needs_response" else "Money gone"
    assert f"{words} – look at it" in staff.get("/admin/orders/order/").content.decode()
    ledger = staff.get("/admin/ledger/").content.decode()
    assert all(words in ledger for words in gone())
    assert 'data-label="At banks, disputed">£11.95<' in ledger
    assert 'data-label="Left"><b>£0.00<' in ledger


@pytest.mark.slow
def test_a_lost_dispute_of_what_was_sent_is_red_until_it_was_looked_at(order):
    send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    said(order, "lost")
    assert len(gone()) == 1
    staff = signed_in("Owner")
    assert "lost at the bank" in staff.get("/admin/orders/order/").content.decode()
    page = f"/admin/orders/order/{order.pk}/change/"
    staff.post(page, {"action": "reviewed", "why": "Answered too late"})
    assert gone() == []
    assert "The bank took the money back." in staff.get(page).content.decode()


@pytest.mark.slow
def test_a_whole_refund_of_what_was_sent_shows_in_the_list_and_is_no_breach(order):
    send_parcel(order, {order.lines.get().pk: 1}, by="mia")
    want_refund(paid_by(order), 1195, cause="goodwill", by="mia")
    assert gone() == []
    assert "Paid, all given back" in signed_in("Owner").get("/admin/orders/order/").content.decode()


@pytest.mark.slow
def test_a_whole_refund_before_sending_is_red_until_the_packs_are_cancelled(order):
    refunds.create_refund({"payment_intent": paid_by(order).intent_id, "amount": "595"})
    refunds.create_refund({"payment_intent": paid_by(order).intent_id, "amount": "600"})
    deliver_events()
    [words] = gone()
    assert "cancel them" in words
    staff = signed_in("Owner")
    line = order.lines.get()
    typed = {"action": "cancel", f"cancel-{line.pk}": "1", "confirmed": "1", "turn": "1", "sum": "0"}
    staff.post(f"/admin/orders/order/{order.pk}/change/", typed)
    assert gone() == []


def test_a_refund_that_stripe_has_not_got_is_given_up_once_a_bank_has_the_money(order):
    kept, _late = (want_refund(paid_by(order), amount, cause="goodwill", by="mia") for amount in (300, 700))
    said(order, "needs_response", 800)
    assert [row.status for row in Refund.objects.order_by("pk")] == ["wanted", "failed"]
    payment = paid_by(order)
    assert (payment.given_back, payment.disputed, payment.left) == (kept.amount, 800, 95)
    assert [breach.rule for breach in breaches()] == ["gone"]


def test_stripe_refuses_to_refund_what_is_disputed_and_the_sandbox_does_too(order):
    intent = SandboxIntent.objects.get(pk=paid_by(order).intent_id)
    row = disputes.dispute(intent)
    want_refund(paid_by(order), 1195, cause="goodwill", by="mia")  # before the event arrives
    send_refunds()
    assert Refund.objects.get().status == "failed"
    disputes.close_dispute(row, "lost")
    with pytest.raises(answers.Refused):
        refunds.create_refund({"payment_intent": intent.pk, "amount": "1"})
    disputes.close_dispute(row, "won")
    refunds.create_refund({"payment_intent": intent.pk, "amount": "1195"})


@pytest.mark.parametrize("turn", list(permutations(range(3))))
def test_refunds_and_disputes_in_any_order_end_the_same(turn, order):
    intent = paid_by(order).intent_id
    steps = [
        lambda: upsert_refund({"id": "re_1", "payment_intent": intent, "amount": 500, "status": "succeeded"}),
        lambda: said(order, "needs_response"),
        lambda: said(order, "lost"),
    ]
    for step in turn:
        steps[step]()
    payment = paid_by(order)
    order.refresh_from_db()
    assert (payment.given_back, payment.disputed, payment.left) == (500, 695, 0)
    assert (order.stopped, order.disputed_at) == ("The bank took the money back.", None)


def test_the_database_gives_nothing_back_that_a_bank_has(order):
    said(order, "needs_response", 1000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.update(given_back=196)
    Payment.objects.update(given_back=195)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda order: Order.objects.update(stopped=""),
        lambda order: Order.objects.update(stopped="", disputed_at=None, needs_review="", review_cause=""),
        lambda order: Payment.objects.update(disputed=1194),
    ],
)
def test_the_ledger_asks_the_money_itself(break_it, order):
    said(order, "lost")
    break_it(order)
    assert any("Send nothing" in words or "add up" in words for words in gone())
