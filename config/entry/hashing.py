"""Passwords are hashed beside the shop, never before it.

A hash costs a third of a second of a processor, on purpose. All hashes of a process are made in one thread of
a lower priority, so that whoever guesses passwords takes the time of shoppers last. Not at the lowest: on a machine with
much else to do nobody would get in.
"""

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

BELOW = 5  # so much less than this process, and still served on a machine that has much else to do
LOWEST = 19
AT_ONCE = 2  # of all who sign in from where nobody did before; they wait in threads that shoppers could have
_strangers, _known = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(1)
_lock = threading.Lock()
_made: dict[int, ThreadPoolExecutor] = {}  # by process: a thread does not live through a fork


def _step_back() -> None:
    with contextlib.suppress(
        AttributeError, OSError
    ):  # where priorities are for whole processes, or not ours to set
        own = os.getpriority(os.PRIO_PROCESS, os.getpid())
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(own + BELOW, LOWEST))


def _thread() -> ThreadPoolExecutor:
    with _lock:
        pid = os.getpid()
        if pid not in _made:
            _made[pid] = ThreadPoolExecutor(1, "hashing", _step_back)
        return _made[pid]


class BesideTheShop(PBKDF2PasswordHasher):
    """Django's own hashes, which stay valid; only where they are made differs."""

    def encode(self, password, salt, iterations=None):
        return _thread().submit(super().encode, password, salt, iterations).result()


@contextmanager
def a_place(*, is_known: bool):
    """Whether there is room for one more sign-in now. Known devices have a place that strangers can't take."""
    places = _known if is_known else _strangers
    has_one = places.acquire(blocking=False) or (is_known and places.acquire(timeout=5))
    try:
        yield has_one
    finally:
        if has_one:
            places.release()
