"""Slow down those who try too often: a count on the shared cache that runs out by itself. A cache that is away lets pass."""

import logging

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)


def address_of(request) -> str:
    """Where a request comes from, as the server sees it; behind a proxy of ours, as that proxy says (its last word)."""
    if settings.TRUST_PROXY:
        told = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if told:
            return told[:64]
    return request.META.get("REMOTE_ADDR", "")


def too_often(name: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more try of `who` at `name`; whether it was more than `most` since the first of the last `seconds`."""
    key = f"throttle:{name}:{who}"
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key) > most
    except ValueError:  # it ran out in between
        return False
    except Exception as error:
        log.warning("The cache does not answer, so nobody is slowed down: %s", error)
        return False
