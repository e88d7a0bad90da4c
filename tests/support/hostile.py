"""Odd values and headers, every address of the resolver, and every name under which a view reads something."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, get_resolver

from tests.support.public import known_keys

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
