"""How long somebody waits for Stripe, and how many threads may do so at once.

A web thread that waits serves nobody meanwhile. So a request waits some seconds at most, for all that it asks, and in
each process a few threads at most wait side by side; whoever comes on top is answered at once. The worker, for whom
nobody waits, has longer and tries again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

IN_A_CALL = 4.0  # seconds; longer than Stripe takes on a good day, less than people wait
IN_A_REQUEST = 6.0  # seconds, for all calls of one request together
AT_ONCE = 3  # threads of a process; `make run` has eight
ROOM_WITHIN = 0.3  # seconds that a thread waits for one of those to be done
AT_LEISURE = 10.0  # seconds for a call of the worker's
RETRIES_AT_LEISURE = 2

_is_at_leisure: ContextVar[bool] = ContextVar("is_at_leisure", default=False)
_left: ContextVar[float | None] = ContextVar("left", default=None)
_places = threading.BoundedSemaphore(AT_ONCE)
F = TypeVar("F", bound=Callable[..., Any])


class NoPatience(Exception):
    """Stripe was not asked: this request has waited long enough, or too many threads wait already."""


def at_leisure(sweep: F) -> F:
    """For what the worker does: it may take its time at Stripe, and tries again."""

    @wraps(sweep)
    def unhurried(*args: Any, **kwargs: Any) -> Any:
        token = _is_at_leisure.set(True)
        try:
            return sweep(*args, **kwargs)
        finally:
            _is_at_leisure.reset(token)

    return unhurried  # type: ignore[return-value]


def is_at_leisure() -> bool:
    return _is_at_leisure.get()


def begin_request(**kwargs: Any) -> None:
    """What was waited before counts no more: another visitor is served."""
    _left.set(IN_A_REQUEST)


def end_request(**kwargs: Any) -> None:
    _left.set(None)


def seconds() -> float:
    """How long the next answer of Stripe may take."""
    if is_at_leisure():
        return AT_LEISURE
    left = _left.get()
    return IN_A_CALL if left is None else max(min(IN_A_CALL, left), 0.0)


@contextmanager
def place() -> Iterator[None]:
    """A place among those who wait for Stripe. Raises NoPatience where there is none, or no time left."""
    if is_at_leisure():
        yield
        return
    if not seconds():
        raise NoPatience("This request has waited for Stripe long enough.")
    if not _places.acquire(timeout=ROOM_WITHIN):
        raise NoPatience("As many as may wait for Stripe at once do so already.")
    began = time.monotonic()
    try:
        yield
    finally:
        _places.release()
        left = _left.get()
        if left is not None:
            _left.set(left - (time.monotonic() - began))
