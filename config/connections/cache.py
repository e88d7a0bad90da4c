"""The cache that machines share: Redis, which may be away at any moment without anybody but the operator noticing.

Whatever is in it can be had again, so one that does not answer is as good as an empty one. It is then left alone for a
few seconds: nobody waits for it at each page. `/readyz` says that it is late.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
PATIENCE = 0.5  # seconds for an answer, once: a page must not wait for several tries
LEFT_ALONE = 5.0  # seconds
_away_until: dict[str, float] = {}  # by server, for all threads: Django makes a client for each


class ForgivingClient(RedisCacheClient):
    """As Django's; each call answers as an empty cache would while Redis is away."""

    def __init__(self, servers, **options):
        patience: dict[str, Any] = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(servers, **patience, **options)
        self.server = servers[0]

    def _ask(self, call: Callable, *args: Any, empty: Any = None) -> Any:
        if time.monotonic() < _away_until.get(self.server, 0.0):
            return empty
        try:
            return call(*args)
        except (RedisError, OSError) as error:
            _away_until[self.server] = time.monotonic() + LEFT_ALONE
            log.warning("The cache does not answer, so nothing is kept in it for %s s: %s", LEFT_ALONE, error)
        return empty

    def get(self, key, default):
        try:
            return self._ask(super().get, key, default, empty=default)
        except Exception as error:  # what another release put there may not be readable here
            log.warning("What the cache holds can't be read: %s", type(error).__name__)
            return default

    def get_many(self, keys):
        found = {key: self.get(key, None) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def set(self, key, value, timeout):
        self._ask(super().set, key, value, timeout)

    def set_many(self, data, timeout):
        self._ask(super().set_many, data, timeout)

    def add(self, key, value, timeout):
        return self._ask(super().add, key, value, timeout, empty=False)

    def touch(self, key, timeout):
        return self._ask(super().touch, key, timeout, empty=False)

    def delete(self, key):
        return self._ask(super().delete, key, empty=False)

    def delete_many(self, keys):
        self._ask(super().delete_many, keys)

    def has_key(self, key):
        return self._ask(super().has_key, key, empty=False)

    def incr(self, key, delta):
        """Raises ValueError where the key is not there, as Django's cache does."""
        counted = self._ask(super().incr, key, delta)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return counted

    def clear(self):
        return self._ask(super().clear, empty=False)


class ForgivingRedis(RedisCache):
    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = ForgivingClient
