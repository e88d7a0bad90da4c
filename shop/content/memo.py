"""What pages are made of, memoised in each process until it changes.

Content changes with the content version, or when something scheduled begins or ends. Both are looked at on every
request, so no value is ever stale. What a value shows (shop.content.scopes) is remembered with it: a page that takes it
shows the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import F, Value
from django.utils import timezone

from shop.content.compiled import Compiled
from shop.content.models import MANY, Content, content_version, seen_in_request
from shop.content.moves import scopes_of
from shop.content.scopes import ANYTHING, SITE, scopes_shown, shows
from shop.web.visitor import visit_of

T = TypeVar("T")
MAX_LIFE = timedelta(hours=1)
NEXT = "next moments"
DRAWING = timedelta(minutes=1)  # a page that was begun before it ended asks what has happened since
MOMENTS = 20  # of the nearest it is looked up where they show; what is kept ends with the one after them
MAX_ENTRIES = 200  # names in one process; the least recently used go first


@dataclass(frozen=True)
class Entry:
    version: tuple[int, ...]
    ends: float | None
    value: Any
    shown: frozenset[str] = frozenset()


_entries: OrderedDict[str, Entry] = OrderedDict()
_lock = threading.Lock()


def memoised(name: str, load: Callable[[], T], *, scheduled: bool = False, scope: str = ANYTHING) -> T:
    """`load()`, remembered until the content version moves. Treat the result as read-only: threads share it.

    With a `scope`, until that or SITE moves: only for what changes with nothing else, such as regions with SITE.
    With `scheduled`, also no longer than until the next scheduled moment: for all that depends on the time.
    What `load` raises passes through and is not remembered. It runs as for nobody, since everybody gets it.
    """
    seen, kept = seen_in_request(), _entries.get(name)
    is_seen = name in seen and seen[name] is kept
    if kept is not None and is_seen:
        return kept.value
    version = tuple(map(content_version, _with_site(scope)))
    with _lock:
        entry = _entries.get(name)
        if entry is not None:
            _entries.move_to_end(name)
    if (
        entry is not None
        and entry.version == version
        and (entry.ends is None or timezone.now().timestamp() < entry.ends)
    ):
        if entry.shown:
            shows(*entry.shown)
        elif entry.ends is None:  # a page asks for such as the regions a hundred times
            seen[name] = entry
        return entry.value
    # The moment is read first, so that an entry ends rather too early than too late.
    ends = next_moment(timezone.now()) if scheduled else None
    with visit_of(None), scopes_shown() as shown:
        value = load()
    entry = Entry(version, ends, value, frozenset(shown))
    with _lock:
        _entries[name] = entry
        _entries.move_to_end(name)
        while len(_entries) > MAX_ENTRIES:
            _entries.popitem(last=False)
    return value


def _with_site(scope: str) -> tuple[str, ...]:
    """A change of many rows moves no narrower scope than the site."""
    return (scope,) if scope in (ANYTHING, SITE) else (scope, SITE)


def forget_all() -> None:
    """Begin with nothing remembered, as a fresh process does."""
    with _lock:
        _entries.clear()


@dataclass(frozen=True)
class Moments:
    """What is scheduled between two moments, as POSIX times: when something changes, and the scopes that it shows in."""

    since: float
    until: float
    changes: tuple[tuple[float, frozenset[str]], ...]


def next_moment(now) -> float:
    """When something scheduled next begins or ends, as a POSIX time; at most an hour ahead.

    Which columns hold such moments is said by the models, in `scheduled_by`; `also_ends` adds what stands in no row.
    """
    return next_moment_of({ANYTHING}, now)


def next_moment_of(scopes: Iterable[str], now) -> float:
    """The same of what shows in these scopes: what is kept with them ends then, and lasts while others begin.

    A row that is scheduled moves its scopes when it is saved, and so does whatever lets it show elsewhere: until one of
    these scopes moves, no other moment counts.
    """
    shown, at = {SITE, *scopes}, now.timestamp()
    known = _moments_from(at, now)
    moment = next(
        (
            moment
            for moment, changed in known.changes
            if moment > at and (ANYTHING in shown or not shown.isdisjoint(changed))
        ),
        known.until,
    )
    also = [other for tells in _also if (other := tells(now)) is not None]
    return min([at + MAX_LIFE.total_seconds(), moment, *also])


def _moments_from(at: float, now) -> Moments:
    """Of the next hour at least, unless there are too many."""
    known = memoised(NEXT, lambda: _moments(now))
    half = (known.since + known.until) / 2
    if not known.since <= at < half:
        with _lock:
            _entries.pop(NEXT, None)
        known = memoised(NEXT, lambda: _moments(now))
    return known


def _columns() -> list[tuple[type[Content], str]]:
    return [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, Content)
        for field in model.scheduled_by
    ]


@cache
def _scheduled(most: int) -> Compiled:
    """(moment, number of its column, pk) of the first so many of all kinds after one moment and before another; one query."""

    def build(since, until):
        rows = [
            model.objects.filter(**{f"{field}__gt": since, f"{field}__lt": until})
            .order_by()
            .annotate(at=F(field), number=Value(number))
            .values_list("at", "number", "pk")
            for number, (model, field) in enumerate(_columns())
        ]
        return rows[0].union(*rows[1:], all=True).order_by("at")[:most]

    return Compiled(build)


def _moments(now) -> Moments:
    """What began a moment ago counts as one, at the last of its moments: who changes many prices makes one for each."""
    since, until = now - DRAWING, now + 2 * MAX_LIFE
    columns, found = _columns(), list(_scheduled(MANY + 1)(since, until))
    changes: list[tuple[float, frozenset[str]]] = []
    if len(found) > MANY and found[-1][0] <= now:  # too many to look up: anything
        changes, found = [(now.timestamp(), frozenset({SITE}))], list(_scheduled(MANY + 1)(now, until))
    begun = max((moment for moment, *_ in found if moment <= now), default=None)
    at_once: dict[datetime, dict[type[Content], set[int]]] = {}
    for moment, number, pk in found:
        together = begun if begun and moment <= now else moment
        at_once.setdefault(together, {}).setdefault(columns[number][0], set()).add(pk)
    moments = sorted(at_once)
    if len(found) > MANY:  # of the last there may be more
        moments, until = moments[:-1], moments[-1]
    if len(moments) > MOMENTS:
        moments, until = moments[:MOMENTS], moments[MOMENTS]
    changes += [(moment.timestamp(), _changed_by(at_once[moment])) for moment in moments]
    return Moments(since.timestamp(), until.timestamp(), tuple(changes))


def _changed_by(rows: dict[type[Content], set[int]]) -> frozenset[str]:
    """The scopes of rows that begin or end, by their primary keys."""
    return frozenset().union(
        *(scopes_of(model, model._base_manager.in_bulk(pks).values()) for model, pks in rows.items())
    )


_also: list[Callable[[datetime], float | None]] = []


def also_ends(tells: Callable[[datetime], float | None]) -> None:
    """Let what is remembered end as well when `tells` says: given now, the next moment as a POSIX time, or None."""
    _also.append(tells)
