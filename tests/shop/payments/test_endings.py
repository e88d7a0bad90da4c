"""How payments end: expired, cancelled, slow, too late, refunded in the Dashboard, disputed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments.cancel import end_order
from shop.payments.models import Refund
from shop.payments.reconcile import end_overdue_orders, send_refunds
from shop.payments.sandbox.models import SandboxRefund, SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import answers, disputes, refunds, sessions
from tests.support.factories import (
    a_basket,
    an_order,
    an_order_at_stripe,
    deliver_events,
    mails_written,
    post_with_token,
    session_of,
    set_stock,
    stock,
)

pytestmark = pytest.mark.django_db


# --- slow methods ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_slow_method_is_awaited_and_then_paid():
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    deliver_events()
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert order.hold_until > timezone.now() + timedelta(days=7)
    assert not mails_written().exists()
    deliver_events(at=timezone.now() + timedelta(minutes=1))
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_slow_method_that_fails_gives_the_stock_back_and_writes():
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=False)
    deliver_events()
    deliver_events(at=timezone.now() + timedelta(minutes=1))
    order.refresh_from_db()
    assert order.status == "failed"
    assert stock().held == 0
    assert "did not work" in mails_written().get().subject


# --- ends -------------------------------------------------------------------------------------------------------


def test_an_expired_session_ends_the_order_and_frees_the_stock_once():
    order, _session = an_order_at_stripe()
    SandboxSession.objects.update(expires_at=timezone.now())
    sessions.expire_due_sessions()
    SandboxSwitches(duplicate=2).save()
    deliver_events()
    order.refresh_from_db()
    assert order.status == "expired"
    assert stock().held == 0


def test_a_hold_ends_only_after_stripe_has_ended_the_session():
    order, session = an_order_at_stripe()
    late = order.payments.get().ends_at + timedelta(hours=1)
    SandboxSwitches(unreachable=True).save()
    assert end_overdue_orders(late) == 0
    assert stock().held == 1
    SandboxSwitches(unreachable=False).save()
    assert end_overdue_orders(late + timedelta(minutes=2)) == 1
    order.refresh_from_db()
    session.refresh_from_db()
    assert (order.status, session.status, stock().held) == ("expired", "expired", 0)


def test_ending_an_order_that_was_paid_meanwhile_settles_it():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    assert end_overdue_orders(timezone.now() + timedelta(hours=3)) == 0
    order.refresh_from_db()
    assert order.status == "paid"
    assert stock().held == 1


def test_cancel_gives_everything_back_and_the_basket_stays(shopper):
    basket = a_basket()
    order, _ = an_order_at_stripe(basket=basket)
    answer = post_with_token(shopper, order.get_absolute_url(), f"{order.get_absolute_url()}cancel/", {})
    assert answer.status_code == 303
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert stock().held == 0
    assert basket.lines.count() == 1
    assert session_of(order).status == "expired"


@pytest.mark.slow
def test_coming_back_from_stripe_pays_again_on_the_same_hold(shopper):
    set_stock("CIT-CAP-90", "uk", 1)
    basket = a_basket()
    order, session = an_order_at_stripe(basket=basket)
    page = shopper.get(order.get_absolute_url() + "?from=cancel").content.decode()
    assert "Not paid yet" in page
    assert "Nothing was charged" in page
    assert an_order(basket=basket) == order
    answer = post_with_token(shopper, order.get_absolute_url(), f"{order.get_absolute_url()}pay/", {})
    assert answer["Location"].endswith(f"/sandbox/pay/{session.id}/")
    assert stock().held == 1


@pytest.mark.slow
def test_ordering_anew_with_another_address_ends_the_first_order(shopper):
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    typed = {"email": "a@example.org", "name": "A", "country": "GB", "line1": "1", "line2": "", "town": "Leeds",
             "postcode": "LS1 4AP", "shown_total": "1195"}  # fmt: skip
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", typed)
    post_with_token(shopper, "/uk/checkout/", "/uk/checkout/", {**typed, "line1": "2"})
    first, second = Order.objects.order_by("pk")
    assert (first.status, second.status) == ("cancelled", "pending")
    assert session_of(first).status == "expired"
    assert stock().held == 1


def test_money_for_a_dead_order_revives_it_when_the_goods_are_there():
    order, session = an_order_at_stripe()
    Order.objects.filter(pk=order.pk).update(status="expired")
    order.release_stock()
    sessions.pay(session)
    deliver_events()
    order.refresh_from_db()
    assert order.status == "paid"
    assert stock().held == 1


@pytest.mark.slow
def test_money_for_a_dead_order_goes_back_when_the_goods_are_gone():
    order, session = an_order_at_stripe()
    Order.objects.filter(pk=order.pk).update(status="expired")
    order.release_stock()
    set_stock("CIT-CAP-90", "uk", 0)
    sessions.pay(session)
    deliver_events()
    order.refresh_from_db()
    assert order.status == "expired"
    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (1195, "wanted")
    mail = mails_written().get()
    assert "£11.95 back" in mail.subject
    assert send_refunds() == 1
    assert send_refunds() == 0
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert SandboxRefund.objects.get().amount == 1195
    deliver_events()
    assert Refund.objects.count() == 1


@pytest.mark.slow
def test_a_refund_made_in_the_dashboard_shows_here():
    _order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    session.refresh_from_db()
    refunds.create_refund({"payment_intent": session.intent_id, "amount": "500"})
    deliver_events()
    assert Refund.objects.get().amount == 500
    with pytest.raises(answers.Refused, match="greater than unrefunded"):
        refunds.create_refund({"payment_intent": session.intent_id, "amount": "9999"})


@pytest.mark.slow
def test_a_dispute_is_flagged_and_stops_what_is_not_sent_and_is_lifted_when_it_is_won():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    session.refresh_from_db()
    dispute = disputes.dispute(session.intent)
    deliver_events()
    order.refresh_from_db()
    assert "Disputed" in order.needs_review
    line = order.lines.get()
    with pytest.raises(IllegalMove, match="disputed"):
        send_parcel(order, {line.pk: 1}, by="mia")
    disputes.close_dispute(dispute, "won")
    deliver_events()
    deliver_events()
    order.refresh_from_db()
    assert order.disputed_at is None
    send_parcel(order, {line.pk: 1}, by="mia")


def test_ending_an_order_never_ends_one_that_was_paid_meanwhile():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    assert end_order(order, to="cancelled", who="shopper", why="x") is False
    order.refresh_from_db()
    assert order.is_paid
    assert stock().held == 1
