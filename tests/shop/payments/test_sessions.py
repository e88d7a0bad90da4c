"""What Stripe is asked for a payment, and how its session is closed: whatever Stripe answers."""

from datetime import UTC, datetime

import pytest

from shop.payments import stripe_api
from shop.payments.models import Payment
from shop.payments.sessions import ask_for_session, closed_at_stripe, session_params
from shop.payments.stripe_api import StripeRefused, StripeUnreachable
from tests.support.factories import an_order

pytestmark = pytest.mark.django_db
ORDER = an_order
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)


def an_attempt(order, **fields) -> Payment:
    given = {"session_id": "cs_1", "ends_at": AT, "look_at": AT, "params": {}, **fields}
    return Payment.objects.create(
        order=order, mode="sandbox", amount=order.total, currency=order.currency, **given
    )


def answers(monkeypatch, name, answer):
    """What Stripe answers to a call; what was asked."""
    asked = []

    def call(*params):
        asked.append(params)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(stripe_api, name, call)
    return asked


# --- what is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("included", "tax", "amounts"),
    [
        (True, 199, [1195]),
        (True, 0, [1195]),
        (False, 0, [1195]),
        (False, 1, [1195, 1]),
        (False, 99, [1195, 99]),
    ],
)
def test_tax_is_a_line_of_its_own_where_it_comes_on_top(order, included, tax, amounts):
    order.tax_included, order.tax_total, order.state = included, tax, "OR"
    order.legal = {"tax_words": "incl. VAT" if included else "plus sales tax"}
    lines = session_params(order, "key", AT)["line_items"]
    assert [line["price_data"]["unit_amount"] for line in lines] == amounts
    assert [line["quantity"] for line in lines] == [1] * len(amounts)
    if len(amounts) == 2:
        assert lines[1]["price_data"]["product_data"]["name"] == "Sales tax (OR)"


@pytest.mark.parametrize(
    ("included", "words", "total"),
    [(True, "incl. Italian VAT", "The total is incl. Italian VAT."), (False, "plus sales tax", "The total is incl. sales tax.")],
)  # fmt: skip
def test_the_payment_page_says_which_tax_its_amounts_hold(order, included, words, total):
    order.tax_included, order.legal = included, {"tax_words": words}
    params = session_params(order, "key", AT)
    assert {line["price_data"]["product_data"]["description"] for line in params["line_items"][:1]} == {words}
    assert params["custom_text"]["submit"]["message"] == total


@pytest.mark.parametrize(("off", "coupons"), [(0, None), (1, [{"coupon": "attempt-key"}])])
def test_what_a_code_takes_off_is_one_coupon(order, off, coupons):
    order.discount_total = off
    params = session_params(order, "key", AT)
    assert params.get("discounts") == coupons
    assert params["adaptive_pricing"] == {"enabled": False}
    assert params["expires_at"] == int(AT.timestamp())


@pytest.mark.parametrize(("length", "kept"), [(34, 39), (35, 40), (36, 40)])
def test_a_coupon_is_of_exactly_what_the_code_takes_off_and_can_be_used_once(
    order, monkeypatch, length, kept
):
    order.code, order.discount_total = "C" * length, 120
    payment = an_attempt(order, session_id=None, params={"discounts": [{}]})
    payment.order = order
    asked = answers(monkeypatch, "create_coupon", StripeRefused("it is there", "resource_already_exists"))
    answers(monkeypatch, "create_session", {"id": "cs_2", "url": "https://example.org/pay"})
    assert ask_for_session(payment) == "https://example.org/pay"
    [(params, key)] = asked
    assert (params["amount_off"], params["currency"], params["max_redemptions"]) == (120, "gbp", 1)
    assert (len(params["name"]), key) == (kept, f"coupon-{payment.key}")


# --- what is stored -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "stored"), [("https://example.org/pay", "https://example.org/pay"), (None, "")]
)
def test_a_session_is_stored_with_its_address(order, monkeypatch, url, stored):
    payment = an_attempt(order, session_id=None)
    answers(monkeypatch, "create_session", {"id": "cs_2", "url": url})
    assert ask_for_session(payment) == stored
    assert (payment.session_id, payment.session_url) == ("cs_2", stored)


def test_a_session_that_was_stored_first_stays(order, monkeypatch):
    payment = an_attempt(order, session_url="https://example.org/first")
    answers(monkeypatch, "create_session", {"id": "cs_2", "url": "https://example.org/second"})
    assert ask_for_session(payment) == "https://example.org/first"


@pytest.mark.parametrize("call", ["create_session", "create_coupon"])
def test_a_payment_that_stripe_does_not_open_has_failed_and_the_timeline_says_why(order, monkeypatch, call):
    payment = an_attempt(order, session_id=None, params={"discounts": [{}]})
    answers(monkeypatch, "create_coupon", {})
    answers(monkeypatch, call, StripeRefused("n" * 400))
    with pytest.raises(StripeRefused):
        ask_for_session(payment)
    payment.refresh_from_db()
    assert payment.status == "failed"
    why = order.events.order_by("pk").last().why
    assert why.startswith("Stripe refused to open a payment: nnn")
    assert len(why) == 300


# --- how it is closed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["expired", "complete"])
def test_a_session_that_is_complete_is_what_closing_brings_to_light(order, monkeypatch, status):
    session = {"id": "cs_1", "status": status}
    answers(monkeypatch, "expire_session", session)
    assert closed_at_stripe(an_attempt(order)) == (session if status == "complete" else None, "")


@pytest.mark.parametrize(
    "answer", [{"id": "cs_1", "status": "open"}, StripeRefused("a card is being charged there")]
)
def test_a_session_that_stripe_leaves_open_is_not_taken_as_closed(order, monkeypatch, answer):
    answers(monkeypatch, "expire_session", answer)
    answers(monkeypatch, "retrieve_session", {"id": "cs_1", "status": "open"})
    with pytest.raises(StripeUnreachable, match="can still be paid"):
        closed_at_stripe(an_attempt(order))


def test_a_session_that_can_not_be_closed_is_asked_about(order, monkeypatch):
    answers(monkeypatch, "expire_session", StripeRefused("it is complete"))
    answers(monkeypatch, "retrieve_session", {"status": "complete"})
    assert closed_at_stripe(an_attempt(order)) == ({"status": "complete"}, "")


def test_a_session_that_stripe_does_not_know_can_not_be_paid_and_staff_read_so(order, monkeypatch):
    answers(monkeypatch, "expire_session", StripeRefused("no"))
    answers(monkeypatch, "retrieve_session", StripeRefused("gone", "resource_missing"))
    session, words = closed_at_stripe(an_attempt(order))
    assert session is None
    assert words.startswith("Stripe doesn’t know the payment cs_1")


def test_after_another_refusal_nothing_is_known(order, monkeypatch):
    answers(monkeypatch, "expire_session", StripeRefused("no"))
    answers(monkeypatch, "retrieve_session", StripeRefused("no"))
    with pytest.raises(StripeUnreachable):
        closed_at_stripe(an_attempt(order))


def test_a_session_whose_name_was_lost_is_asked_for_by_its_key_and_then_closed(order, monkeypatch):
    payment = an_attempt(order, session_id=None)
    answers(monkeypatch, "create_session", {"id": "cs_2", "url": ""})
    asked = answers(monkeypatch, "expire_session", {"status": "expired"})
    assert closed_at_stripe(payment) == (None, "")
    assert asked == [("cs_2",)]


def test_a_session_that_stripe_never_opened_needs_no_closing(order, monkeypatch):
    answers(monkeypatch, "create_session", StripeRefused("no"))
    assert closed_at_stripe(an_attempt(order, session_id=None)) == (None, "")


@pytest.mark.parametrize("mode", ["test", "live"])
def test_stripe_is_not_asked_about_a_payment_of_another_mode(order, monkeypatch, mode):
    asked = answers(monkeypatch, "expire_session", {"status": "complete"})
    payment = an_attempt(order)
    payment.mode = mode
    session, words = closed_at_stripe(payment)
    assert (session, asked) == (None, [])
    assert f"opened in {mode} mode, and this shop is in sandbox mode" in words
