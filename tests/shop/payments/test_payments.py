from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments import stripe_api
from shop.payments.cancel import end_order
from shop.payments.events import take_in, tell_about_unknown_events
from shop.payments.models import Payment, Refund, StripeEvent
from shop.payments.receive import settle
from shop.payments.reconcile import end_overdue_orders, look_at_payments, send_refunds
from shop.payments.sandbox.events import signature
from shop.payments.sandbox.models import SandboxEvent, SandboxRefund, SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import answers, disputes, refunds, sessions
from shop.payments.start import CannotPay, start_payment
from shop.regions.models import Seller
from tests.support.factories import (
    a_basket,
    an_order,
    an_order_at_stripe,
    deliver_events,
    post_with_token,
    session_of,
    set_stock,
    shown_next,
    stock,
    told,
)

pytestmark = pytest.mark.django_db


def card(client, session, number):
    page = f"/sandbox/pay/{session.id}/"
    return post_with_token(client, page, page, {"number": number, "expiry": "12/34", "cvc": "123"})


def post_event(body: bytes, header: str):
    return Client(SERVER_NAME="127.0.0.1").post(
        "/stripe/webhook/", body, content_type="application/json", headers={"Stripe-Signature": header}
    )


def session_dict(session, **changes):
    session.refresh_from_db()
    return {**sessions.session_object(session), **changes}


# --- starting -------------------------------------------------------------------------------------------------


def test_starting_twice_is_one_payment_and_one_session():
    order = an_order()
    first, second = start_payment(order), start_payment(order)
    assert first == second
    assert Payment.objects.count() == SandboxSession.objects.count() == 1


def test_the_session_says_what_the_order_says():
    order, session = an_order_at_stripe("CIT-CAP-90", "OIL-SPR-100", quantity=2)
    assert session.amount_total == order.total == 2 * (1195 + 895)
    assert session.currency == "gbp"
    assert session.params["client_reference_id"] == order.number
    assert session.params["payment_intent_data"]["metadata"]["order"] == order.number
    assert session.params["adaptive_pricing"] == {"enabled": "false"}
    assert [line["price_data"]["unit_amount"] for line in session.params["line_items"]] == ["1195", "895"]
    assert session.params["shipping_options"][0]["shipping_rate_data"]["fixed_amount"]["amount"] == "0"


def test_stripe_not_answering_leaves_order_hold_and_attempt():
    order = an_order()
    SandboxSwitches(unreachable=True).save()
    with pytest.raises(stripe_api.StripeUnreachable):
        start_payment(order)
    payment = Payment.objects.get()
    assert (payment.status, payment.session_id) == ("open", None)
    assert stock().held == 1
    SandboxSwitches(unreachable=False).save()
    assert start_payment(order).startswith("http://127.0.0.1:8000/sandbox/pay/")
    assert Payment.objects.count() == 1


def test_a_shopper_reads_what_happened_when_stripe_is_away(shopper):
    order = an_order()
    SandboxSwitches(unreachable=True).save()
    answer = post_with_token(shopper, order.get_absolute_url(), f"{order.get_absolute_url()}pay/", {})
    assert answer.status_code == 303
    page = shopper.get(answer["Location"]).content.decode()
    assert "Nothing was charged" in page
    assert "Pay now" in page


def test_a_crash_before_the_session_id_is_stored_is_mended_by_the_same_key():
    _order, session = an_order_at_stripe()
    Payment.objects.update(session_id=None, session_url="", look_at=timezone.now())
    assert look_at_payments() == 1
    assert Payment.objects.get().session_id == session.id
    assert SandboxSession.objects.count() == 1


def test_an_order_that_is_not_waiting_can_not_be_paid():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    order.refresh_from_db()
    with pytest.raises(CannotPay):
        start_payment(order)


# --- cards ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4000 0000 0000 0002", "Your card was declined"),
        ("4000 0000 0000 9995", "insufficient funds"),
    ],
)
def test_a_declined_card_says_so_and_the_next_one_may_pay(client, number, words):
    order, session = an_order_at_stripe()
    answer = card(client, session, number)
    assert words in shown_next(answer)
    assert deliver_events() == [200]
    order.refresh_from_db()
    assert order.status == "pending"
    assert "A card was declined" in order.events.last().why
    assert card(client, session, "4242424242424242")["Location"].endswith("?from=payment")
    deliver_events()
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("number", ["4000 0025 0000 3155", "4000 0000 0000 3220"])
def test_three_d_secure_passes_fails_or_is_left(client, number):
    order, session = an_order_at_stripe()
    asked = card(client, session, number)
    path = asked["Location"].removeprefix("http://127.0.0.1:8000")
    assert path == f"/sandbox/3ds/{session.id}/"
    failed = post_with_token(client, path, path, {"fail": ""})
    assert "could not confirm" in shown_next(failed)
    order.refresh_from_db()
    assert order.status == "pending"
    passed = post_with_token(client, path, path, {"pass": ""})
    assert passed["Location"].endswith("?from=payment")
    deliver_events()
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "", "abc", "4" * 400])
def test_any_other_number_is_refused_and_not_stored(client, number):
    _, session = an_order_at_stripe()
    assert "no test card" in shown_next(card(client, session, number))
    session.refresh_from_db()
    assert session.status == "open"


def test_no_card_number_is_kept_anywhere(client):
    from django.apps import apps

    _order, session = an_order_at_stripe()
    card(client, session, "4242 4242 4242 4242")
    deliver_events()
    for model in apps.get_models():
        for row in model.objects.all().values():
            assert "4242" not in str(row).replace(" ", "")[:100_000] or "4242424242424242" not in str(
                row
            ).replace(" ", ""), model


# --- the voice that says "paid" --------------------------------------------------------------------------------


def test_the_same_event_five_times_works_once():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    SandboxSwitches(duplicate=4).save()
    assert deliver_events() == [200] * 5
    order.refresh_from_db()
    assert order.status == "paid"
    assert StripeEvent.objects.count() == 1
    assert told().count() == 1
    assert order.events.filter(became="paid").count() == 1


@pytest.mark.parametrize(
    "header",
    ["", "t=1,v1=abc", "nonsense", None, "old"],
)
def test_a_body_stripe_did_not_sign_is_refused(header):
    order, session = an_order_at_stripe()
    sessions.pay(session)
    import json

    body = json.dumps(SandboxEvent.objects.get().body).encode()
    if header is None:
        header = signature(body, secret="whsec_another")
    elif header == "old":
        header = signature(body, at=1_700_000_000)
    answer = post_event(body, header)
    assert answer.status_code == 400
    order.refresh_from_db()
    assert order.status == "pending"
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"id": 1}', b"null"])
def test_signed_nonsense_is_no_500(body):
    assert post_event(body, signature(body)).status_code == 400


def test_an_unknown_payment_asks_stripe_to_come_again():
    _order, session = an_order_at_stripe()
    sessions.pay(session)
    Payment.objects.update(session_id="cs_of_another_shop")
    assert deliver_events() == [503]
    event = StripeEvent.objects.get()
    assert not event.is_done
    assert tell_about_unknown_events() == 0, "Stripe may only have been quicker than we were"
    later = timezone.now() + timedelta(hours=1, minutes=1)
    assert tell_about_unknown_events(later) == 1
    assert tell_about_unknown_events(later) == 0, "once per event"
    mail = told().get()
    assert mail.to == Seller.current().email
    assert event.event_id in mail.text
    assert event.event_id in mail.html
    Payment.objects.update(session_id=session.pk)
    assert take_in(event.body) == "paid", "the next try of Stripe finds it"
    event.refresh_from_db()
    assert (event.is_done, event.outcome) == (True, "paid")


def test_an_event_of_the_other_mode_is_refused():
    import json

    _order, session = an_order_at_stripe()
    sessions.pay(session)
    event = SandboxEvent.objects.get().body
    event["livemode"] = True
    body = json.dumps(event).encode()
    assert post_event(body, signature(body)).status_code == 400


def test_an_unknown_type_is_taken_in_and_does_nothing():
    import json

    from shop.payments.sandbox.events import emit

    event = emit("customer.created", {"id": "cus_1", "object": "customer"})
    body = json.dumps(event.body).encode()
    assert post_event(body, signature(body)).status_code == 200
    assert StripeEvent.objects.get().outcome == "nothing to do"


@pytest.mark.parametrize(
    "wrong",
    [{"amount_total": 1}, {"currency": "usd"}, {"client_reference_id": "S1"}, {"livemode": True}],
)
def test_a_payment_that_does_not_match_is_never_paid_but_looked_at(wrong):
    order, session = an_order_at_stripe()
    sessions.pay(session)
    assert settle(session_dict(session, **wrong), source="webhook").startswith("mismatch")
    order.refresh_from_db()
    assert order.status == "pending"
    assert "does not match" in order.needs_review
    assert not told("paid").exists()


def test_without_any_webhook_the_reconciler_finds_out():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    SandboxSwitches(drop=True).save()
    assert deliver_events() == []
    assert look_at_payments() == 0, "not before its time"
    assert look_at_payments(timezone.now() + timedelta(minutes=3)) == 1
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.events.get(became="paid").who == "reconciler"


def test_coming_back_from_the_payment_has_the_worker_look_at_once(client):
    order, session = an_order_at_stripe()
    sessions.pay(session)
    client.get(order.get_absolute_url() + "?from=payment")
    assert look_at_payments() == 1
    order.refresh_from_db()
    assert order.status == "paid"


# --- slow methods ----------------------------------------------------------------------------------------------


def test_a_slow_method_is_awaited_and_then_paid():
    order, session = an_order_at_stripe()
    sessions.pay_slowly(session, succeeds=True)
    deliver_events()
    order.refresh_from_db()
    assert order.status == "awaiting_payment"
    assert order.hold_until > timezone.now() + timedelta(days=7)
    assert not told().exists()
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
    assert "did not work" in told().get().subject


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
    mail = told().get()
    assert "£11.95 back" in mail.subject
    assert send_refunds() == 1
    assert send_refunds() == 0
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert SandboxRefund.objects.get().amount == 1195
    deliver_events()
    assert Refund.objects.count() == 1


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
