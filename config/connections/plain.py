"""Requests as plain as browsers send them, read from their bytes; and answers in the bytes of HTTP/1.1.

What is read here means to gunicorn's own parser exactly the same; whatever might be read in two ways is left to that.
"""

import re
import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache

MOST = 4096  # bytes of a plain request
FIRST = re.compile(r"""(GET|HEAD) (/[A-Za-z0-9/._~-]*)(?:\?([!"$-~]*))? HTTP/1\.1""")
NAME = re.compile(r"[A-Za-z0-9-]+")
PRINTED = bytes(range(0x20, 0x7F)) + b"\r\n"
# What frames a request, asks for another protocol, or says who forwards it.
NOT_PLAIN = {"CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "HTTP_UPGRADE", "HTTP_TRAILER",
             "HTTP_SCRIPT_NAME", "HTTP_PATH_INFO", "HTTP_REMOTE_USER", "HTTP_X_FORWARDED_PROTOCOL", "HTTP_X_FORWARDED_SSL"}  # fmt: skip
SCHEME = "HTTP_X_FORWARDED_PROTO"


def environ_of(sent: bytes, *, is_forwarded: bool) -> dict[str, str] | None:
    """The names of WSGI that say what is asked for; None for whatever is not plain, such as a part of a request or two.

    `is_forwarded`: whoever connects is a proxy of ours, and says by which scheme it was asked.
    """
    if len(sent) > MOST or not sent.endswith(b"\r\n\r\n") or sent.translate(None, PRINTED):
        return None
    first, *lines = sent[:-4].decode().split("\r\n")
    asked = FIRST.fullmatch(first)
    if asked is None:
        return None
    environ = {
        "REQUEST_METHOD": asked[1],
        "PATH_INFO": asked[2],
        "QUERY_STRING": asked[3] or "",
        "wsgi.url_scheme": "http",
    }
    for line in lines:
        name, colon, value = line.partition(":")
        key = key_of(name)
        if not colon or key is None or key in environ or "\r" in value or "\n" in value:
            return None
        environ[key] = value.strip(" ")
    if "HTTP_HOST" not in environ or environ.get("HTTP_CONNECTION", "keep-alive").lower() != "keep-alive":
        return None
    if SCHEME in environ:
        if not is_forwarded or environ[SCHEME] not in {"http", "https"}:
            return None
        environ["wsgi.url_scheme"] = environ[SCHEME]
    return environ


@lru_cache(500)
def key_of(name: str) -> str | None:
    """Under which WSGI knows a header; None where that is not for us to say."""
    if not NAME.fullmatch(name):
        return None
    key = name.upper().replace("-", "_")
    key = key if key in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{key}"
    return None if key in NOT_PLAIN else key


def answer_of(status: str, headers: Iterable[tuple[str, str]], body: bytes, *, server: str) -> bytes:
    """As gunicorn would send it on a connection that stays. `status`: with its words. `body`: as the request wants it."""
    fields = "".join([f"{name}: {value}\r\n" for name, value in headers])
    head = f"HTTP/1.1 {status}\r\nServer: {server}\r\nDate: {_date(int(time.time()))}\r\nConnection: keep-alive\r\n"
    return f"{head}{fields}\r\n".encode("latin-1") + body


@lru_cache(1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
