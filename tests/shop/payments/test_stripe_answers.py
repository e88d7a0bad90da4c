"""Which of Stripe's errors mean “no” and which mean “nobody knows”: only a no may end an order or a refund."""

import pytest
import stripe
from django.utils import timezone

from shop.payments import stripe_api
from shop.payments.left import paid_by
from shop.payments.reconcile import send_refunds
from shop.payments.refund import want_refund
from shop.payments.stripe_api import BadSignature, StripeRefused, StripeUnreachable
from tests.support.orders import paid

UNKNOWN, NO = StripeUnreachable, StripeRefused


def failing(error):
    def call(*args, **kwargs):
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "means"),
    [
        (stripe.APIConnectionError("line is down"), UNKNOWN),
        (stripe.RateLimitError("slower", http_status=429), UNKNOWN),
        (stripe.AuthenticationError("key", http_status=401), UNKNOWN),
        (stripe.PermissionError("key", http_status=403), UNKNOWN),
        (stripe.APIError("no status"), UNKNOWN),
        (stripe.APIError("bad gateway", http_status=502), UNKNOWN),
        (stripe.APIError("server", http_status=500), UNKNOWN),
        (stripe.APIError("almost", http_status=499), NO),
        (stripe.IdempotencyError("in use", http_status=408), NO),
        (stripe.IdempotencyError("the same key is at work just now", http_status=409), UNKNOWN),
        (stripe.InvalidRequestError("lock", "x", http_status=409, code="lock_timeout"), UNKNOWN),
        (stripe.IdempotencyError("other parameters", http_status=410), NO),
        (stripe.InvalidRequestError("no such", "id", http_status=404, code="resource_missing"), NO),
        (stripe.CardError("declined", "x", "card_declined", http_status=402), NO),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'http_status', '')}".strip(),
)
def test_what_an_error_of_stripes_means(error, means):
    with pytest.raises(means) as raised:
        stripe_api._ask(failing(error))
    if means is NO:
        assert raised.value.is_unknown is (error.code == "resource_missing")


@pytest.mark.slow
@pytest.mark.django_db
def test_a_refund_whose_key_is_at_work_just_now_is_asked_again_and_not_given_up(monkeypatch):
    refund = want_refund(paid_by(paid()), 300, cause="goodwill", by="mia")
    error = stripe.IdempotencyError("the same key is at work just now", http_status=409)
    with monkeypatch.context() as patched:
        patched.setattr(stripe.RefundService, "create", failing(error))
        assert send_refunds() == 0
    refund.refresh_from_db()
    assert refund.status == "wanted"
    assert send_refunds(refund.look_at) == 1


@pytest.mark.parametrize(("seconds", "believed"), [(0, True), (299, True), (301, False), (3600, False)])
def test_a_signature_counts_for_five_minutes(seconds, believed):
    import hashlib
    import hmac
    import json

    body = json.dumps({"id": "evt_1", "type": "x"})
    at = int(timezone.now().timestamp()) - seconds
    made = hmac.new(stripe_api.webhook_secret().encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    header = f"t={at},v1={made}"
    if believed:
        assert stripe_api.verified_event(body.encode(), header)["id"] == "evt_1"
        return
    with pytest.raises(BadSignature):
        stripe_api.verified_event(body.encode(), header)


@pytest.mark.parametrize(
    ("event", "is_one"),
    [({"id": "e", "type": "t"}, True), ({"id": "", "type": "t"}, False), ({"id": "e", "type": ""}, False),
     ({"id": 1, "type": "t"}, False), ({"id": "e"}, False), ([], False), (None, False)],
)  # fmt: skip
def test_what_names_an_event(event, is_one):
    assert stripe_api.is_event(event) is is_one


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_signed_body_with_a_number_that_json_has_not_is_no_event(monkeypatch, number):
    monkeypatch.setattr(stripe.WebhookSignature, "verify_header", lambda *args: True)
    body = '{"id": "evt_1", "type": "charge.updated", "data": %s}'
    assert stripe_api.verified_event((body % "{}").encode(), "")["id"] == "evt_1"
    with pytest.raises(BadSignature):
        stripe_api.verified_event((body % number).encode(), "")


@pytest.mark.parametrize("mode", ["test", "live"])
@pytest.mark.parametrize("retries", [0, 2])
def test_stripe_is_asked_with_our_key_for_some_seconds_and_again_in_the_worker(settings, mode, retries):
    settings.PAYMENT_MODE, settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = (
        mode,
        "sk_ours",
        "whsec_ours",
    )
    asked = stripe_api._client.__wrapped__(retries)._requestor
    assert (asked._options.api_key, asked._client._timeout, asked._options.max_network_retries) == (
        "sk_ours",
        10,
        retries,
    )
    assert stripe_api.webhook_secret() == "whsec_ours"


def test_the_sandbox_is_asked_once():
    assert stripe_api._client.__wrapped__(2)._requestor._options.max_network_retries == 0


def test_a_refusal_says_what_stripe_said():
    error = StripeRefused("No such refund.", "resource_missing")
    assert (str(error), error.code) == ("No such refund.", "resource_missing")
