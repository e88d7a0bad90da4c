"""Whether this process may have visitors, and what waits for longer than it should.

A process that is not ready gets no visitors. What is late says that some other part needs somebody (the worker, the
mail server, Stripe): taking web processes away would only make that worse, so it is told and no more.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from shop.outbox.models import Mail
from shop.payments.models import EventCursor, StripeEvent
from shop.sweeps.models import Heartbeat

log = logging.getLogger(__name__)
WORKER_SILENT = timedelta(minutes=2)
EVENTS_UNREAD = timedelta(minutes=10)
EVENT_WAITS = timedelta(hours=1)
MAIL_WAITS = timedelta(minutes=15)


class State(StrEnum):
    OK = "ok"
    LATE = "late"  # somebody has to look at it; visitors are served
    FAILED = "failed"  # this process can't serve


@dataclass(frozen=True)
class Found:
    state: State
    says: str = ""
    seconds: int | None = None  # how old the oldest thing is that this is about

    def as_json(self) -> dict:
        more = {"says": self.says} if self.says else {}
        return {
            "state": self.state.value,
            **more,
            **({} if self.seconds is None else {"seconds": self.seconds}),
        }


def readiness(at: datetime | None = None) -> dict[str, Found]:
    """Each part by its name. Without a database nothing else is asked; a part that can't be asked has failed."""
    now = at or timezone.now()
    found = {"database": _asked(_database, now)}
    if found["database"].state == State.OK:
        found["migrations"] = _asked(_migrations, now)
    found["cache"] = _asked(_cache, now)
    if found.get("migrations", found["database"]).state == State.OK:
        for name, look in (("worker", _worker), ("webhooks", _webhooks), ("outbox", _outbox)):
            found[name] = _asked(look, now)
    return found


def is_ready(found: dict[str, Found]) -> bool:
    return all(one.state != State.FAILED for one in found.values())


def _asked(look: Callable[[datetime], Found], now: datetime) -> Found:
    try:
        return look(now)
    except Exception as error:
        log.warning("%s can't be asked: %s", look.__name__.strip("_"), type(error).__name__)
        return Found(State.FAILED, "does not answer")


def _database(now: datetime) -> Found:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Found(State.OK)


# Databases whose migrations were all there once: none is taken back while we run.
_up_to_date: set[str] = set()


def _migrations(now: datetime) -> Found:
    """Those of this version; a newer version's own, in a database that both share, are no matter."""
    name = str(connection.settings_dict["NAME"])
    if name not in _up_to_date:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return Found(State.FAILED, f"{len(missing)} to run: manage.py prepare")
        _up_to_date.add(name)
    return Found(State.OK)


def _cache(now: datetime) -> Found:
    """Pages are drawn anew and stay right without it, so it is late, not failed."""
    cache.set("ready", 1, 10)
    answers = cache.get("ready") == 1
    return Found(State.OK) if answers else Found(State.LATE, "does not answer: is Redis running?")


def _worker(now: datetime) -> Found:
    last = Heartbeat.objects.filter(name=Heartbeat.WORKER).values_list("at", flat=True).first()
    if last is None:
        return Found(State.LATE, "has never run: manage.py work")
    return _old(now - last, WORKER_SILENT, "has been silent: is manage.py work running?")


def _webhooks(now: datetime) -> Found:
    """Stripe's events are read by the worker too, so both ways stand still before anything is late here."""
    oldest = (
        StripeEvent.objects.filter(is_done=False)
        .order_by("received_at")
        .values_list("received_at", flat=True)
        .first()
    )
    if oldest is not None and now - oldest > EVENT_WAITS:
        return _old(now - oldest, EVENT_WAITS, "events wait in the admin under Stripe events")
    read = EventCursor.objects.values_list("read_until", flat=True).first()
    if read is None:
        return Found(State.OK, "nothing read yet")
    return _old(now - read, EVENTS_UNREAD, "Stripe's events are not being read")


def _outbox(now: datetime) -> Found:
    if not settings.EMAIL_URL:  # they stay rows for good
        return Found(State.OK)
    oldest = (
        Mail.objects.filter(sent_at=None, gave_up_at=None, due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    if oldest is None:
        return Found(State.OK)
    return _old(now - oldest, MAIL_WAITS, "mails wait: does the mail server answer?")


def _old(age: timedelta, most: timedelta, says: str) -> Found:
    seconds = max(int(age.total_seconds()), 0)
    return Found(State.LATE, says, seconds) if age > most else Found(State.OK, seconds=seconds)
