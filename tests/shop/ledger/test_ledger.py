"""The ledger is green after every ordinary day, and red, with its fix, for each way in which money could get lost."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.catalogue.models import Hold, Stock
from shop.codes.models import Code
from shop.desk.models import LedgerState
from shop.ledger.check import RULES, breaches, match_money
from shop.ledger.page import webhooks_are_silent
from shop.orders.fulfil import send_parcel
from shop.orders.models import Order, OrderEvent, OrderLine
from shop.outbox.keys import order_kind
from shop.outbox.models import Mail
from shop.payments.balance import compare_with_stripe
from shop.payments.cancel import end_order
from shop.payments.left import paid_by
from shop.payments.models import Payment, PaymentStatus, Refund, StripeEvent
from shop.payments.reconcile import read_events, send_refunds
from shop.payments.refund import cancel_and_refund, want_refund
from shop.payments.sandbox.models import SandboxEvent, SandboxIntent, SandboxSwitches
from shop.payments.sandbox.stripe import sessions
from tests.support.factories import an_order, an_order_at_stripe, deliver_events, set_stock
from tests.support.orders import a_code, order_with, paid
from tests.support.staff import asked_and_sent, signed_in

pytestmark = pytest.mark.django_db


def rules(at=None):
    return sorted({breach.rule for breach in breaches(at)})


def check_money(*options):
    import io

    out = io.StringIO()
    try:
        call_command("check_money", *options, stdout=out)
        return 0, out.getvalue()
    except SystemExit as ended:
        return ended.code, out.getvalue()


@pytest.mark.slow
def test_an_ordinary_day_is_green():
    for sku in ("CIT-CAP-90", "GLY-CAP-90"):
        for code in ("uk", "us", "eu"):
            set_stock(sku, code, 50)
    an_order(email="a@example.org")
    order = paid("CIT-CAP-90", "GLY-CAP-90", quantity=2)
    send_parcel(order, {order.lines.first().pk: 1}, by="mia")
    paid("CIT-CAP-90", code="us", email="b@example.org")
    cancelled = paid("GLY-CAP-90", code="eu", email="c@example.org")
    cancel_and_refund(cancelled, {cancelled.lines.get().pk: 1}, by="mia", why="", refund=True)
    send_refunds()
    deliver_events()
    end_order(an_order("GLY-CAP-90", email="d@example.org"), to="cancelled", who="shopper", why="x")
    a_code("TEN", limit=3)
    order_with("TEN", "CIT-CAP-90", email="e@example.org")
    assert breaches() == []
    assert check_money() == (0, f"{len(RULES)} rules checked; 0 breaches.\n")


BROKEN = {
    "stock": lambda order: Stock.objects.filter(held__gt=0).update(on_hand=9, held=5),
    "holds": lambda order: Hold.objects.all().delete(),
    "money": lambda order: Order.objects.filter(pk=order.pk).update(status="expired", paid_at=None),
    "orders": lambda order: Payment.objects.update(status=PaymentStatus.FAILED),
    "totals": lambda order: OrderLine.objects.update(tax=1),
    "refunds": lambda order: Payment.objects.update(given_back=5),
    "moves": lambda order: OrderEvent.objects.create(order=order, was="expired", became="cancelled", who="x", why="x"),
    "codes": lambda order: Code.objects.create(code="ABC", percent=1, used=2, limit=5),
    "mails": lambda order: Mail.objects.filter(key__startswith=order_kind("paid")).delete(),
    "waiting": lambda order: StripeEvent.objects.update(is_done=False, received_at=timezone.now() - timedelta(hours=2)),
}  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_turns_red_when_it_is_broken(rule):
    order = paid()
    assert breaches() == []
    BROKEN[rule](order)
    assert rule in rules()
    code, output = check_money("--json")
    assert code == 1
    assert rule in {row["rule"] for row in json.loads(output)["breaches"]}


@pytest.mark.slow
def test_money_of_a_payment_that_does_not_match_is_red_until_it_is_given_back_after_being_asked():
    _order, session = an_order_at_stripe()
    sessions.pay(session)
    SandboxEvent.objects.all().delete()
    from shop.payments.receive import settle

    session.refresh_from_db()
    settle({**sessions.session_object(session), "amount_total": 5}, source="webhook")
    Payment.objects.update(intent_id=session.intent_id)
    [breach] = [row for row in breaches() if row.rule == "money"]
    owner = signed_in("Owner")
    page = owner.get("/admin/ledger/").content.decode()
    assert "does not match its order" in page
    assert "Money ledger: 1 thing" in owner.get("/admin/").content.decode()
    asked_and_sent(owner, "/admin/ledger/", {"fix": breach.fix, "about": breach.about})
    owner.post("/admin/ledger/", {"fix": breach.fix, "about": breach.about})
    assert Refund.objects.get().amount == 5, "what was taken goes back, not what was asked for"
    assert "money" not in rules()


@pytest.mark.slow
def test_a_wrong_number_of_held_packs_is_counted_anew():
    paid()
    Stock.objects.filter(held__gt=0).update(held=0)
    [breach] = [row for row in breaches() if row.rule == "stock"]
    signed_in("Owner").post("/admin/ledger/", {"fix": breach.fix, "about": breach.about})
    assert breaches() == []


@pytest.mark.slow
def test_packs_that_a_dead_order_still_holds_are_given_back():
    order = an_order()
    order.move("expired", who="x", why="x")
    [breach] = [row for row in breaches() if row.rule == "holds"]
    signed_in("Owner").post("/admin/ledger/", {"fix": breach.fix, "about": breach.order})
    assert breaches() == []


@pytest.mark.slow
def test_a_refund_that_hangs_is_red_and_asked_again():
    order = paid()
    refund = want_refund(paid_by(order), 100, cause="goodwill", by="mia")
    Refund.objects.filter(pk=refund.pk).update(
        wanted_at=timezone.now() - timedelta(hours=2), look_at=timezone.now() + timedelta(hours=9)
    )
    assert rules() == ["refunds"]
    signed_in("Owner").post("/admin/ledger/", {"fix": "ask_again", "about": refund.pk})
    assert send_refunds() == 1


@pytest.mark.parametrize("sent", [{}, {"fix": "nonsense", "about": "1"}, {"fix": "give_back", "about": "x"}, {"fix": "give_back", "about": "99999"}, {"fix": "count_holds", "about": "9" * 30}])  # fmt: skip
def test_a_fix_for_nothing_says_so(sent):
    answer = signed_in("Owner").post("/admin/ledger/", sent, follow=True)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()


@pytest.mark.slow
def test_who_may_see_the_ledger():
    for role, status in (("Owner", 200), ("Orders", 200), ("Marketing", 403), ("Writer", 403)):
        assert signed_in(role).get("/admin/ledger/").status_code == status, role


@pytest.mark.slow
def test_the_worker_keeps_what_it_found():
    paid()
    match_money()
    assert LedgerState.objects.get().breaches == []
    Hold.objects.all().delete()
    match_money()
    assert {row["rule"] for row in LedgerState.objects.get().breaches} == {"stock", "holds"}


@pytest.mark.slow
def test_the_ledger_costs_the_same_however_many_orders(django_assert_max_num_queries):
    set_stock("CIT-CAP-90", "uk", 50)
    for number in range(6):
        paid(email=f"b{number}@example.org")
    with django_assert_max_num_queries(35):
        breaches()


# --- Stripe's list of events ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_events_that_no_webhook_brought_are_read_from_stripes_list_once():
    read_events()
    order, session = an_order_at_stripe()
    sessions.pay(session)
    SandboxSwitches(drop=True).save()
    deliver_events()
    assert read_events() >= 1
    order.refresh_from_db()
    assert order.is_paid
    assert read_events() == 0
    assert StripeEvent.objects.filter(came_by="reconciler").exists()
    assert webhooks_are_silent()
    assert "webhooks don’t arrive" in signed_in("Owner").get("/admin/ledger/").content.decode()


def test_a_webhook_that_comes_late_speaks_for_the_endpoint():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    read_events()
    deliver_events()
    assert set(StripeEvent.objects.values_list("came_by", flat=True)) == {"webhook"}
    assert not webhooks_are_silent()
    order.refresh_from_db()
    assert order.events.filter(became="paid").count() == 1


@pytest.mark.slow
def test_many_pages_of_events_are_read_to_their_end(monkeypatch):
    from shop.payments import stripe_api

    read_events()
    set_stock("CIT-CAP-90", "uk", 50)
    for number in range(7):
        _, session = an_order_at_stripe(email=f"b{number}@example.org")
        sessions.pay(session)
    real = stripe_api.list_events
    monkeypatch.setattr(stripe_api, "list_events", lambda params: real({**params, "limit": 2}))
    read_events()
    assert Order.objects.filter(status="paid").count() == 7


def test_while_stripe_is_away_the_cursor_stays():
    from shop.payments.models import EventCursor

    read_events()
    before = EventCursor.objects.get().read_until
    SandboxSwitches(unreachable=True).save()
    assert read_events() == 0
    assert EventCursor.objects.get().read_until == before


@pytest.mark.slow
def test_an_event_that_waits_is_let_work_again_from_the_list():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    row = StripeEvent.objects.get()
    answer = signed_in("Owner").post(
        "/admin/payments/stripeevent/", {"action": "replay", "_selected_action": [row.pk]}, follow=True
    )
    assert "already taken in" in answer.content.decode()
    order.refresh_from_db()
    assert order.events.filter(became="paid").count() == 1


# --- Stripe's own books -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_stripes_balance_agrees_after_sales_and_refunds():
    later = timezone.now() + timedelta(hours=1)
    order = paid()
    want_refund(paid_by(order), 300, cause="goodwill", by="mia")
    send_refunds()
    deliver_events()
    assert compare_with_stripe(later) == 0
    assert breaches() == []


@pytest.mark.slow
def test_what_stripe_has_and_we_do_not_is_red_until_it_is_known():
    later = timezone.now() + timedelta(hours=1)
    order = paid()
    Payment.objects.update(intent_id="pi_other")
    assert compare_with_stripe(later) == 1
    assert "no payment here knows of it" in next(row.words for row in breaches() if row.rule == "stripe")
    Payment.objects.update(intent_id=SandboxIntent.objects.get().id, amount=5)
    assert compare_with_stripe(later) == 1
    Payment.objects.update(amount=order.total)
    assert compare_with_stripe(later) == 0
    assert breaches() == []


def test_while_stripe_does_not_answer_its_balance_tells_nothing():
    paid()
    SandboxSwitches(unreachable=True).save()
    Payment.objects.update(intent_id="pi_other")
    assert compare_with_stripe(timezone.now() + timedelta(hours=1)) == 0


@pytest.mark.slow
def test_a_note_written_while_somebody_else_moves_the_order_says_where_it_stands():
    order, session = an_order_at_stripe()
    seen_before = Order.objects.get(pk=order.pk)
    sessions.pay(session)
    deliver_events()
    seen_before.note("Somebody looked at it.")
    assert Order.objects.get(pk=order.pk).events.last().became == "paid"
    assert breaches() == []


@pytest.mark.slow
def test_a_note_that_lost_the_race_is_no_move():
    """What was written with the status of a moment before is not taken for where the order is."""
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    order.events.create(was="pending", became="pending", who="shop", why="Late.")
    assert breaches() == []


@pytest.mark.slow
def test_an_order_whose_status_was_changed_by_hand_is_red():
    order, session = an_order_at_stripe()
    sessions.pay(session)
    deliver_events()
    Order.objects.filter(pk=order.pk).update(status="failed")
    assert any("timeline says paid" in breach.words for breach in breaches())
