from datetime import timedelta

import pytest
from django.utils import timezone

from shop.payments import stripe_api
from shop.payments.events import take_in, tell_about_unknown_events
from shop.payments.models import Payment, StripeEvent
from shop.payments.receive import settle
from shop.payments.reconcile import look_at_payments
from shop.payments.sandbox.events import signature
from shop.payments.sandbox.models import SandboxEvent, SandboxSession, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from shop.payments.start import CannotPay, start_payment
from shop.regions.models import Seller
from tests.support.factories import (
    an_order,
    an_order_at_stripe,
    deliver_events,
    mails_written,
    post_with_token,
    shown_next,
    stock,
)
from tests.support.payments import post_event

pytestmark = pytest.mark.django_db


def card(client, session, number):
    page = f"/sandbox/pay/{session.id}/"
    return post_with_token(client, page, page, {"number": number, "expiry": "12/34", "cvc": "123"})


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


@pytest.mark.slow
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


@pytest.mark.slow
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
    assert mails_written().count() == 1
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
    mail = mails_written().get()
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
    assert not mails_written("paid").exists()


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
