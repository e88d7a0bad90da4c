"""What browsers report of the Content-Security-Policy: read with suspicion, counted in few rows, kept for three months.

Anybody can send anything to the address. So nothing of a report is kept as it came: the part of the policy is one of a list,
what was blocked is a word of ours or a host, and the page is the name of one of our addresses.
"""

import json
import re
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction
from django.db.models import F
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.operation.models import Violation
from shop.content.throttle import address_of, is_spent, too_often

KEEP = timedelta(days=90)
LONGEST = 16 * 1024  # bytes of one body; browsers send one to three kilobytes
AT_ONCE = 20  # reports of one body
OF_ONE_NETWORK = 60  # bodies an hour
NEW_AN_HOUR = 100  # rows from everybody together, so that making reports up fills no table
MAX_ROWS = 2000  # what was reported least goes first
KINDS = {"application/csp-report", "application/reports+json", "application/json"}
DIRECTIVES = {
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr",
    "img-src", "font-src", "connect-src", "manifest-src", "media-src", "object-src", "frame-src", "child-src", "worker-src",
    "form-action", "frame-ancestors", "base-uri", "sandbox", "prefetch-src",
}  # fmt: skip
WORDS = {"inline", "eval", "wasm-eval", "self"}  # said by browsers instead of an address
OURS = {
    "http",
    "https",
    "ws",
    "wss",
    "data",
    "blob",
}  # all else is of the browser: its extensions, its own pages
EMBEDDED = {"font-src", "media-src", "style-src", "style-src-elem"}  # extensions bring their own as data:
HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
OF_SOMEBODY = re.compile(
    r"\d{5}|(?=.*\d)(?=.*[a-z]).{12,}|.{31,}"
)  # a part of a host, such as a customer's number


def note_violations(request) -> None:
    """Count what a browser reports. Never fails, whatever was sent.

    All is read before a transaction begins, and what is nothing or too much begins none.
    """
    if request.content_type not in KINDS:
        return
    with suppress(OSError, DatabaseError):
        who = address_of(request)
        found = violations_in(request.read(LONGEST + 1), request.get_host())
        if not found or is_spent("csp", who, most=OF_ONE_NETWORK):
            return
        with transaction.atomic():
            if not too_often("csp", who, most=OF_ONE_NETWORK, seconds=3600):
                for directive, blocked, page in sorted(found):
                    _count(directive=directive, blocked=blocked, page=page)


def violations_in(body: bytes, host: str) -> set[tuple[str, str, str]]:
    """(directive, blocked, page) of each report of a page of `host` that says something of the page itself."""
    try:
        told = json.loads(body) if len(body) <= LONGEST else None
    except (ValueError, RecursionError):
        return set()
    rows = told[:AT_ONCE] if isinstance(told, list) else [told]
    found = (_violation(_fields(row), host) for row in rows if isinstance(row, dict))
    return {one for one in found if one}


def _fields(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Page, directive, blocked, source: of a report in either format; "" where there is no text."""
    if "csp-report" in row:
        inside, names = (
            row["csp-report"],
            ("document-uri", "effective-directive", "blocked-uri", "source-file"),
        )
    elif row.get("type") == "csp-violation":
        inside, names = row.get("body"), ("documentURL", "effectiveDirective", "blockedURL", "sourceFile")
    else:
        inside, names = None, ("", "", "", "")
    told = inside if isinstance(inside, dict) else {}
    page, directive, blocked, source = (
        value if isinstance(value := told.get(name), str) else "" for name in names
    )
    if not directive and isinstance(told.get("violated-directive"), str):
        directive = told["violated-directive"].partition(" ")[0]  # of older browsers, with its sources
    return page, directive, blocked, source


def _violation(told: tuple[str, str, str, str], host: str) -> tuple[str, str, str] | None:
    page, directive, blocked, source = told
    if directive not in DIRECTIVES or _is_of_the_browser(source):
        return None
    try:
        parts = urlsplit(page)
        if parts.scheme not in {"http", "https"} or parts.netloc != host or len(parts.path) > 1000:
            return None
        what = _blocked(blocked, host)
    except ValueError:
        return None
    if not what or (what == "data:" and directive in EMBEDDED):
        return None
    return directive, what, _page(parts.path)


def _is_of_the_browser(source: str) -> bool:
    """Whether an extension did it. Some browsers name no more than the scheme: “chrome-extension”."""
    scheme = re.match(r"[a-z][a-z0-9+.-]*(?=:|$)", source)
    return scheme is not None and scheme[0] not in OURS


def _blocked(told: str, host: str) -> str:
    """A word, or a host without what could be of somebody; "" for what is none of our pages'. Raises ValueError."""
    if told in WORDS:
        return told
    parts = urlsplit(told if ":" in told else f"{told}:")  # Chromium says “data” alone
    if parts.scheme in {"data", "blob"}:
        return f"{parts.scheme}:"
    if parts.scheme not in OURS:
        return ""
    if parts.netloc == host:
        return "self"
    name = (parts.hostname or "").rstrip(".")
    with suppress(ValueError):
        ip_address(name)
        return "a bare IP address"
    if not HOST.fullmatch(name):
        return ""
    labels = ["*" if OF_SOMEBODY.search(label) else label for label in name.split(".")]
    return ".".join(labels[-4:])[-100:]


def _page(path: str) -> str:
    """The name of an address, or its pattern; never the address, which may open somebody's order."""
    try:
        match = resolve(path)
    except Resolver404:
        return "no page"
    return (match.view_name or match.route)[:150]


def _count(**what: str) -> None:
    seen = {"hits": F("hits") + 1, "last_on": timezone.localdate()}
    if not Violation.objects.filter(**what).update(**seen) and not too_often(
        "csp", "new", most=NEW_AN_HOUR, seconds=3600
    ):
        Violation.objects.bulk_create([Violation(**what)], ignore_conflicts=True)


def forget_violations(at=None) -> int:
    """Delete what nobody reported in three months, and the least beyond a few thousand; how many. A sweep."""
    gone = Violation.objects.filter(last_on__lt=timezone.localdate(at) - KEEP).delete()[0]
    beyond = Violation.objects.order_by("-hits", "pk").values_list("pk", flat=True)[
        MAX_ROWS : MAX_ROWS + 1000
    ]
    return gone + Violation.objects.filter(pk__in=list(beyond)).delete()[0]
