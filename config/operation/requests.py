"""Each request's id, in every line of the log that it writes, and one line or figure about its answer."""

import contextvars
import logging
import re
import secrets
import time
from contextlib import contextmanager

from django.conf import settings

log = logging.getLogger("shop.requests")
current: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")  # what a proxy may send
ROUTE = "shop.route"  # in the WSGI environ: the pattern of the address, set once it is known
KEPT, UNKNOWN = "kept page", "no route"


def watched(application):
    """The WSGI application with an id for each request: the proxy's X-Request-ID if TRUST_PROXY, else one of our own.

    The answer carries it, so a shopper or a log of the proxy can name it. No address, query or cookie is written down,
    only the route: an address may hold an order's secret.
    """

    def watching(environ, start_response):
        with noted(environ) as tell:

            def started(status, headers, exc_info=None):
                return start_response(status, [*headers, tell(status)], *([exc_info] if exc_info else []))

            return application(environ, started)

    return watching


@contextmanager
def noted(environ):
    """Gives what notes how a request is answered, by its status, and returns the header that the answer carries."""
    began = time.perf_counter()
    request_id = _id_of(environ)
    token = current.set(request_id)

    def tell(status: str) -> tuple[str, str]:
        _tell(environ, status, time.perf_counter() - began)
        return "X-Request-ID", request_id

    try:
        yield tell
    finally:
        current.reset(token)


def _id_of(environ: dict) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if settings.TRUST_PROXY and GIVEN.fullmatch(given) else secrets.token_hex(8)


def _tell(environ: dict, status: str, seconds: float) -> None:
    counts, tells = bool(settings.METRICS_TOKEN), log.isEnabledFor(logging.INFO)
    if not counts and not tells:
        return
    route, method = environ.get(ROUTE, UNKNOWN), environ["REQUEST_METHOD"]
    if counts:
        from config.operation.metrics import count_answer  # after settings, which say where it counts

        count_answer(route, method, status[:3], seconds)
    if tells:
        milliseconds = round(seconds * 1000, 1)
        what = {"method": method, "route": route, "status": int(status[:3]), "milliseconds": milliseconds}
        log.info("%s %s %s in %s ms", method, route, status[:3], milliseconds, extra=what)
