"""Kept pages, answered from the WSGI environ before Django makes a request of it.

The answer has the bytes and headers that PageCacheMiddleware would give. Whatever is not plain goes on to Django: odd
bytes, a query in another spelling than the page's own, sessions with more than a basket, pages that are not kept or
no longer true.
"""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections, connection
from django.http import parse_cookie
from django.utils import timezone

from config.middleware.holes import NOBODY, Visitor
from config.middleware.kept import Answer, kept_pages
from config.middleware.page_cache import answered, is_harmless, is_true, key_of
from shop.basket.header import quantity_for_all
from shop.basket.session import KEY as BASKET
from shop.basket.session import ORDERED
from shop.content.models import begin_request
from shop.content.short import ask
from shop.web.answers import KEY as ANSWERS

QUIET = {BASKET, ORDERED, ANSWERS}  # in a session that a page neither changes nor asks who it is


class Headers:
    """Those of a request, by their names."""

    def __init__(self, environ: dict):
        self.environ = environ

    def get(self, name: str, default: str = "") -> str:
        return self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", default)


class Asked:
    """What an answer depends on besides its address and visitor; as of Django's request."""

    def __init__(self, environ: dict):
        self.method, self.headers = environ["REQUEST_METHOD"], Headers(environ)


def answer_of(environ: dict) -> Answer | None:
    """None where Django has to answer."""
    if not _is_plain(environ):
        return None
    path = environ["PATH_INFO"]
    page = kept_pages.get(
        key_of(_scheme(environ), environ["HTTP_HOST"], path, environ.get("QUERY_STRING", ""))
    )
    if page is None:
        return None
    try:
        begin_request({})
        visitor = _visitor(environ.get("HTTP_COOKIE", ""), path) if is_true(page) else None
        return answered(Asked(environ), page, visitor) if visitor else None
    except DatabaseError:  # Django tries again, and says what is wrong
        return None
    finally:
        begin_request(None)
        if connection.errors_occurred or connection.close_at is not None:
            close_old_connections()


def _is_plain(environ: dict) -> bool:
    cookies = environ.get("HTTP_COOKIE", "")
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and not settings.MAINTENANCE
        and "HTTP_HOST" in environ
        and environ.get("PATH_INFO", "").isascii()
        and environ.get("CONTENT_LENGTH", "") in {"", "0"}
        and not any(environ.get(name) for name in ("SCRIPT_NAME", "SCRIPT_URL", "REDIRECT_URL", "HTTP_TRANSFER_ENCODING"))
        and (not cookies or (cookies.isascii() and cookies.isprintable() and '"' not in cookies))
    )  # fmt: skip


def _scheme(environ: dict) -> str:
    """As HttpRequest.scheme."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if name in environ:
            return "https" if environ[name].split(",", 1)[0].strip() == secure else "http"
    return environ["wsgi.url_scheme"]


def _visitor(header: str, path: str) -> Visitor | None:
    """None for those whom Django has to ask who they are, or to write something down for."""
    if not header:
        return NOBODY
    cookies = parse_cookie(header)
    if settings.SESSION_COOKIE_NAME not in cookies:
        return Visitor(cookies)
    session = _session(cookies[settings.SESSION_COOKIE_NAME])
    if not session or not QUIET.issuperset(session) or not is_harmless(session, path):
        return None
    return Visitor(cookies, session, count=quantity_for_all)


def _session(key: str) -> dict:
    """What Django's session store would load; empty where there is none."""
    rows = ask(
        "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
        key,
        connection.ops.adapt_datetimefield_value(timezone.now()),
    )
    return SessionStore().decode(rows[0][0]) if rows else {}
