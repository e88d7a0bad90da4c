"""Every state of an order's page: what happened to the money is said once, is true, and no sentence denies another."""

import re
from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.utils import timezone

from shop.orders.models import Order, OrderStatus
from shop.payments.cancel import MOVED, REPLACED, UNKNOWN_NOW
from shop.payments.left import stop_or_go_on, sum_up
from shop.payments.models import Dispute, Payment, Refund
from shop.payments.start import SESSION_LASTS
from shop.regions.local import hour_words
from tests.support.factories import an_order, mails_written

pytestmark = pytest.mark.django_db
NOT_TOGETHER = [
    ("othing was charged", "came for it|went back|on its way back|go back yet|is paid|bank has|looking at your payment"),
    ("Pay now", "any more|has ended|was cancelled|Thank you|a person is looking|is paid|Confirming"),
    ("It arrives", "waits until your bank|is not sent|has ended|was cancelled|not paid"),
    ("packs are kept", "Others can have|has ended|was cancelled|any more|is paid|came for it; .* did not go"),
    ("basket is as it was", "came for it|went back|looking at your payment|is paid|changed the basket|another of our"),
    ("could not go back", "need to do nothing.*write to us if you expect"),
    ("Thank you", "asking about the payment|not sent is not sent|came for it"),
]  # fmt: skip

STATUSES = list(OrderStatus.values)
PAYMENTS = ["none", "open", "left", "over", "processing", "expired", "failed", "paid", "review", "mismatch"]
REFUNDS = ["none", "part", "whole", "wanted", "failed", "failed then done"]
DISPUTES = ["none", "needs_response", "warning_needs_response", "lost", "won"]
CAME = ["", "?from=payment", "?from=cancel"]


@pytest.fixture
def order() -> Order:
    return an_order()


def a_payment(order, status, **fields) -> Payment:
    now, number = timezone.now(), order.payments.count()
    values = {
        "mode": "sandbox", "amount": order.total, "currency": order.currency, "params": {}, "status": status,
        "session_id": f"cs_{number}", "intent_id": f"pi_{number}", "ends_at": now + SESSION_LASTS, "look_at": now,
        "settled_at": now if status in {"paid", "review"} else None,
    }  # fmt: skip
    return order.payments.create(**{**values, **fields})


def set_up(order, status, payment, refund, dispute) -> Payment | None:
    """Rows as they may stand, past the functions that lead there."""
    now = timezone.now()
    Refund.objects.all().delete()
    Dispute.objects.all().delete()
    Payment.objects.all().delete()
    Order.objects.update(
        status=status, paid_at=now if status == "paid" else None, disputed_at=None, stopped="", let_go_at=None
    )
    order.refresh_from_db()
    kinds = {
        "left": {"status": "open", "leaving": "asked"},
        "over": {"status": "open", "ends_at": now - timedelta(seconds=1)},
        "mismatch": {"status": "review", "taken": 5000},
    }
    if payment == "none":
        return None
    row = a_payment(order, **kinds.get(payment, {"status": payment}))
    for amount, state, ago in {
        "none": [], "part": [(300, "succeeded", 0)], "whole": [(row.took, "succeeded", 0)],
        "wanted": [(row.took, "wanted", 0)], "failed": [(row.took, "failed", 0)],
        "failed then done": [(row.took, "failed", 1), (row.took, "succeeded", 0)],
    }[refund]:  # fmt: skip
        row.refunds.create(amount=amount, status=state, wanted_at=now - timedelta(hours=ago))
    if dispute != "none":
        closed = None if dispute.endswith("response") else now
        row.disputes.create(stripe_id="dp_1", amount=row.took, status=dispute, closed_at=closed)
        Order.objects.update(disputed_at=None if closed else now)
    sum_up(row)
    stop_or_go_on(order)
    return row


def read(client, order, query="") -> SimpleNamespace:
    page = client.get(order.get_absolute_url() + query).content.decode().split("<main")[1].split("</main>")[0]
    body, what = page.split('<section class="review-box"')[0], re.sub(r"<[^>]+>", " ", page)
    text = " ".join(re.sub(r"<[^>]+>", " ", body).split()).replace(" ,", ",")
    return SimpleNamespace(text=text, heading=re.findall("<h1>(.*?)</h1>", body), what=what)


def check(client, order, payment, case, query=""):
    told = read(client, order, query)
    assert len(told.heading) == 1, case
    for one, other in NOT_TOGETHER:
        assert not (re.search(one, told.text) and re.search(other, told.text)), (case, told.text)
    came = payment is not None and payment.status in {"paid", "review"} and payment.took > 0
    assert not (came and "othing was charged" in told.text), (case, told.text)
    assert came or not re.search("came for it|went back|on its way back|go back yet", told.text), (
        case,
        told.text,
    )
    if payment is not None:
        moved = re.findall(
            r"£([\d.]+)\s+(?:went back|is on its way back|could not go back|did not go back)", told.text
        )
        assert sum(round(float(amount) * 100) for amount in moved) <= payment.took, (case, told.text)
        done = sum(row.amount for row in payment.refunds.all() if row.status == "succeeded")
        assert (not came) or bool(done) == bool(re.search("went back\\s+the way", told.text)), (
            case,
            told.text,
        )
        stays = payment.status == "review" or (order.is_pending and payment.left)
        if came and stays and (payment.left or order.disputed_at):
            assert "looking at your payment" in told.text, (case, told.text)


def cases():
    for status, payment, refund, dispute in product(STATUSES, PAYMENTS, REFUNDS, DISPUTES):
        took = payment in {"paid", "review", "mismatch"}
        if (refund != "none" or dispute != "none") and not took:
            continue
        if status == "paid" and payment != "paid":
            continue
        if refund in {"whole", "wanted", "failed then done"} and dispute not in {"none", "won"}:
            continue  # nothing was left to dispute
        yield status, payment, refund, dispute


@pytest.mark.walk
def test_no_state_of_an_order_contradicts_itself(client, order):
    count = 0
    for case in cases():
        payment = set_up(order, *case)
        order.refresh_from_db()
        for query in CAME if case[0] == "pending" and case[2:] == ("none", "none") else [""]:
            check(client, order, payment, (*case, query), query)
            count += 1
    assert count > 250


LATE = "£11.95 came for it; £11.95"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "words"),
    [
        (("pending", "open", "none", "none"), "Nothing was charged. Your basket is as it was. Your packs are kept until"),
        (("pending", "left", "none", "none"), "Others can have your packs again"),
        (("pending", "over", "none", "none"), "Nothing was charged. It can’t be paid any more, and is about to end."),
        (("pending", "paid", "whole", "none"), f"{LATE} went back the way you paid"),
        (("pending", "paid", "wanted", "none"), f"{LATE} is on its way back"),
        (("pending", "review", "none", "none"), "Please don’t pay again"),
        (("expired", "review", "none", "none"), "Please don’t pay again"),
        (("expired", "paid", "whole", "none"), f"{LATE} went back"),
        (("expired", "paid", "failed", "none"), f"{LATE} could not go back yet: we know of it"),
        (("failed", "failed", "none", "none"), "so the order ended. Nothing was charged."),
        (("failed", "paid", "part", "none"), "£3.00 went back the way you paid; banks take up to ten days to show it, and £8.95 did not"),
        (("cancelled", "paid", "none", "lost"), "your bank has £11.95 back."),
        (("cancelled", "expired", "none", "none"), "Nothing was charged. Your basket is as it was."),
        (("awaiting_payment", "processing", "none", "none"), "Your bank takes a little longer."),
        (("paid", "paid", "none", "none"), "is paid. It arrives"),
        (("paid", "paid", "part", "none"), "£3.00 went back"),
        (("paid", "paid", "whole", "none"), f"{LATE} went back the way you paid; banks take up to ten days to show it. What was not"),
        (("paid", "paid", "wanted", "none"), "is on its way back"),
        (("paid", "paid", "none", "needs_response"), "What was not sent yet waits until your bank has decided."),
        (("paid", "paid", "none", "lost"), "£11.95 came for it; your bank has £11.95 back. What was not sent yet is not sent."),
        (("paid", "paid", "part", "lost"), "£3.00 went back the way you paid; banks take up to ten days to show it, and your bank has £8.95"),
        (("paid", "paid", "none", "won"), "is paid. It arrives"),
    ],
)  # fmt: skip
def test_each_state_says_its_sentence(case, words, client, order):
    payment = set_up(order, *case)
    order.refresh_from_db()
    assert words in read(client, order).text
    check(client, order, payment, case)


@pytest.mark.parametrize(
    ("status", "why", "words"),
    [
        ("cancelled", REPLACED, "You changed the basket or the address, so it ended. Nothing was charged."),
        ("cancelled", MOVED, "You changed to another of our shops, so it ended. Nothing was charged."),
        ("failed", UNKNOWN_NOW, "We can’t find its payment at our payment service any more"),
    ],
)
def test_what_ended_it_is_said(status, why, words, client, order):
    order.move(status, who="x", why=why)
    assert words in read(client, order).text


def test_money_that_came_besides_is_told_apart(client, order):
    set_up(order, "paid", "paid", "none", "none")
    second = a_payment(order, "paid", settled_at=timezone.now() + timedelta(hours=1))
    second.refunds.create(amount=order.total, status="succeeded")
    sum_up(second)
    assert "£11.95 that came besides went back" in read(client, order).text


def test_a_refund_that_the_dashboard_made_needless_is_not_shown(client, order):
    row = set_up(order, "paid", "paid", "whole", "none")
    row.refunds.create(amount=500, status="failed", wanted_at=timezone.now() - timedelta(minutes=1))
    assert "could not go back" not in read(client, order).text


# --- until when -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("payment", "minutes"),
    [("open", 45), ("left", 65), ("expired", 65), ("none", 65)],
)
def test_the_page_names_the_end_of_the_order_not_of_its_hold(payment, minutes, client, order):
    now = timezone.now().replace(second=30)
    Order.objects.update(hold_until=now + timedelta(minutes=65))
    row = set_up(order, "pending", payment, "none", "none")
    Payment.objects.update(ends_at=now + timedelta(minutes=45))
    if payment in {"expired"}:
        Order.objects.update(let_go_at=now)
    ends = hour_words(now + timedelta(minutes=minutes), order.region)
    text = read(client, order).text
    assert f"until {ends}" in text, (row, text)
    other = hour_words(now + timedelta(minutes=110 - minutes), order.region)
    assert f"until {other}" not in text


def test_the_mail_names_it_too(order):
    from shop.outbox.models import Mail

    text = Mail.objects.get(key__contains="placed").text
    ends = hour_words(order.placed_at + SESSION_LASTS, order.region)
    assert f"Until {ends}" in text
    assert not mails_written().exists()
