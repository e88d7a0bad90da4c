"""Ask a site of the open internet for a page: only at the address that was looked at, for so long and so much.

A name is resolved once, and the connection goes to what it was resolved to: a second answer of its name server leads
nowhere. Everything has an end: the answer’s head, its body, and the whole time, however slowly the bytes come.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

MAX_BYTES = 200_000
SECONDS = 15.0  # for one answer, from its name to its last byte
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
# Parts of it that stand for IPv4 addresses or for machines' own use: Teredo and its neighbours, 6to4.
NOT_OURS = [ipaddress.ip_network("2001::/23"), ipaddress.ip_network("2002::/16")]


class NotAllowed(Exception):
    """The address is not one of the open internet."""


class NoAnswer(Exception):
    """Whatever kept a page from coming, in words."""


@dataclass(frozen=True)
class Page:
    status: int
    location: str
    body: str


class _Over(http.client.HTTPConnection):
    """HTTP over a connection that is there already."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        super().__init__(host)
        self.sock = connection


def is_open(address: str) -> bool:
    """Whether an IP address is one of the open internet, and no other form of one that is not."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # with a zone, such as fe80::1%eth0, among others
        return False
    if isinstance(found, ipaddress.IPv6Address) and (
        found not in GLOBAL_V6 or any(found in net for net in NOT_OURS)
    ):
        return False
    return found.is_global and not found.is_multicast


def fetch(
    url: str,
    headers: dict[str, str],
    *,
    is_allowed: Callable[[str], bool] = is_open,
    seconds: float = SECONDS,
) -> Page:
    """One GET, without following anything. `is_allowed` is asked about the very IP address that is connected to.

    Raises NotAllowed or NoAnswer, and nothing else.
    """
    until = time.monotonic() + seconds
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise NotAllowed(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return _ask(parts, _connected(parts.hostname, port, is_allowed, until), headers, until)
    except (NotAllowed, NoAnswer):
        raise
    except (http.client.HTTPException, OSError, ValueError) as error:  # UnicodeError is a ValueError
        raise NoAnswer(str(error) or type(error).__name__) from error


def _connected(host: str, port: int, is_allowed: Callable[[str], bool], until: float) -> socket.socket:
    rows = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    if not rows or not all(is_allowed(str(row[4][0])) for row in rows):
        raise NotAllowed(host)
    family, kind, protocol, _, address = rows[0]
    connection = socket.socket(family, kind, protocol)
    try:
        connection.settimeout(_left(until))
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NoAnswer("It took too long.")
    return left


def _ask(parts: SplitResult, connection: socket.socket, headers: dict[str, str], until: float) -> Page:
    """A timer cuts the connection at the end, since a time-out counts anew with each byte that comes."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(until), end)
    timer.daemon = True
    timer.start()
    try:
        if parts.scheme == "https":
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=parts.hostname)
        asked = _Over(connection, parts.hostname or "")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked.request("GET", target, headers={"Host": parts.netloc, "Connection": "close", **headers})
        answer = asked.getresponse()
        body = answer.read(MAX_BYTES).decode("utf-8", "replace")
        if cut.is_set():
            raise NoAnswer("It took too long.")
        return Page(answer.status, answer.getheader("Location") or "", body)
    except (http.client.HTTPException, OSError, ValueError):
        if cut.is_set():
            raise NoAnswer("It took too long.")
        raise
    finally:
        timer.cancel()
        connection.close()
