"""What staff decide about money that did not match: it goes back, or pays the order, and what is over goes back."""

import pytest
from django.contrib.auth.models import Group, Permission

from shop.invoices.issue import count_missing, issue_documents
from shop.invoices.models import Document
from shop.ledger.check import breaches
from shop.ledger.fixes import refund_rest
from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments.balance import compare_with_stripe
from shop.payments.mismatch import accept, give_back
from shop.payments.models import Payment, Refund, RefundCause
from shop.payments.receive import settle
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund, want_refund
from shop.payments.sandbox.models import SandboxIntent
from shop.payments.sandbox.stripe import sessions
from tests.support.factories import (
    an_order_at_stripe,
    deliver_events,
    mails_written,
    session_of,
    set_stock,
    stock,
)
from tests.support.staff import asked_and_sent, signed_in

pytestmark = pytest.mark.django_db
ORDER = an_order_at_stripe


def came(order, **wrong) -> Payment:
    """Stripe took something else than was asked for."""
    session = session_of(order)
    if type(wrong.get("amount_total")) is int:
        SandboxIntent.objects.filter(pk=session.intent_id).update(amount=wrong["amount_total"])
    sessions.pay(session)
    session.refresh_from_db()
    assert settle({**sessions.session_object(session), **wrong}, source="webhook").startswith("mismatch")
    order.refresh_from_db()
    return order.payments.get()


def desk(order) -> str:
    return f"/admin/orders/order/{order.pk}/change/"


def decided(order, how, **typed):
    payment = order.payments.get()
    asked_and_sent(
        signed_in("Owner"), desk(order), {"action": "match", "payment": payment.pk, "how": how, **typed}
    )
    order.refresh_from_db()
    return order.payments.get()


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [{"amount_total": 2390}, {"amount_total": 1196}, {"amount_total": 5}, {"client_reference_id": "S1"}],
)
def test_accepted_it_pays_the_order_and_what_is_over_goes_back(wrong, client, order):
    came(order, **wrong)
    payment = decided(order, "accept", why="Agreed by telephone")
    over = max(wrong.get("amount_total", 0) - 1195, 0)
    assert (order.status, payment.status, order.needs_review) == ("paid", "paid", "")
    assert payment.given_back == over
    assert [row.amount for row in Refund.objects.all()] == [over][: bool(over)]
    assert order.events.get(why__startswith="Payment does not match").who == "webhook"
    paid = order.events.get(became="paid")
    assert paid.who == "owner"
    assert "Agreed by telephone" in paid.why
    assert mails_written("paid").exists()
    send_refunds()
    deliver_events()
    issue_documents()
    assert Document.objects.filter(kind="invoice").get().total == 1195
    assert not Document.objects.filter(kind="credit").exists(), "what was over was never sold"
    assert count_missing() == 0
    assert mails_written("refunded").exists() is bool(over)
    page = client.get(order.get_absolute_url()).content.decode()
    assert ("that came besides went back" in page) is bool(over)
    assert breaches() == []
    send_parcel(order, {order.lines.get().pk: 1}, by="mia")


@pytest.mark.slow
@pytest.mark.parametrize("took", [2390, 5])
def test_an_accepted_order_that_is_cancelled_gives_back_what_it_kept_and_has_one_note(took, order):
    accept(came(order, amount_total=took), by="mia", why="Agreed")
    cancel_and_refund(order, {order.lines.get().pk: 1}, by="mia", why="", refund=True)
    send_refunds()
    deliver_events()
    issue_documents()
    payment = order.payments.get()
    assert (payment.given_back, payment.left) == (took, 0)
    assert [row.total for row in Document.objects.filter(kind="credit")] == [min(took, 1195)]
    assert breaches() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong", [{"currency": "usd", "amount_total": 1500}, {"amount_total": 7}, {"livemode": True}]
)
def test_given_back_it_leaves_the_order_to_be_paid_anew(wrong, client, order):
    took = wrong.get("amount_total", 1195)
    came(order, **wrong)
    payment = decided(order, "back", words="We are sorry")
    assert (payment.given_back, payment.left, order.status, order.needs_review) == (took, 0, "pending", "")
    send_refunds()
    deliver_events()
    assert "We are sorry" in mails_written("refunded").get().text
    assert "Pay now" in client.get(order.get_absolute_url()).content.decode()
    assert breaches() == []


@pytest.mark.slow
def test_the_ledger_gives_it_back_in_the_same_way_and_the_shopper_is_written_to(order):
    came(order, amount_total=7)
    refund_rest(order.payments.get().pk, "tom")
    send_refunds()
    deliver_events()
    assert Refund.objects.get().cause == RefundCause.MISMATCH
    assert "£0.07" in mails_written("refunded").get().text


def test_a_slow_payment_that_did_not_match_ends_its_order_when_it_goes_back(order, session):
    sessions.pay_slowly(session, succeeds=True)
    session.refresh_from_db()
    word = sessions.session_object(session)
    settle({**word, "payment_status": "unpaid"}, source="webhook")
    settle({**word, "payment_status": "paid", "amount_total": 3}, source="webhook")
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    give_back(order.payments.get(), by="mia")
    order.refresh_from_db()
    assert (order.status, stock().held) == ("cancelled", 0)


def test_what_went_back_in_the_dashboard_before_is_no_part_of_the_sale(order):
    payment = came(order, amount_total=2390)
    want_refund(payment, 1000, cause=RefundCause.DASHBOARD, by="Stripe")
    accept(payment, by="mia", why="Agreed")
    assert sorted(Refund.objects.values_list("amount", "cause")) == [(195, "mismatch"), (1000, "mismatch")]
    assert order.payments.get().left == 1195


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose what becomes"),
        ({"how": "keep"}, "Choose what becomes"),
        ({"how": "accept"}, "Say why"),
        ({"how": "accept", "why": "x", "words": "Thank you"}, "no mail goes out"),
        ({"how": "back", "payment": "999999"}, "Nothing is left"),
        ({"how": "back", "words": "It cures insomnia"}, "The words to the shopper"),
    ],
)
def test_what_can_not_be_decided_is_said_and_what_was_typed_stays(typed, words, order):
    payment = came(order, amount_total=7)
    answer = signed_in("Owner").post(desk(order), {"action": "match", "payment": payment.pk, **typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    payment.refresh_from_db()
    assert (payment.status, payment.given_back) == ("review", 0)


def test_money_in_another_currency_is_only_given_back(order):
    payment = came(order, currency="usd")
    assert "Let it pay the order" not in signed_in("Owner").get(desk(order)).content.decode()
    with pytest.raises(IllegalMove, match="It came in USD"):
        accept(payment, by="mia", why="x")


def test_a_second_payment_that_does_not_match_is_only_given_back(order):
    payment = came(order, amount_total=7)
    Order.objects.filter(pk=order.pk).update(status="paid", paid_at=order.placed_at)
    with pytest.raises(IllegalMove, match="by another payment"):
        accept(payment, by="mia", why="x")


@pytest.mark.parametrize("left", [0, 1])
def test_for_an_order_that_has_ended_it_is_accepted_only_while_the_goods_are_there(left, order):
    payment = came(order, amount_total=7)
    Order.objects.filter(pk=order.pk).update(status="expired")
    order.release_stock()
    set_stock("CIT-CAP-90", "uk", left)
    if left:
        accept(payment, by="mia", why="x")
        assert stock().held == 1
    else:
        with pytest.raises(IllegalMove, match="the goods are gone"):
            accept(payment, by="mia", why="x")
    order.refresh_from_db()
    assert order.status == ("paid" if left else "expired")


def test_who_may_not_give_money_back_sees_that_it_waits_and_decides_nothing(order):
    payment = came(order, amount_total=7)
    for role, may in (("Owner", True), ("Orders", True), ("Clerk", False)):
        if not may:
            Group.objects.create(name=role).permissions.set(
                Permission.objects.filter(codename__in=["view_order", "change_order"])
            )
        staff = signed_in(role)
        page = staff.get(desk(order)).content.decode()
        assert "£0.07</b> came, £11.95 was asked for" in page
        assert ('value="match"' in page) is may, role
    sent = {
        "action": "match",
        "payment": payment.pk,
        "how": "back",
        "confirmed": "1",
        "turn": "1",
        "sum": "7",
    }
    assert staff.post(desk(order), sent).status_code == 403
    assert not Refund.objects.exists()


def test_stripes_balance_agrees_with_what_was_stored(order):
    came(order, amount_total=7)
    later = order.payments.get().settled_at.replace(year=order.placed_at.year + 1)
    assert compare_with_stripe(later) == 0


@pytest.mark.parametrize(
    "lacks", [{"livemode": None}, {"amount_total": None}, {"currency": None}, {"amount_total": True}]
)
def test_a_word_of_stripe_that_lacks_something_is_looked_at_and_can_go_back(lacks, order):
    payment = came(order, **lacks)
    assert (payment.status, payment.took) == ("review", 1195)
    assert payment.intent_id
    give_back(payment, by="mia")
    assert send_refunds() == 1


def test_a_later_word_about_another_sum_is_stored_too(order):
    came(order, amount_total=7)
    settle({**sessions.session_object(session_of(order)), "amount_total": 9}, source="reconciler")
    assert order.payments.get().took == 9
    assert mails_written("review").count() == 1
