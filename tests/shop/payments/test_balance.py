"""Stripe's balance against our books, both ways: what Stripe has and we lack, what we say and Stripe does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.ledger.check import breaches
from shop.payments import stripe_api
from shop.payments.balance import LAG, WINDOW, compare_with_stripe
from shop.payments.models import Refund, RefundCause, RefundStatus, StripeDifference
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from shop.payments.sandbox.models import SandboxEvent, SandboxRefund
from shop.payments.sandbox.stripe.refunds import fail_refund
from tests.support.factories import deliver_events
from tests.support.orders import paid

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=1)


@pytest.fixture
def refund():
    order = paid()
    want_refund(order.payments.get(), 100, cause=RefundCause.GOODWILL, by="owner")
    send_refunds()
    deliver_events()
    row = Refund.objects.get()
    assert row.status == RefundStatus.SUCCEEDED
    return row


def compared(after=SOON) -> list[str]:
    compare_with_stripe(timezone.now() + after)
    return list(StripeDifference.objects.filter(gone_at=None).values_list("words", flat=True))


@pytest.mark.slow
def test_what_went_back_by_both_books_is_no_difference(refund):
    assert compared() == []


def lost_at_stripe(refund):
    SandboxRefund.objects.all().delete()


def of_another(refund):
    Refund.objects.update(stripe_id="re_of_nobody")


@pytest.mark.slow
@pytest.mark.parametrize("change", [lost_at_stripe, of_another])
def test_what_went_back_by_our_books_alone_is_red(refund, change):
    change(refund)
    found = [words for words in compared() if "Our books say" in words]
    assert len(found) == 1
    assert str(refund.payment.order) in found[0]
    assert found[0] in {breach.words for breach in breaches() if breach.rule == "stripe"}


@pytest.mark.slow
def test_one_that_failed_and_whose_event_was_lost_is_red_until_we_know_of_it(refund):
    fail_refund(SandboxRefund.objects.get())
    SandboxEvent.objects.all().delete()
    [words] = compared()
    assert "could not give £1.00 back" in words
    Refund.objects.update(status=RefundStatus.FAILED)
    assert compared() == []


@pytest.mark.slow
def test_one_that_failed_long_after_it_went_back_is_found_too(refund):
    old = timezone.now() - timedelta(days=20)
    Refund.objects.update(wanted_at=old, ended_at=old)
    fail_refund(SandboxRefund.objects.get())
    SandboxEvent.objects.all().delete()
    assert len(compared()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [RefundStatus.WANTED, RefundStatus.PENDING, RefundStatus.FAILED])
def test_what_is_not_done_by_our_books_is_not_missed_at_stripe(refund, status):
    SandboxRefund.objects.all().delete()
    Refund.objects.update(status=status)
    assert compared() == []


EDGES = [
    ("wanted_at", WINDOW - LAG, 0, True), ("wanted_at", WINDOW - LAG, 1, False),
    ("ended_at", LAG * 2, 0, True), ("ended_at", LAG * 2, -1, False),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("field", "before", "more", "asked"), EDGES)
def test_only_one_whose_line_must_be_listed_is_missed(refund, field, before, more, asked):
    SandboxRefund.objects.all().delete()
    now = timezone.now() + SOON
    Refund.objects.update(wanted_at=now - SOON, ended_at=now - SOON)
    Refund.objects.update(**{field: now - before - timedelta(seconds=more)})
    assert compare_with_stripe(now) == int(asked)


@pytest.mark.slow
def test_a_difference_stays_once_stripe_lists_its_line_no_more(refund):
    of_another(refund)
    assert len(compared()) == 2
    assert len(compared(WINDOW + SOON)) == 2
    Refund.objects.update(stripe_id=SandboxRefund.objects.get().id)
    assert compared() == []


ODD = [{"type": "refund"}, {"type": "refund", "source": None}, {"type": "refund_failure", "source": "re_1"}, {},
       {"type": None, "source": []}, {"type": "refund_failure", "source": {"id": 7}}]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_a_line_of_any_shape_stops_no_comparison(refund, odd, monkeypatch):
    real = stripe_api.list_balance
    monkeypatch.setattr(
        stripe_api, "list_balance", lambda params: {**real(params), "data": [odd, *real(params)["data"]]}
    )
    assert all("Our books" not in words and "could not give" not in words for words in compared())
