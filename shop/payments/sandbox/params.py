"""Which parameters Stripe takes, read from the typed dictionaries of the installed SDK.

An upgrade that drops a parameter makes the sandbox refuse it, and a test turns red.
"""

import sys
import types
import typing
from functools import cache
from typing import NotRequired, Required

from stripe.params import (
    BalanceTransactionListParams,
    CouponCreateParams,
    EventListParams,
    RefundCreateParams,
)
from stripe.params.checkout import SessionCreateParams
from typing_extensions import is_typeddict

OPTIONS = {
    "api_key",
    "idempotency_key",
    "stripe_account",
    "stripe_context",
    "stripe_version",
    "max_network_retries",
    "headers",
    "content_type",
}
CREATE_SESSION = SessionCreateParams
CREATE_REFUND = RefundCreateParams
CREATE_COUPON = CouponCreateParams
LIST_EVENTS = EventListParams
LIST_BALANCE = BalanceTransactionListParams


class UnknownParameter(Exception):
    pass


@cache
def fields(typed_dict) -> dict[str, object]:
    """Parameter name → type, without the request options that are no parameters."""
    found = {}
    for cls in reversed(typed_dict.__mro__ if hasattr(typed_dict, "__mro__") else [typed_dict]):
        for name, hint in getattr(cls, "__annotations__", {}).items():
            found[name] = (hint, sys.modules[typed_dict.__module__])
    return {name: _resolve(hint, module) for name, (hint, module) in found.items() if name not in OPTIONS}


def _resolve(hint, module):
    names = {**vars(typing), **vars(module), "StripeContext": object}
    if isinstance(hint, typing.ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        hint = eval(hint, names)  # noqa: S307 - the SDK's own annotations
    return hint


def nested(hint, module) -> tuple[object | None, bool]:
    """(the typed dictionary inside a hint, whether it is a list of them); (None, False) for plain values."""
    hint = _resolve(hint, module)
    origin = typing.get_origin(hint)
    if origin in {NotRequired, Required}:
        return nested(typing.get_args(hint)[0], module)
    if is_typeddict(hint):
        return hint, False
    if origin is list:
        return nested(typing.get_args(hint)[0], module)[0], True
    if origin in {typing.Union, types.UnionType}:
        for part in typing.get_args(hint):
            inner = nested(part, module)
            if inner[0] is not None:
                return inner
    return None, False


def check(params: dict, typed_dict, path: str = "") -> None:
    """Raises UnknownParameter, in Stripe's words, for a name that the SDK does not know, at any depth."""
    known = fields(typed_dict)
    module = sys.modules[typed_dict.__module__]
    for name, value in params.items():
        here = f"{path}[{name}]" if path else name
        if name not in known:
            raise UnknownParameter(f"Received unknown parameter: {here}")
        inner, is_list = nested(known[name], module)
        if inner is None:
            continue
        for part in value if is_list else [value]:
            if isinstance(part, dict):
                check(part, inner, here)
