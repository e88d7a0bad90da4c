"""Whatever a request holds, it is answered: no address of the site breaks at hostile queries, forms or headers."""

import io
import re
from itertools import cycle
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.signals import request_started
from django.db import close_old_connections
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from articles.models import Article, Author, PreviewLink, Topic
from config import wsgi
from config.newsletter.models import Subscriber
from shop.alerts.models import StockAlert
from tests.support.factories import an_order_at_stripe, region, variant
from tests.support.public import known_keys
from tests.support.rows import fill
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

VALUES = ["²", "٣", "-1", "1" * 40, "99999999999999999999", "2026-0199999", "9999-12-31", "0001-01-01", "1e999",
          "NaN", "-", "--", "2026-", "'\"<>%;", "../../etc", "%zz", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
          "\u202e\ufeff", "\0", "a" * 5000, "0", "١-٢", "2026-13-45", "24:61", "[]", "{}", "None", "🧲"]  # fmt: skip
HEADERS = [
    {"CONTENT_TYPE": "x/y; charset=hex"},
    {"CONTENT_TYPE": "text/html; charset=undefined"},
    {"CONTENT_TYPE": "x/y; charset=unicode_escape"},
    {"CONTENT_TYPE": "a; charset=\u20ac"},
    {"CONTENT_TYPE": "multipart/form-data"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=\u00e9; charset=rot13"},
    {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=base64"},
    {"CONTENT_LENGTH": "²"},
    {"CONTENT_LENGTH": "-5"},
    {"HTTP_ACCEPT_LANGUAGE": "en;q=²," * 400},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 9000},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=\u00b2"},
    {"HTTP_RANGE": "bytes=²-٣"},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 01 Jan 99999 00:00:00 GMT"},
    {"HTTP_IF_MODIFIED_SINCE": "Sun, 06-Nov-94 99:99:99 GMT"},
    {"HTTP_IF_NONE_MATCH": '"' + "\u00ff" * 300},
    {"HTTP_COOKIE": "sessionid=\u00ff\u00fe; region=\u00b2; reading=\u0000; messages=x; csrftoken=\u00e9"},
    {"HTTP_COOKIE": "sessionid=" + "a" * 3000 + "; region=" + "u" * 3000},
    {"HTTP_COOKIE": "=;;;=a; reading=[1,2,3]; origin={}:::"},
    {"HTTP_HOST": "\u00e9.example:99999"},
    {"HTTP_HOST": "127.0.0.1:²"},
    {"HTTP_HOST": "[::1"},
    {"HTTP_X_FORWARDED_FOR": "²,,,x" * 50},
    {"HTTP_REFERER": "http://[::1/%zz"},
    {"HTTP_ORIGIN": "http://[bad"},
    {"HTTP_SEC_FETCH_SITE": "\u00b2"},
    {"HTTP_USER_AGENT": "\u00ff" * 2000},
    {"HTTP_STRIPE_SIGNATURE": "t=²,v1=\u00e9"},
]  # fmt: skip


def names_read() -> list[str]:
    """Every name under which some view reads a query or a form."""
    pattern = re.compile(
        r"""(?:GET|POST|given|typed|params)(?:\.get|\.getlist)?[\[(]\s*f?["']([a-z_]{2,30})["']"""
    )
    found = {name for folder in ("config", "shop", "articles") for file in Path(settings.BASE_DIR, folder).rglob("*.py")
             for name in pattern.findall(file.read_text())}  # fmt: skip
    return sorted({*found, *known_keys(), "p", "o", "q", "e", "all", "_changelist_filters", "_to_field",
                   "_popup", "term", "app_label", "field_name", "model_name", "next", "source", "id__exact", "view", "bin"})  # fmt: skip


def addresses(patterns=None, before="") -> list[tuple[str, str]]:
    """(route, address) of every page, with things that exist in the places of its parameters."""
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + _plain(one.pattern)
        if isinstance(one, URLPattern):
            found.append(route)
        else:
            found += addresses(one.url_patterns, route)
    return found


def _plain(pattern) -> str:
    """<name> for each parameter, whether it is a route or a regular expression."""
    text = str(pattern).replace("\\Z", "").lstrip("^").rstrip("$")
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", text)


def filled(route: str, values: dict[str, str]) -> str:
    return "/" + re.sub(r"<(\w+)>", lambda match: values.get(match[1], "1"), route)


@pytest.fixture
def there(settings):
    """By name of a parameter something that exists."""
    owner = signed_in()
    fill()
    order, session = an_order_at_stripe()
    article = Article.objects.exclude(publications=None).first()
    version = article.publications.first().version
    link = PreviewLink.objects.create(
        version=version, region=region("uk"), expires_at=timezone.now().replace(year=2999)
    )
    subscriber = Subscriber.objects.create(email="a@example.org", region=region("uk"))
    alert = StockAlert.objects.create(email="a@example.org", variant=variant(), region=region("uk"))
    values = {
        "region": "uk", "slug": variant().product.slug, "token": order.token, "pk": str(article.pk), "code": "uk",
        "one": "uk", "other": "us", "kind": "product", "key": variant().product.slug, "page": "delivery",
        "number": order.number, "object_id": "1", "session_id": session.pk, "sku": "CIT-CAP-90",
        "content_type_id": "1", "before": str(version.pk), "after": str(version.pk),
    }  # fmt: skip
    more = {"slug": [article.slug, Author.objects.first().slug, Topic.objects.first().slug],
            "token": [link.token, subscriber.token, alert.token]}  # fmt: skip
    return owner, values, more


def asked(client, method, address, data, headers):
    """The status, or what broke."""
    client.raise_request_exception = False
    extra = dict(headers)
    content_type = extra.pop("CONTENT_TYPE", None)
    if method == "get":
        if content_type:
            extra["CONTENT_TYPE"] = content_type
        return client.get(address, data, **extra).status_code
    if content_type:
        return client.generic("POST", address, b"a=1&b=2", content_type=content_type, **extra).status_code
    return client.post(address, data, **extra).status_code


def broken_by(clients, routes, values, rounds, with_headers=True):
    """What answered with a server's error, for `rounds` turns of values and, if wanted, of headers."""
    names, turn, bad = names_read(), cycle(range(len(VALUES) * len(HEADERS))), []
    for route in routes:
        address = filled(route, values)
        for _ in range(rounds):
            number = next(turn)
            value, headers = VALUES[number % len(VALUES)], HEADERS[number % len(HEADERS)]
            data = dict.fromkeys(names, value)
            for client, method, sent, head in (
                (clients[number % len(clients)], "get", data, {}),
                (clients[number % len(clients)], "post", data, {}),
                *(
                    ((clients[0], "get", {}, headers), (clients[0], "post", {"a": "1"}, headers))
                    if with_headers
                    else ()
                ),
            ):
                status = asked(client, method, address, sent, head)
                if status >= 500 and status != 503:
                    bad.append((method, route, value if sent is data else headers, status))
    return bad


def test_no_public_address_breaks(there, client):
    _, values, more = there
    routes = [route for route in addresses() if not route.startswith("admin/")]
    assert len(routes) > 40
    assert not broken_by([client], routes, values, rounds=2)
    for name, others in more.items():
        for other in others:
            assert not broken_by(
                [client], [r for r in routes if f"<{name}>" in r], {**values, name: other}, rounds=1
            )


def test_no_address_of_the_admin_breaks(there):
    owner, values, _ = there
    routes = [route for route in addresses() if route.startswith("admin/") and "logout" not in route]
    assert len(routes) > 150
    assert not broken_by([owner], routes, values, rounds=1, with_headers=False)  # read before any view is


def test_no_list_of_the_admin_breaks_at_its_filters(there):
    owner, *_ = there
    owner.raise_request_exception = False
    for number, (model, one) in enumerate(admin.site._registry.items()):
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        columns = [field.name for field in model._meta.concrete_fields]
        value = VALUES[number % len(VALUES)]
        for look, odd in (("", value), ("__in", "1" * 40), ("__gte", value)):
            sent = {f"{column}{look}": odd for column in columns[:8]}
            assert owner.get(path, sent).status_code < 500, (path, sent)
        day = {
            f"{one.date_hierarchy}__{part}": value for part in ("year", "month", "day") if one.date_hierarchy
        }
        assert owner.get(path, {**day, "p": value, "o": value, "q": value}).status_code < 500, (path, value)


@pytest.fixture
def connection_kept():
    """As Django's own test client does: the connection with the test's transaction stays open."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.parametrize(
    "given", ["multipart/form-data; boundary*=nope''abc", "a/b; x*=undefined''%41", "a/b; x*=idna''%ff%ff", "x/y; charset*=hex''a", "a/b; x*=''", "\u00ff; x*=\u00b2'en'%"]
)  # fmt: skip
def test_a_type_of_content_that_can_not_be_read_counts_as_none(connection_kept, given):
    """Through the server's own entrance: Django reads this header before any middleware is asked."""
    for method in ("GET", "POST"):
        answers = []
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": "/robots.txt", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "HTTP_HOST": "127.0.0.1", "CONTENT_TYPE": given,
        }  # fmt: skip
        for part in wsgi.application(
            environ, lambda status, headers, answers=answers: answers.append(status)
        ):
            assert part is not None
        assert int(answers[0][:3]) < 500
