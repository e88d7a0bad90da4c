"""The only module that asks Stripe. Everything that comes out of here is a plain dict; every failure is one of two errors."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NoReturn

import stripe
from django.conf import settings

from shop.payments import patience
from shop.sweeps.alone import Silence
from shop.text.characters import clean_data

LINES = 16  # threads that may talk to Stripe in a process, those included that nobody waits for any more


class StripeUnreachable(Silence):
    """Stripe did not answer in time, or not sensibly, or doesn't take our key, or too many wait for it already.

    Nothing is known; ask again with the same key.
    """


class StripeRefused(Exception):
    """Stripe answered no. `code` is Stripe's own, such as resource_missing."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @property
    def is_unknown(self) -> bool:
        """Whether Stripe says that there is no such thing: it is of another account or mode, or deleted test data."""
        return self.code == "resource_missing"


class BadSignature(Exception):
    """A webhook body that Stripe did not sign, or signed too long ago."""


class StripeHTTPClient(stripe.RequestsClient):
    """Gives an answer within the time that there is, or none.

    The time-outs of a socket begin anew with each byte, and looking a name up has none: so the answer is awaited in
    another thread, and left alone once the time is over.
    """

    def __init__(self) -> None:
        super().__init__(timeout=patience.AT_LEISURE)
        self._lines = ThreadPoolExecutor(LINES, thread_name_prefix="stripe")

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **kwargs: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        asked = self._lines.submit(super().request, method, url, headers, post_data)
        try:
            return asked.result(timeout=patience.seconds())
        except TimeoutError:
            asked.cancel()
            raise stripe.APIConnectionError("Stripe did not answer in time.", should_retry=True) from None


def client() -> stripe.StripeClient:
    """Tries again in the worker alone."""
    return _client(patience.RETRIES_AT_LEISURE if patience.is_at_leisure() else 0)


@cache
def _client(retries: int) -> stripe.StripeClient:
    if settings.PAYMENT_MODE == "sandbox":
        from shop.payments.sandbox.http import SECRET_KEY, SandboxHTTPClient

        return stripe.StripeClient(SECRET_KEY, http_client=SandboxHTTPClient(), max_network_retries=0)
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY, http_client=_http_client(), max_network_retries=retries
    )


@cache
def _http_client() -> StripeHTTPClient:
    return StripeHTTPClient()


def webhook_secret() -> str:
    if settings.PAYMENT_MODE == "sandbox":
        from shop.payments.sandbox.events import webhook_secret

        return webhook_secret()
    secret: str = settings.STRIPE_WEBHOOK_SECRET
    return secret


def _ask(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict:
    try:
        with patience.place():
            answer: dict = clean_data(call(*args, **kwargs).to_dict())
            return answer
    except (
        patience.NoPatience,
        stripe.APIConnectionError,
        stripe.RateLimitError,
        stripe.AuthenticationError,
        stripe.PermissionError,
    ) as error:
        raise StripeUnreachable(str(error)) from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status >= 500 or error.http_status == 409:
            raise StripeUnreachable(str(error)) from error
        raise StripeRefused(error.user_message or str(error), error.code or "") from error


def create_session(params: dict, key: str) -> dict:
    return _ask(client().v1.checkout.sessions.create, params, {"idempotency_key": key})


def retrieve_session(session_id: str) -> dict:
    return _ask(client().v1.checkout.sessions.retrieve, session_id)


def expire_session(session_id: str) -> dict:
    return _ask(client().v1.checkout.sessions.expire, session_id)


def create_refund(params: dict, key: str) -> dict:
    return _ask(client().v1.refunds.create, params, {"idempotency_key": key})


def create_coupon(params: dict, key: str) -> dict:
    return _ask(client().v1.coupons.create, params, {"idempotency_key": key})


def retrieve_intent(intent_id: str) -> dict:
    return _ask(client().v1.payment_intents.retrieve, intent_id)


def list_events(params: dict) -> dict:
    """One page of Stripe's events, newest first: {"data": [...], "has_more": …}."""
    return _ask(client().v1.events.list, params)


def list_balance(params: dict) -> dict:
    """One page of Stripe's balance transactions, newest first."""
    return _ask(client().v1.balance_transactions.list, params)


def verified_event(payload: bytes, signature: str) -> dict:
    """The event in a webhook body, with an id and a type; all else in it may be anything.

    Raises BadSignature for what Stripe did not sign, or what is no event.
    """
    try:
        text = payload.decode("utf-8")
        stripe.WebhookSignature.verify_header(
            text, signature, webhook_secret(), stripe.Webhook.DEFAULT_TOLERANCE
        )
        event: dict = clean_data(json.loads(text, parse_constant=_no_number))
    except (stripe.SignatureVerificationError, ValueError, TypeError, RecursionError) as error:
        raise BadSignature(str(error)) from error
    if not is_event(event):
        raise BadSignature("The body is signed, but it is no event.")
    return event


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


def is_event(event: Any) -> bool:
    """Whether it has what names an event."""
    return isinstance(event, dict) and all(
        isinstance(event.get(name), str) and event[name] for name in ("id", "type")
    )
