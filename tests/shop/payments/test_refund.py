"""Refunds at their limits: what is wanted, what Stripe says of it in any order, who is told, and what is sent no more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone

from shop.attribution.count import fold
from shop.attribution.models import ArticleDay
from shop.orders.fulfil import send_parcel
from shop.orders.models import IllegalMove, Order
from shop.payments.foreign import NotOurs
from shop.payments.left import paid_by, stop_or_go_on
from shop.payments.models import Payment, Refund
from shop.payments.refund import (
    UnknownIntent,
    cancel_and_refund,
    due_for,
    fail_refund,
    return_and_refund,
    upsert_refund,
    want_refund,
)
from tests.support.factories import an_order, mails_written

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def ORDER() -> Order:
    """Two packs, paid: £23.90."""
    order = an_order(quantity=2)
    order.mark_paid(at=timezone.now(), who="test", why="")
    a_payment(order)
    return order


def a_payment(order, **fields) -> Payment:
    given = {"status": "paid", "session_id": "cs_1", "intent_id": "pi_1", "ends_at": AT, "look_at": AT,
             "settled_at": AT, "params": {}, **fields}  # fmt: skip
    return Payment.objects.create(
        order=order, mode="sandbox", amount=order.total, currency=order.currency, **given
    )


@pytest.fixture
def payment(order) -> Payment:
    return paid_by(order)


def said(name="re_1", amount=500, status="succeeded", **fields) -> dict:
    return {"id": name, "amount": amount, "status": status, "payment_intent": "pi_1", **fields}


def of(refund: Refund, **fields) -> dict:
    """Stripe's word on a refund of ours."""
    return said(amount=refund.amount, metadata={"refund": str(refund.key)}, **fields)


def want(payment, amount=500, **fields) -> Refund:
    return want_refund(payment, amount, cause="goodwill", by="mia", **fields)


def last_words(order) -> str:
    return order.events.order_by("pk").last().why


def again(row):
    return type(row).objects.get(pk=row.pk)


# --- wanted -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "words", "told"),
    [
        ("", "", "Refund of £5.00 wanted: goodwill."),
        ("late", "", "Refund of £5.00 wanted: goodwill. For colleagues: “late”"),
        ("", "Sorry", "Refund of £5.00 wanted: goodwill. To the shopper: “Sorry”"),
        ("late", "Sorry", "Refund of £5.00 wanted: goodwill. For colleagues: “late” To the shopper: “Sorry”"),
    ],
)
def test_the_timeline_says_what_was_wanted_and_why(order, payment, reason, words, told):
    want(payment, reason=reason, words=words)
    assert last_words(order) == told


@pytest.mark.parametrize(("length", "kept"), [(199, 199), (200, 200), (201, 200)])
def test_two_hundred_characters_of_a_reason_are_kept(payment, length, kept):
    refund = again(want(payment, reason="r" * length, words="w" * length))
    assert (len(refund.reason), len(refund.words)) == (kept, kept)


@pytest.mark.parametrize(
    ("amount", "goods", "packs"),
    [
        (2390, None, [2]),  # all that was paid is for all that was bought
        (2390, {}, [2]),
        (2389, None, []),
        (2390, {0: 1}, [1]),
        (500, {0: 1}, [1]),
        (500, {0: 0}, []),
    ],
)
def test_which_packs_a_refund_is_for(order, payment, amount, goods, packs):
    line = order.lines.get().pk
    refund = want(payment, amount, goods=goods and dict.fromkeys([line], goods[0]))
    assert list(refund.goods.values_list("quantity", flat=True)) == packs


def test_money_that_came_twice_is_not_what_paid_the_order(order, payment):
    a_payment(order, session_id="cs_2", settled_at=AT + timedelta(days=1))
    assert paid_by(order) == payment


@pytest.mark.parametrize(
    ("lost", "back", "words"),
    [
        (0, 2389, ""), (0, 2390, "All that was paid for it went back."),
        (2389, 0, ""), (2390, 0, "The bank took the money back."),
        (1000, 1389, ""), (1000, 1390, "The bank took the money back."),
    ],
)  # fmt: skip
def test_nothing_is_sent_once_all_the_money_is_gone(order, payment, lost, back, words):
    for status in ("lost", "won", "needs_response"):
        payment.disputes.create(stripe_id=status, amount=lost if status == "lost" else 2390, status=status)
    upsert_refund(said(amount=back or 1, status="succeeded" if back else "failed"))
    assert again(order).stopped == words


# --- packs taken out, packs that came back ----------------------------------------------------------------------


def test_packs_are_taken_out_with_their_money_and_the_shopper_is_told_of_both(order, payment):
    line = order.lines.get()
    refund = cancel_and_refund(order, {line.pk: 1}, by="mia", why="broken", refund=True, words="Sorry")
    assert (refund.amount, refund.cause, refund.reason, refund.words) == (
        1195,
        "cancelled",
        "broken",
        "Sorry",
    )
    assert refund.goods.get().quantity == 1
    mail = mails_written("cancelled").get()
    assert "£11.95" in mail.text
    assert "Sorry" in mail.text
    rest = cancel_and_refund(again(order), {line.pk: 1}, by="mia", why="", refund=True)
    assert rest.amount == 1195
    assert mails_written("cancelled").count() == 2
    assert again(order).status == "cancelled"


def test_packs_are_taken_out_without_money(order):
    assert cancel_and_refund(order, {order.lines.get().pk: 1}, by="mia", why="", refund=False) is None
    assert not Refund.objects.exists()
    assert mails_written("cancelled").exists()


@pytest.mark.parametrize(("amount", "wanted"), [(0, []), (1, [1]), (1195, [1195])])
def test_packs_come_back_with_money_or_without(order, amount, wanted):
    line = order.lines.get()
    send_parcel(order, {line.pk: 2}, by="mia")
    return_and_refund(order, {line.pk: 1}, {line.pk: "sellable"}, by="mia", why="", amount=amount)
    assert list(Refund.objects.values_list("amount", flat=True)) == wanted
    assert again(line).returned == 1


# --- what Stripe says -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [("succeeded", "succeeded"), ("failed", "failed"), ("canceled", "failed"), ("pending", "pending"),
     ("requires_action", "pending"), ("", "pending")],
)  # fmt: skip
def test_what_a_word_of_stripe_makes_of_a_refund(payment, status, expected):
    refund = want(payment)
    assert upsert_refund(of(refund, status=status)) == f"refund {expected}"
    refund = again(refund)
    assert (refund.status, refund.stripe_id) == (expected, "re_1")
    assert (refund.ended_at is None) is (expected == "pending")
    assert again(payment).given_back == (0 if expected == "failed" else 500)


@pytest.mark.parametrize(
    ("first", "then", "stays"),
    [("succeeded", "pending", "succeeded"), ("succeeded", "failed", "failed"), ("failed", "succeeded", "failed"),
     ("failed", "pending", "failed"), ("pending", "succeeded", "succeeded")],
)  # fmt: skip
def test_what_is_done_stays_done_unless_it_fails(payment, first, then, stays):
    upsert_refund(said(status=first))
    ended = Refund.objects.get().ended_at
    upsert_refund(said(status=then))
    refund = Refund.objects.get()
    assert refund.status == stays
    assert first == "pending" or refund.ended_at == ended


def test_what_only_we_gave_up_is_done_after_all_if_stripe_says_so(order, payment):
    refund = want(payment)
    fail_refund(refund, "no")
    assert (again(refund).status, again(payment).given_back) == ("failed", 0)
    assert again(refund).ended_at is not None
    assert "Stripe refused a refund of £5.00: no" in again(order).needs_review
    upsert_refund(of(refund))
    assert (again(refund).status, again(payment).given_back) == ("succeeded", 500)


def test_a_refund_that_stripe_has_is_not_given_up(order, payment):
    refund = want(payment)
    upsert_refund(of(refund))
    fail_refund(refund, "no")
    assert (again(refund).status, again(order).needs_review) == ("succeeded", "")


def test_whose_refund_it_is(payment):
    refund = want(payment)
    upsert_refund({**of(refund), "payment_intent": None})  # by its key alone
    assert again(refund).stripe_id == "re_1"
    with pytest.raises(UnknownIntent) as raised:
        upsert_refund(said(payment_intent="pi_2"))
    assert (raised.value.intent_id, str(raised.value)) == ("pi_2", "pi_2")
    for intent in (None, "", "ch_1", "pi_", "pi_ü"):
        with pytest.raises(NotOurs):
            upsert_refund(said(payment_intent=intent, metadata={"refund": str(uuid4())}))


def test_a_key_of_another_payment_names_no_refund_of_this_one(order, payment):
    other = want(a_payment(order, session_id="cs_2", intent_id="pi_2"))
    upsert_refund(of(other, payment_intent="pi_1"))
    assert again(other).stripe_id is None
    assert payment.refunds.get().cause == "dashboard"


@pytest.mark.parametrize(
    ("dashboard", "given_up"), [(1389, []), (1390, []), (1391, [500]), (1890, [500]), (1891, [500, 500])]
)
def test_refunds_of_ours_make_room_for_the_dashboard_the_latest_first(payment, dashboard, given_up):
    first, second = want(payment), want(payment)
    upsert_refund(said(amount=dashboard))
    failed = Refund.objects.filter(status="failed")
    assert [row.amount for row in failed] == given_up
    if given_up:
        assert second in failed
        assert (again(second).reason, again(second).ended_at is None) == (
            "Refunded in the Dashboard meanwhile.",
            False,
        )
    assert again(first).status == ("failed" if len(given_up) == 2 else "wanted")
    assert again(payment).given_back == dashboard + 1000 - 500 * len(given_up)


@pytest.mark.slow
def test_refunds_above_what_was_paid_count_as_all_of_it(payment):
    upsert_refund(said(amount=2000))
    upsert_refund(said("re_2", amount=2000))
    assert again(payment).given_back == 2390


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (500, "£5.00 went back in Stripe’s Dashboard: see what"),
        (2390, "All of the money went back (£23.90 of it"),
    ],
)
def test_staff_look_at_what_went_back_in_the_dashboard_while_packs_wait(order, payment, amount, words):
    upsert_refund(said(amount=amount))
    assert again(order).needs_review.startswith(words)


@pytest.mark.parametrize("case", ["sent", "ours", "failed", "not paid", "heard before"])
def test_of_other_refunds_staff_need_not_look(order, payment, case):
    word = said()
    if case == "sent":
        send_parcel(order, {order.lines.get().pk: 2}, by="mia")
    if case == "ours":
        word = of(want(payment))
    if case == "not paid":
        Order.objects.update(status="cancelled")
    if case == "heard before":
        upsert_refund(word)
        Order.objects.update(needs_review="", review_cause="")
    if case == "failed":
        word = said(status="failed")
    upsert_refund(word)
    assert again(order).needs_review.startswith("A refund failed" if case == "failed" else "")
    assert "Dashboard" not in again(order).needs_review


@pytest.mark.parametrize(
    ("cause", "mails", "words"),
    [("goodwill", 1, True), ("cancelled", 1, False), ("automatic", 0, False)],
)
def test_the_shopper_is_told_that_money_is_on_its_way_once(order, payment, cause, mails, words):
    refund = want_refund(payment, 500, cause=cause, by="mia", words="With our apologies")
    upsert_refund(of(refund, status="pending"))
    assert not mails_written("refunded").exists()
    for _ in range(2):
        upsert_refund(of(refund))
    assert mails_written("refunded").count() == mails
    assert any("With our apologies" in mail.text for mail in mails_written("refunded")) is words
    assert last_words(order) == "Refund of £5.00: Refunded."


def test_staff_are_told_of_a_refund_that_failed(order, payment):
    upsert_refund(of(want(payment), status="failed"))
    assert "the buyer still waits for the money" in again(order).needs_review
    assert not mails_written("refunded").exists()


# --- the totals of articles -------------------------------------------------------------------------------------


def counted() -> int:
    """What went back of the day's sales, in minor units without tax."""
    fold()
    return sum(ArticleDay.objects.values_list("refunded", flat=True))


def test_what_went_back_is_taken_from_the_totals_without_tax_and_added_again_if_it_fails(order, payment):
    line = order.lines.get()
    refund = want(payment, 2390)
    upsert_refund(of(refund, status="pending"))
    assert counted() == 0
    upsert_refund(of(refund))
    upsert_refund(of(refund))
    assert counted() == line.net
    upsert_refund(of(refund, status="failed"))
    assert counted() == 0


@pytest.mark.parametrize("amount", [1, 1195, 2389])
def test_a_part_is_counted_without_its_part_of_the_tax(order, payment, amount):
    line = order.lines.get()
    upsert_refund(said(amount=amount))
    assert counted() == amount * line.net // 2390


def test_money_that_came_twice_is_not_taken_from_the_totals(order):
    second = a_payment(order, session_id="cs_2", intent_id="pi_2", settled_at=AT + timedelta(days=1))
    upsert_refund(of(want(second, 2390), payment_intent="pi_2"))
    assert counted() == 0


def test_money_of_another_mode_is_named_in_the_refusal(payment, settings):
    settings.PAYMENT_MODE = "test"
    with pytest.raises(IllegalMove, match="paid in sandbox mode, and this shop is in test mode"):
        want(payment)


def test_a_line_that_cost_nothing_takes_nothing_from_the_totals(order, payment):
    order.lines.update(discount=F("total"))
    upsert_refund(said(amount=1))
    assert counted() == 0


def test_of_an_order_that_nobody_paid_nothing_goes_back_and_nothing_stops(order):
    Payment.objects.update(status="expired")
    assert due_for(order, {order.lines.get().pk: 2}) == 0
    stop_or_go_on(order)
    assert again(order).stopped == ""
