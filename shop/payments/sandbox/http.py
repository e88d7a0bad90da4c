"""The double's end of the wire: takes what the real SDK sends, and answers as Stripe does."""

import hashlib
import json
import re
import time
from urllib.parse import parse_qsl, urlsplit

import stripe
from django.db import IntegrityError, transaction

from shop.payments.patience import seconds
from shop.payments.sandbox.events import API_VERSION
from shop.payments.sandbox.models import SandboxIdempotency, SandboxSwitches
from shop.payments.sandbox.stripe import answers, balance, coupons, events, intents, refunds, sessions

SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - opens nothing


class SandboxHTTPClient(stripe.HTTPClient):
    name = "sandbox"

    def request(self, method, url, headers, post_data=None, **kwargs):
        within, switches = seconds(), SandboxSwitches.current()
        if switches.silent:
            raise _no_answer(within)
        parts = urlsplit(url)
        status, body = answer(method.upper(), parts.path, dict(headers or {}), post_data or parts.query)
        if switches.slow_seconds >= within:
            raise _no_answer(within)
        time.sleep(switches.slow_seconds)
        return (
            json.dumps(body),
            status,
            {"Request-Id": answers.new_id("req"), "Stripe-Version": API_VERSION},
        )

    def close(self):
        pass


def _no_answer(within: float) -> stripe.APIConnectionError:
    time.sleep(within)
    return stripe.APIConnectionError("The sandbox does not answer in time (simulated).", should_retry=True)


def answer(method: str, path: str, headers: dict, post_data: str) -> tuple[int, dict]:
    headers = {name.lower(): value for name, value in headers.items()}
    if SandboxSwitches.current().unreachable:
        return 500, _error("The sandbox is switched off (simulated outage).", type="api_error")
    if headers.get("authorization") != f"Bearer {SECRET_KEY}":
        return 401, _error("Invalid API key provided.")
    if headers.get("stripe-version") != API_VERSION:
        return 400, _error(f"This sandbox speaks API version {API_VERSION}.")
    key = headers.get("idempotency-key", "")
    try:
        if method == "POST" and key:
            return _once(key, path, post_data)
        return 200, _route(method, path, decoded(post_data))
    except answers.Refused as error:
        return error.status, _error(str(error), code=error.code, param=error.param)


def _once(key, path, post_data):
    """Idempotent replay: the first answer to a key is stored; another body under the same key is an error."""
    fingerprint = hashlib.sha256(f"{path}\n{post_data}".encode()).hexdigest()
    try:
        with transaction.atomic():
            row = SandboxIdempotency.objects.create(key=key, fingerprint=fingerprint)
            row.status, body = 200, _route("POST", path, decoded(post_data))
            row.body = json.dumps(body)
            row.save()
            return 200, body
    except IntegrityError:
        row = SandboxIdempotency.objects.get(key=key)
    if row.fingerprint != fingerprint:
        return 400, _error(
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
            type="idempotency_error",
        )
    return row.status, json.loads(row.body)


def _route(method: str, path: str, params: dict) -> dict:
    if (method, path) == ("POST", "/v1/checkout/sessions"):
        return sessions.create_session(params)
    if found := re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path):
        session_id, expire = found.groups()
        if method == "POST" and expire:
            return sessions.expire_session(session_id)
        if method == "GET" and not expire:
            return sessions.session_object(sessions.get_session(session_id))
    if (method, path) == ("POST", "/v1/coupons"):
        return coupons.create_coupon(params)
    if method == "GET" and (found := re.fullmatch(r"/v1/payment_intents/(\w+)", path)):
        return intents.get_intent(found.group(1))
    if (method, path) == ("GET", "/v1/events"):
        return events.list_events(params)
    if (method, path) == ("GET", "/v1/balance_transactions"):
        return balance.list_balance(params)
    if (method, path) == ("POST", "/v1/refunds"):
        return refunds.create_refund(params)
    raise answers.Refused(f"Unrecognized request URL ({method}: {path}).", status=404, code="url_invalid")


def _error(message, *, type="invalid_request_error", code=None, param=None) -> dict:
    return {"error": {"type": type, "message": message, "code": code, "param": param}}


def decoded(post_data: str) -> dict:
    """Stripe's form encoding back into dicts and lists: a[0][b]=1 → {"a": [{"b": "1"}]}."""
    tree: dict = {}
    for name, value in parse_qsl(post_data, keep_blank_values=True):
        keys = [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        here = tree
        for key in keys[:-1]:
            here = here.setdefault(key, {})
        here[keys[-1]] = value
    return _lists(tree)


def _lists(node):
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}
