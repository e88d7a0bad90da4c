"""The shop asked as a web server asks it, at once, before Django and by Django alone."""

from io import BytesIO

from config import wsgi
from config.middleware import before_django
from shop.attribution import count


def environ(path, client=None, method="GET", **more):
    path, _, query = path.partition("?")
    cookies = "; ".join(f"{row.key}={row.value}" for row in client.cookies.values()) if client else ""
    return {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1", "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        **({"HTTP_COOKIE": cookies} if cookies else {}), **more,
    }  # fmt: skip


def without_id(headers):
    """As they are but for the id of the request, which no two have in common."""
    return sorted(header for header in headers if header[0] != "X-Request-ID")


def asked(given, application=wsgi.application):
    """(status, headers, body) as a server sends them; and what was counted."""
    found = []
    count._hits.clear()
    body = b"".join(
        application(dict(given), lambda status, headers: found.append((status, without_id(headers))))
    )
    return *found[0], b"" if given["REQUEST_METHOD"] == "HEAD" else body, dict(count._hits)


def is_direct(given) -> bool:
    return before_django.answer_of(dict(given)) is not None


def at_once(given, start_response):
    """As a server asks that has a request's bytes and no thread (config/connections/worker.py)."""
    status, headers, body = wsgi.at_once(given)
    start_response(status, headers)
    return [body]


def both_ways(given):
    direct = before_django.answer_of(dict(given))
    assert direct is not None, given
    one, other, third = asked(given), asked(given, wsgi.django_application), asked(given, at_once)
    assert one == other == third
    return one
