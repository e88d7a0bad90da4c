"""What a bank's dispute makes of an order, whatever Stripe says of it and in any order."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from shop.orders.models import Order
from shop.payments.disputes import upsert_dispute
from shop.payments.models import Dispute, Payment
from tests.support.factories import an_order

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ORDER() -> Order:
    order = an_order()
    order.mark_paid(at=timezone.now(), who="test", why="")
    Payment.objects.create(
        order=order, mode="sandbox", amount=order.total, currency=order.currency, status="paid", params={},
        session_id="cs_1", intent_id="pi_1", ends_at=AT, look_at=AT, settled_at=AT,
    )  # fmt: skip
    return order


def said(order, status="needs_response", name="dp_1", **fields) -> str:
    word = {"id": name, "payment_intent": "pi_1", "status": status, "amount": 1195, "reason": "fraudulent"}
    answer = upsert_dispute({**word, **fields})
    order.refresh_from_db()
    return answer


def test_an_order_is_disputed_while_a_dispute_is_open(order):
    assert said(order) == "dispute needs response"
    since = order.disputed_at
    assert since is not None
    said(order, name="dp_2")
    assert order.disputed_at == since
    said(order, "won")
    assert order.disputed_at == since
    said(order, "won", name="dp_2")
    assert order.disputed_at is None


@pytest.mark.parametrize(
    ("status", "flagged", "noted"),
    [
        ("needs_response", "Disputed at the bank (fraudulent): don’t send it", ""),
        ("lost", "A dispute was lost", ""),
        ("won", "", "A dispute ended: won."),
        ("warning_closed", "", "A dispute ended: warning closed."),
        ("prevented", "", "A dispute ended: prevented."),
        (None, "Disputed at the bank", ""),
    ],
)
def test_staff_read_of_a_dispute_once(order, status, flagged, noted):
    before = order.events.count()
    said(order, status)
    said(order, status)
    assert order.needs_review.startswith(flagged)
    assert bool(order.needs_review) is bool(flagged)
    assert order.events.count() == before + 1
    assert order.events.order_by("pk").last().why.startswith(noted or flagged)
    assert (Dispute.objects.get().closed_at is None) is (status in {"needs_response", None})


def test_a_dispute_that_has_ended_is_not_opened_again_but_may_end_otherwise(order):
    said(order, "lost")
    assert order.stopped == "The bank took the money back."
    assert said(order) == "dispute closed already"
    assert Dispute.objects.get().status == "lost"
    said(order, "won")
    assert (Dispute.objects.get().status, order.stopped) == ("won", "")


@pytest.mark.parametrize(
    ("amount", "kept"),
    [(1, 1), (0, 1195), (-1, 1195), (None, 1195), ("5", 1195), (2**31 - 1, 2**31 - 1), (2**31, 1195)],
)
def test_where_stripe_names_no_amount_all_of_it_is_disputed(order, amount, kept):
    said(order, amount=amount)
    assert Dispute.objects.get().amount == kept


@pytest.mark.parametrize(("length", "kept"), [(40, 40), (41, 40)])
def test_stripes_words_are_cut_to_what_a_column_holds(order, length, kept):
    said(order, "s" * length, reason="r" * (length + 20))
    row = Dispute.objects.get()
    assert (len(row.status), len(row.reason)) == (kept, kept + 20)
    said(order, reason=None)
    assert len(Dispute.objects.get().reason) == kept + 20
