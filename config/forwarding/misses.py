"""What readers looked for and did not find, for staff to make redirects of."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import unquote

from django.db import DatabaseError, transaction
from django.db.models import F
from django.urls import Resolver404, resolve
from django.utils import timezone

from config.forwarding.addresses import OWNERS
from config.forwarding.models import MissedPage
from config.forwarding.spelling import BadAddress, key_of, may_be_kept
from shop.content.throttle import too_often

KEEP = timedelta(days=90)
MAX_ROWS = 5000  # what was looked for least goes first
NEW_AN_HOUR = 500  # addresses from everybody together, so that making them up fills no table


def note_missed(request) -> None:
    """Count an address without a page. Never fails: the reader gets the page that says so all the same."""
    path = unquote(request.path)
    if request.method != "GET" or not may_be_kept(path) or not _is_of_no_secret(request.path):
        return
    with suppress(DatabaseError, BadAddress), transaction.atomic():
        key = key_of(request.path)
        seen = {"hits": F("hits") + 1, "last_on": timezone.localdate()}
        if not MissedPage.objects.filter(path=key).update(**seen) and not too_often(
            "missed", "all", most=NEW_AN_HOUR, seconds=3600
        ):
            MissedPage.objects.bulk_create([MissedPage(path=key)], ignore_conflicts=True)


def _is_of_no_secret(path: str) -> bool:
    """An address that is nobody's, or a page's with a slug: addresses of orders and mails end with a secret."""
    try:
        match = resolve(path)
    except Resolver404:
        return not path.startswith(("/admin/", "/static/", "/media/"))
    return match.view_name in OWNERS or match.view_name in {"home", "help"}


def forget_missed(at=None) -> int:
    """Delete what nobody looked for in three months, and the least beyond a few thousand; how many. A sweep."""
    today = timezone.localdate(at)
    gone = MissedPage.objects.filter(last_on__lt=today - KEEP).delete()[0]
    beyond = MissedPage.objects.order_by("-hits", "path").values_list("pk", flat=True)[
        MAX_ROWS : MAX_ROWS + 1000
    ]
    return gone + MissedPage.objects.filter(pk__in=list(beyond)).delete()[0]
