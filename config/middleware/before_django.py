"""Kept pages, answered from the WSGI environ before Django makes a request of it.

The answer has the bytes and headers that PageCacheMiddleware would give. Whatever is not plain goes on to Django: odd
bytes, a query in another spelling than the page's own, sessions with more than a basket, pages that are not kept or
no longer true.
"""

import threading
from collections import OrderedDict

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.db.utils import DEFAULT_DB_ALIAS
from django.http import parse_cookie
from django.utils import timezone

from config.connections.together import Together, keeps_connections
from config.middleware.holes import NOBODY, Visitor
from config.middleware.kept import Answer, Kept, kept_pages
from config.middleware.page_cache import answered, is_harmless, is_true, key_of
from shop.basket.header import LINES, quantity_for_all, quantity_of
from shop.basket.session import CODE, ORDERED
from shop.basket.session import KEY as BASKET
from shop.content.models import VERSION_AND_SITE, begin_request, is_still_so
from shop.content.scopes import ANYTHING, SITE
from shop.content.sessions import KEY as SESSION_KEY
from shop.content.sessions import SessionStore, digest_of
from shop.content.short import ask, is_plain
from shop.web.answers import KEY as ANSWERS

QUIET = {BASKET, CODE, ORDERED, ANSWERS}  # in a session that a page neither changes nor asks who it is
SESSIONS = (  # of several, named by their keys
    "SELECT session_key::text, session_data, extract(epoch from expire_date)::text FROM django_session"
    " WHERE session_key = ANY(%s::text[])"
)


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
    header = environ.get("HTTP_COOKIE", "")
    cookies = parse_cookie(header) if header else {}
    session_key = cookies.get(settings.SESSION_COOKIE_NAME)
    if session_key is not None and not SESSION_KEY.fullmatch(session_key):
        return None
    session_name = digest_of(session_key) if session_key is not None else None
    database = connections[DEFAULT_DB_ALIAS]
    try:
        visitor = _visitor(database, page, path, cookies, session_name)
        return answered(Asked(environ), page, visitor) if visitor else None
    except DatabaseError:  # Django tries again, and says what is wrong
        return None
    finally:
        begin_request(None)
        if database.errors_occurred or database.close_at is not None:
            close_old_connections()


def _visitor(database, page: Kept, path: str, cookies: dict, session_name: str | None) -> Visitor | None:
    """For whom a page is filled that is still true. None where it isn't, or where Django has to ask who they are, or to
    write something down for them.
    """
    if is_plain(database) and keeps_connections(database):
        known = sessions.get(session_name) if session_name else None
        basket = known[1].get(BASKET) if known else None
        state, rows, found = questions.ask(session_name, str(basket) if basket else None)
        version, site = (int(state[0][1] or 0), int(state[0][2] or 0)) if state else (0, 0)
        begin_request({ANYTHING: version, SITE: site})
        if not _is_true(page, version):
            return None
        data = next((data for _, data, ends in rows if float(ends or 0) > timezone.now().timestamp()), None)
        lines = [(int(pack or 0), int(quantity or 0)) for _, pack, quantity in found]
    else:
        known, basket, lines = None, None, []
        begin_request({})
        if not is_true(page):
            return None
        data = _alone(session_name) if session_name else None
    if session_name is None:
        return Visitor(cookies) if cookies else NOBODY
    session = _session(session_name, data, known)
    if session is None or not is_harmless(session, path):
        return None
    is_read = basket is not None and session.get(BASKET) == basket

    def count(pk, region) -> int:
        return quantity_of(lines, region) if is_read else quantity_for_all(pk, region)

    return Visitor(cookies, session, count=count)


def _is_true(page: Kept, version: int) -> bool:
    """As `is_true`; the numbers of its scopes are read once for each version."""
    if page.ends <= timezone.now().timestamp():
        return False
    if page.true_at != version:
        if not is_still_so(page.shown):
            return False
        page.true_at = version
    return True


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


def _alone(session_name: str) -> str | None:
    """What is stored of a session that has not ended."""
    rows = ask(
        "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s",
        session_name,
        connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(timezone.now()),
    )
    return rows[0][0] if rows else None


def _session(name: str, data: str | None, known: tuple[str, dict] | None) -> dict | None:
    """What Django's session store would load; None where there is none, or where it holds more than is quiet."""
    if data is None:
        return None
    if known and known[0] == data:
        return known[1]
    session = SessionStore().decode(data)
    if not session or not QUIET.issuperset(session):
        return None
    sessions.put(name, (data, session))
    return session


class Sessions:
    """Quiet sessions as they were read last, by their names in the table, so that the same words are not read twice."""

    def __init__(self, most: int):
        self._most, self._lock = most, threading.Lock()
        self._sessions: OrderedDict[str, tuple[str, dict]] = OrderedDict()

    def get(self, key: str) -> tuple[str, dict] | None:
        return self._sessions.get(key)

    def put(self, key: str, known: tuple[str, dict]) -> None:
        with self._lock:
            self._sessions[key] = known
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)


sessions = Sessions(2000)
questions = Together(VERSION_AND_SITE, SESSIONS, LINES)
