"""What a form has to say, kept for the page that is shown next.

Every form of the shop is answered with a redirect (303), errors too, so that Back and Reload never ask whether to
send a form again. What was typed waits in the visitor's session, never in an address or on a page that others get.
Keep something only for a form that came from our own pages: a session begun by another site's form would take the
place of the visitor's own.
"""

import time

from django.contrib.sessions.models import Session
from django.utils import timezone

KEY = "answers"
AN_HOUR, A_DAY = 3600, 24 * 3600


def keep(request, name: str, lasts: int = AN_HOUR, **values) -> None:
    """Keep plain `values` under `name` for `lasts` seconds, in place of what was there; the outdated goes."""
    now = time.time()
    rows = {one: row for one, row in request.session.get(KEY, {}).items() if row["until"] > now}
    request.session[KEY] = {**rows, name: {"until": now + lasts, "facts": values}}


def kept_for(request, name: str) -> dict:
    """The values that wait under `name`; empty when there are none or their time is over. Reading takes nothing away."""
    row = request.session.get(KEY, {}).get(name)
    return row["facts"] if row and row["until"] > time.time() else {}


def forget_sessions(at=None) -> int:
    """Delete sessions that have ended, some thousands at a time, with all that was kept in them; how many."""
    ended = Session.objects.filter(expire_date__lt=at or timezone.now()).values_list("pk", flat=True)[:5000]
    return Session.objects.filter(pk__in=list(ended)).delete()[0]
