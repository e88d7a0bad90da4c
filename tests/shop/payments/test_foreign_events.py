"""What is not ours is answered with 2xx, what is not yet known comes again, what can't be read is kept; nothing stops us."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.ledger.check import breaches
from shop.payments import stripe_api
from shop.payments.balance import compare_with_stripe
from shop.payments.events import EFFECTS, take_in_waiting, tell_about_unknown_events
from shop.payments.models import Dispute, EventCursor, Payment, Refund, StripeDifference, StripeEvent
from shop.payments.reconcile import read_events
from shop.payments.sandbox.events import emit, signature
from shop.payments.sandbox.models import SandboxIntent, SandboxSwitches
from shop.payments.sandbox.stripe import refunds, sessions
from shop.sweeps.models import Setback
from tests.support.factories import an_order_at_stripe, deliver_events, mails_written, post_with_token
from tests.support.foreign import a_session, an_event, cannot_be_read, foreign_objects, odd_but_ours_to_pass
from tests.support.payments import post_event
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def post(event) -> int:
    body = json.dumps(event).replace("Infinity", "1e999").replace("NaN", "null").encode()
    return post_event(body, signature(body)).status_code


def listed(monkeypatch, *events, pages=1) -> None:
    """Stripe's list of events holds these."""
    page = {"data": list(events), "has_more": False}
    monkeypatch.setattr(stripe_api, "list_events", lambda params: page)


@pytest.mark.walk
def test_what_is_plainly_not_ours_is_taken_and_does_nothing():
    for type, obj in foreign_objects():
        assert post(an_event(type, obj)) == 200, (type, obj)
        event = StripeEvent.objects.first()
        assert event.is_done, (type, obj)
        assert event.outcome in {"not ours", "nothing to do"}, (type, obj)
    assert not mails_written().exists()


@pytest.mark.slow
def test_what_cannot_be_read_is_kept_shown_and_passed_over():
    for number, event in enumerate(cannot_be_read(), start=1):
        assert [post(event), post(event)] == [200, 200], event
        row = StripeEvent.objects.get(event_id=event["id"])
        assert not row.is_done, event
        assert "can’t be read" in row.outcome, event
        assert StripeEvent.objects.count() == number
    page = signed_in("Owner").get("/admin/").content.decode()
    assert "can’t be read" in page


@pytest.mark.parametrize("event", odd_but_ours_to_pass())
def test_odd_events_are_stored_once(event):
    assert [post(event), post(event)] == [200, 200]
    assert StripeEvent.objects.get().is_done


@pytest.mark.parametrize(
    "id", ["\nevt_1", "evt_1 ", "\tê\U0010b30cø\x9a", "évt_1", "e\u0301vt", "\u202eevt", "x" * 121]
)
def test_an_id_that_a_column_would_keep_otherwise_names_one_event_all_the_same(id):
    event = an_event("customer.created", {"id": "cus_1"}, id=id)
    assert [post(event), post(event)] == [200, 200]
    assert post(an_event("customer.created", {}, id=f"{id}2")) == 200
    assert StripeEvent.objects.filter(is_done=True).count() == 2


@pytest.mark.slow
def test_an_event_about_our_own_payment_that_cannot_be_read_changes_nothing_and_is_kept():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    session.refresh_from_db()
    whole = sessions.session_object(session)
    for name in ("status", "payment_status", "amount_total", "currency", "livemode"):
        torn = {key: value for key, value in whole.items() if key != name}
        assert post(an_event("checkout.session.completed", torn)) == 200
    order.refresh_from_db()
    assert order.status == "pending"
    assert StripeEvent.objects.filter(is_done=False).count() == 5
    deliver_events()
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("amount", [0, -5, "500", 1.5, None, True, 10**12])
def test_a_refund_of_ours_with_no_amount_is_kept_for_staff(amount):
    _, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    session.refresh_from_db()
    refund = {
        "id": "re_1",
        "amount": amount,
        "status": "succeeded",
        "payment_intent": session.intent_id,
    }
    assert post(an_event("refund.created", refund)) == 200
    assert not Refund.objects.exists()
    assert StripeEvent.objects.filter(is_done=False).count() == 1


@pytest.mark.parametrize("kind", ["refund.created", "charge.dispute.created", "session"])
def test_what_may_be_ours_and_is_not_known_yet_comes_again_and_then_works(kind):
    """The refund, the dispute or the session is told of before we know the payment it is about."""
    _order, session = an_order_at_stripe()
    sessions.pay(session)
    session.refresh_from_db()
    if kind == "session":
        event = an_event("checkout.session.completed", sessions.session_object(session))
        Payment.objects.update(session_id="cs_not_stored_yet")
    else:
        thing = {"id": "du_1", "amount": 500, "status": "needs_response", "payment_intent": session.intent_id}
        event = an_event(kind, thing)
    assert post(event) == 503
    assert not StripeEvent.objects.get(type=event["type"]).is_done
    Payment.objects.update(session_id=session.pk)
    deliver_events()
    assert take_in_waiting(timezone.now() + timedelta(minutes=2)) == 1, "even if Stripe does not try again"
    assert StripeEvent.objects.filter(is_done=False).count() == 0
    assert Refund.objects.count() + Dispute.objects.count() == (kind != "session")


def test_while_stripe_is_silent_nothing_is_called_another_applications():
    SandboxIntent.objects.create(id="pi_foreign", amount=500, currency="gbp", status="succeeded")
    SandboxSwitches(unreachable=True).save()
    event = an_event("refund.created", {"id": "re_1", "amount": 500, "payment_intent": "pi_foreign"})
    assert post(event) == 503
    SandboxSwitches(unreachable=False).save()
    assert post(event) == 200
    assert StripeEvent.objects.get().outcome == "not ours"


@pytest.mark.slow
def test_reading_events_goes_on_behind_all_that_is_foreign(monkeypatch):
    order, session = an_order_at_stripe()
    sessions.pay(session)
    session.refresh_from_db()
    mine = an_event("checkout.session.completed", sessions.session_object(session))
    strange = [an_event(type, obj) for type, obj in foreign_objects()] + cannot_be_read()
    nothing = [None, {}, [], {"id": 1, "type": "x"}, {"id": "evt_1"}, "evt", {"id": "", "type": ""}]
    listed(monkeypatch, *strange, *nothing, *odd_but_ours_to_pass(), mine)
    later = timezone.now() + timedelta(minutes=1)
    assert read_events(later) > 0
    order.refresh_from_db()
    assert order.status == "paid"
    assert EventCursor.objects.get().read_until == later
    assert not Setback.objects.exists()
    assert read_events(later + timedelta(minutes=5)) == 0


def test_the_cursor_moves_on_behind_an_event_whose_effect_breaks(monkeypatch):
    def broken(event):
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(EFFECTS, "refund.created", broken)
    _, session = an_order_at_stripe()
    sessions.pay(session)
    emit("refund.created", {"id": "re_1"})
    later = timezone.now() + timedelta(minutes=1)
    assert read_events(later) == 1
    assert EventCursor.objects.get().read_until == later
    assert StripeEvent.objects.get(is_done=False).type == "refund.created"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["x" * 300, "\x00", "paid", "complete", "succeeded", "S100001", str(uuid4())]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "status", "payment_status", "amount_total", "amount", "currency", "livemode", "metadata",
          "payment_intent", "client_reference_id", "refunds", "reason", "url", "last_payment_error"]  # fmt: skip


@st.composite
def events(draw, of=None):
    """Any event: a plain one of a type that works here, with some of its values replaced by anything."""
    obj = {**(of or a_session()), **draw(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6))}
    event = an_event(draw(st.sampled_from(sorted(EFFECTS)) | st.text(min_size=1, max_size=9)), obj)
    odd = draw(
        st.dictionaries(
            st.sampled_from(["id", "type", "created", "livemode", "data"]), json_values, max_size=2
        )
    )
    return {**event, **odd}


AT_LEISURE = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.walk
@AT_LEISURE
@given(event=events())
def test_the_webhook_never_fails_whatever_an_event_holds(event):
    assert post(event) in {200, 400, 503}


@pytest.mark.slow
@settings(parent=AT_LEISURE, max_examples=30)
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_the_webhook_never_fails_whatever_a_body_holds(body):
    assert post_event(body, signature(body)).status_code in {200, 400}


@pytest.mark.slow
@settings(parent=AT_LEISURE, max_examples=30)
@given(header=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60) | st.just("t=1,v1=é"))
def test_the_webhook_never_fails_whatever_a_signature_holds(header):
    assert post_event(b"{}", header).status_code == 400


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"id":"a","type":"b","x":NaN}', b'{"id":"\\ud800","type":"b"}',
                                  b'{"id":"a","type":"b","created":1e999}', b'{"id":"a","type":"b","created":' + b"9" * 5000 + b"}"])  # fmt: skip
def test_bodies_that_break_parsers(body):
    assert post_event(body, signature(body)).status_code in {200, 400}


@pytest.mark.walk
@settings(parent=AT_LEISURE, max_examples=40)
@given(found=st.lists(events() | json_values, max_size=6))
def test_reading_never_stops_whatever_the_list_holds(monkeypatch, found):
    listed(monkeypatch, *found)
    later = timezone.now() + timedelta(minutes=1)
    read_events(later)
    assert EventCursor.objects.get().read_until >= later
    EventCursor.objects.all().delete()


@pytest.mark.slow
def test_our_own_payment_survives_anything_said_about_it(monkeypatch):
    order, session = an_order_at_stripe()
    sessions.pay(session)
    session.refresh_from_db()
    plain = sessions.session_object(session)

    @settings(parent=AT_LEISURE, max_examples=60)
    @given(event=events(of=plain))
    def run(event):
        assert post(event) in {200, 400, 503}

    run()
    assert order.events.exists()


# --- staff ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_seller_hears_of_many_waiting_events_in_one_mail_an_hour():
    for event in [*cannot_be_read(), *cannot_be_read()]:
        post(event)
    waiting = StripeEvent.objects.filter(is_done=False)
    count = waiting.count()
    assert count > 40
    later = timezone.now() + timedelta(hours=1, minutes=1)
    assert tell_about_unknown_events(later) == count
    [mail] = mails_written()
    assert f"and {count - 20} more" in mail.text
    post(an_event("refund.created", {}, livemode=None))
    assert tell_about_unknown_events(later + timedelta(minutes=30)) == 0
    assert tell_about_unknown_events(later + timedelta(hours=3)) == 1


@pytest.mark.slow
def test_staff_pass_over_what_is_not_ours_and_the_ledger_is_green_again():
    post(cannot_be_read()[0])
    StripeEvent.objects.update(received_at=timezone.now() - timedelta(hours=2))
    assert [breach.rule for breach in breaches()] == ["waiting"]
    owner, page = signed_in("Owner"), "/admin/payments/stripeevent/"
    pk = StripeEvent.objects.get().pk
    again = post_with_token(owner, page, page, {"action": "replay", "_selected_action": pk})
    assert again.status_code == 302
    assert "can’t be read" in owner.get(page).content.decode()
    post_with_token(owner, page, page, {"action": "pass_over", "_selected_action": pk})
    assert StripeEvent.objects.get().is_done
    assert breaches() == []


# --- Stripe's balance ------------------------------------------------------------------------------------------------


def test_money_of_another_application_is_no_difference(monkeypatch):
    SandboxIntent.objects.create(
        id="pi_foreign", amount=900, currency="gbp", status="succeeded", metadata={"payment": "booking-17"}
    )
    refunds.create_refund({"payment_intent": "pi_foreign", "amount": "100"})
    later = timezone.now() + timedelta(hours=1)
    assert compare_with_stripe(later) == 0
    lost = {"payment": str(uuid4()), "order": "S123456"}
    SandboxIntent.objects.create(id="pi_lost", amount=900, currency="gbp", status="succeeded", metadata=lost)
    assert compare_with_stripe(later) == 1


@pytest.mark.parametrize(
    "row",
    [{}, {"id": None}, {"id": "x" * 300, "type": "charge"}, {"id": "txn", "type": "charge", "currency": 1}],
)
def test_a_line_of_the_balance_that_cannot_be_read_is_told_and_the_rest_compared(monkeypatch, row):
    lost = {
        "id": "txn_1", "type": "charge", "currency": "gbp", "amount": 900,
        "source": {"payment_intent": "pi_lost", "metadata": {"payment": str(uuid4()), "order": "S123456"}},
    }  # fmt: skip
    monkeypatch.setattr(stripe_api, "list_balance", lambda params: {"data": [row, lost], "has_more": False})
    assert compare_with_stripe() == 2
    assert StripeDifference.objects.filter(words__contains="can’t be read").count() == 1


# --- a copy of this shop on the same Stripe account ------------------------------------------------------------------


def ours(site: str | None, **changes) -> dict:
    metadata = {"payment": str(uuid4()), "order": "S100001"} | ({"site": site} if site else {})
    return an_event("checkout.session.completed", a_session(metadata=metadata), **changes)


@pytest.mark.parametrize(
    "site", ["https://staging.example.org", "http://127.0.0.1:8001", "http://localhost:8000"]
)
def test_what_another_copy_of_the_shop_sold_is_not_ours(site):
    assert post(ours(site)) == 200
    assert StripeEvent.objects.get().outcome == "not ours"


def test_our_own_sessions_and_intents_name_our_site(settings):
    _, session = an_order_at_stripe()
    assert session.params["metadata"]["site"] == settings.SITE_URL
    assert session.params["payment_intent_data"]["metadata"]["site"] == settings.SITE_URL


@pytest.mark.parametrize("site", [None, "http://127.0.0.1:8000"])
@pytest.mark.parametrize(("hours", "status"), [(0, 503), (0.9, 503), (1.1, 200), (60, 200), (24 * 30, 200)])
def test_stripe_is_asked_to_send_again_only_what_may_still_become_known(site, hours, status):
    created = int((timezone.now() - timedelta(hours=hours)).timestamp())
    event = ours(site, created=created)
    assert [post(event), post(event)] == [status, status]
    row = StripeEvent.objects.get()
    assert not row.is_done, "staff see it"
    assert "not known here" in row.outcome
    assert row.look_at is not None, "and it works by itself once it is known"


@pytest.mark.parametrize(
    "pages",
    [
        [{"data": [{}], "has_more": True}],
        [{"data": [None], "has_more": True}],
        [{"data": [{"id": 5}], "has_more": True}],
        [{"data": []}],
        [{}],
        [{"data": None, "has_more": False}],
        [{"data": "rows", "has_more": True}],
    ],
)
def test_a_list_that_is_torn_is_read_as_far_as_it_goes(monkeypatch, pages):
    monkeypatch.setattr(stripe_api, "list_events", lambda params: pages[0])
    later = timezone.now() + timedelta(minutes=1)
    read_events(later)
    assert EventCursor.objects.get().read_until == later
