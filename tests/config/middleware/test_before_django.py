"""What is answered before Django is what Django would have answered, and what is not plain goes to Django."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from config import wsgi
from config.middleware.kept import kept_pages
from shop.content.sessions import digest_of
from tests.conftest import a_shopper
from tests.support.factories import set_price, set_stock
from tests.support.visitors import MORE_PAGES, PAGES, VISITORS, with_basket, with_cookies
from tests.support.wsgi import asked, both_ways, environ, is_direct

pytestmark = pytest.mark.django_db
QUIET = ["who has chosen nothing", "who reads at night", "who reads by day", "who chose this region", "who chose another region", "with a basket", "who has ordered"]  # fmt: skip
OTHERS = [name for name in VISITORS if name not in QUIET]
LIST = "/uk/shop/"


@pytest.fixture(autouse=True)
def connection_that_stays(monkeypatch):
    """A server ends what a request has used; the rows of a test stand in the one transaction of its connection."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.mark.slow
@pytest.mark.parametrize("visitor", QUIET)
def test_both_ways_give_the_same(visitor):
    client = VISITORS[visitor]()
    pages = [
        page
        for page in [*PAGES, *MORE_PAGES]
        if page not in {"/uk/shop/not-there/", "/uk/articles/?sort=title&fbclid=1"}
    ]
    for page in pages:
        plain = environ(page, client)
        asked(plain)
        _, headers, _, _ = both_ways(plain)
        zipped = {**plain, "HTTP_ACCEPT_ENCODING": "gzip, br"}
        both_ways(zipped)
        both_ways({**zipped, "REQUEST_METHOD": "HEAD", "HTTP_USER_AGENT": "curl/8"})
        both_ways({**zipped, "HTTP_USER_AGENT": "Googlebot/2.1", "HTTP_SEC_PURPOSE": "prefetch"})
        tag = dict(headers)["ETag"]
        status, _, body, _ = both_ways({**plain, "HTTP_IF_NONE_MATCH": f'W/"x", {tag}'})
        assert (status, body) == ("304 Not Modified", b"")


@pytest.mark.parametrize(
    "changed",
    [
        {"CDN_SECONDS": 60},
        {"STAGING": True},
        {"SECURE_HSTS_SECONDS": 99, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
    ],
)
def test_both_ways_follow_the_settings(changed, settings, monkeypatch):
    for name, value in changed.items():
        setattr(settings, name, value)
    fresh = type(wsgi.django_application)()  # middleware reads settings once
    monkeypatch.setattr(wsgi, "django_application", fresh)
    for proto in ("http", "https", "https, http", "x"):
        given = environ(LIST, HTTP_X_FORWARDED_PROTO=proto)
        asked(given)
        _, headers, _, _ = both_ways(given)
        assert ("Strict-Transport-Security" in dict(headers)) is (
            proto.startswith("https") and "SECURE_HSTS_SECONDS" in changed
        )


@pytest.mark.parametrize("visitor", OTHERS)
def test_whom_django_has_to_ask_is_left_to_it(visitor):
    asked(environ(LIST))
    given = environ(LIST, VISITORS[visitor]())
    assert not is_direct(given)
    assert asked(given)[0] == "200 OK"


@pytest.mark.parametrize(
    "odd",
    [
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"PATH_INFO": "/uk/shop"},
        {"PATH_INFO": "/UK/shop/"},
        {"PATH_INFO": "/uk/shop/\x01"},
        {"PATH_INFO": "/uk/sh\xc3\xb6p/"},
        {"QUERY_STRING": "fbclid=1"},
        {"QUERY_STRING": "sort=%00"},
        {"QUERY_STRING": "source=1:forged"},
        {"QUERY_STRING": "&"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HOST": "127.0.0.1:81"},
        {"HTTP_COOKIE": 'theme="night.large"'},
        {"HTTP_COOKIE": "theme=night\xff"},
        {"HTTP_COOKIE": "sessionid=gone"},
        {"HTTP_COOKIE": "sessionid="},
        {"wsgi.url_scheme": "https"},
        {"SCRIPT_NAME": "/below"},
        {"CONTENT_LENGTH": "5"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_what_is_not_plain_goes_to_django(odd):
    asked(environ(LIST))
    assert is_direct(environ(LIST))
    given = {**environ(LIST), **odd}
    assert not is_direct(given)


def test_the_same_request_without_a_host_or_during_maintenance_goes_to_django(settings):
    given = environ(LIST)
    asked(given)
    assert not is_direct({name: value for name, value in given.items() if name != "HTTP_HOST"})
    settings.MAINTENANCE = True
    assert asked(given)[0].startswith("503")


def test_a_change_shows_on_the_very_next_request():
    given = environ(LIST)
    assert b"\xc2\xa37.77" not in asked(given)[2]
    assert is_direct(given)
    set_price("CIT-CAP-90", "uk", 777)
    assert not is_direct(given)
    assert b"\xc2\xa37.77" in asked(given)[2]


def test_an_entry_ends_by_the_clock(monkeypatch):
    given = environ(LIST)
    asked(given)
    assert is_direct(given)
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert not is_direct(given)


def test_a_session_that_has_ended_is_nobodys():
    client = with_basket(a_shopper())
    asked(environ(LIST))
    assert is_direct(environ(LIST, client))
    Session.objects.filter(pk=digest_of(client.cookies[settings.SESSION_COOKIE_NAME].value)).update(
        expire_date=timezone.now()
    )
    assert not is_direct(environ(LIST, client))


@pytest.mark.slow
def test_the_count_follows_basket_and_stock():
    client = with_cookies(with_basket(a_shopper()), region="uk")
    asked(environ(LIST))

    def number():
        _, _, body, _ = both_ways(environ(LIST, client))
        return int(body.split(b"with </span>")[1].split(b"<")[0])

    assert number() == 4
    client.post("/uk/basket/add/", {"variant": "CIT-CAP-90", "quantity": "3"})
    client.get(LIST)  # takes the message
    assert number() == 7
    set_stock("CIT-CAP-90", "uk", 0)
    asked(environ(LIST))
    assert number() == 2
    asked(environ("/us/shop/"))
    assert b'class="count"' in both_ways(environ("/us/shop/", client))[2]


def test_a_database_that_is_away_is_left_to_django(monkeypatch):
    from django.db import OperationalError

    def away(*scopes):
        raise OperationalError("gone")

    asked(environ(LIST))
    monkeypatch.setattr("shop.content.models.numbers_of", away)
    assert not is_direct(environ(LIST))
    assert kept_pages.get(f"http://127.0.0.1{LIST}?") is not None
