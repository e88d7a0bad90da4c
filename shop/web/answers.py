"""What a form has to say, kept for the page that is shown next.

Every form of the shop is answered with a redirect (303), errors too, so that Back and Reload never ask whether to
send a form again. What was typed waits in a row beside the visitor's session, never in an address or on a page that others
get. The session goes on for a month, the row ends with the last thing that waits in it: a day at most.
Keep something only for a form that came from our own pages: a session begun by another site's form would take the
place of the visitor's own.
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.sessions.models import Session
from django.core import signing
from django.utils import timezone

KEY = "answers"
BESIDE = ""  # the entry of the session that says which row
SALT = "answers"
AN_HOUR, A_DAY = 3600, 24 * 3600
_read: WeakKeyDictionary[Any, dict[str, Any]] = (
    WeakKeyDictionary()
)  # by request: what lies beside its session


def keep(request, name: str, lasts: int = AN_HOUR, **values) -> None:
    """Keep plain `values` under `name` for `lasts` seconds, in place of what was there; the outdated goes."""
    now = time.time()
    kept = {**_all(request), name: {"until": now + lasts, "facts": values}}
    kept = {one: row for one, row in kept.items() if row["until"] > now}
    ends, place = max((row["until"] for row in kept.values()), default=now), _place(request)
    place = place or secrets.token_hex(20)  # as long as a digest, so that no cookie opens it
    data = signing.dumps(kept, salt=SALT, compress=True)
    row = Session(pk=place, session_data=data, expire_date=datetime.fromtimestamp(ends, UTC))
    Session.objects.bulk_create([row], update_conflicts=True, unique_fields=["session_key"], update_fields=["session_data", "expire_date"])  # fmt: skip
    times = {one: {"until": row["until"], "facts": {}} for one, row in kept.items()}
    request.session[KEY] = {**times, BESIDE: {"until": ends, "facts": {"at": place}}}
    _read[request] = kept


def kept_for(request, name: str) -> dict:
    """The values that wait under `name`; empty when there are none or their time is over. Reading takes nothing away."""
    row = request.session.get(KEY, {}).get(name)
    if not row or row["until"] <= time.time():
        return {}
    return row["facts"] or _beside(request).get(name, {}).get("facts", {})


def _all(request) -> dict[str, Any]:
    """The release before kept values in the session itself, and may do so while both serve."""
    named = request.session.get(KEY, {})
    inside = {name: row for name, row in named.items() if row["facts"] and name != BESIDE}
    return {**_beside(request), **inside}


def _place(request) -> str:
    return request.session.get(KEY, {}).get(BESIDE, {}).get("facts", {}).get("at", "")


def _beside(request) -> dict[str, Any]:
    """Asked once for each request."""
    if request not in _read:
        place = _place(request)
        data = (
            Session.objects.filter(pk=place).values_list("session_data", flat=True).first() if place else None
        )
        try:
            _read[request] = signing.loads(data, salt=SALT) if data else {}
        except signing.BadSignature:
            _read[request] = {}
    return _read[request]


def forget_sessions(at=None) -> int:
    """Delete sessions that have ended, some thousands at a time, with all that was kept in them; how many."""
    ended = Session.objects.filter(expire_date__lt=at or timezone.now()).values_list("pk", flat=True)[:5000]
    return Session.objects.filter(pk__in=list(ended)).delete()[0]
