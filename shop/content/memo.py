"""What pages are made of, memoised in each process until it changes.

Content changes with the content version, or when something scheduled begins or ends. Both are looked at on every
request, so no value is ever stale. What a value shows (shop.content.scopes) is remembered with it: a page that takes it
shows the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Min
from django.utils import timezone

from shop.content.models import Content, content_version
from shop.content.scopes import ANYTHING, SITE, scopes_shown, shows
from shop.web.visitor import visit_of

T = TypeVar("T")
MAX_LIFE = timedelta(hours=1)
NEXT = "next moment"
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
    version, now = tuple(map(content_version, _with_site(scope))), timezone.now()
    with _lock:
        entry = _entries.get(name)
        if entry is not None:
            _entries.move_to_end(name)
    if (
        entry is not None
        and entry.version == version
        and (entry.ends is None or now.timestamp() < entry.ends)
    ):
        shows(*entry.shown)
        return entry.value
    # The moment is read first, so that an entry ends rather too early than too late.
    ends = next_moment(now) if scheduled else None
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


def next_moment(now) -> float:
    """When something scheduled next begins or ends, as a POSIX time; at most an hour ahead.

    Which columns hold such moments is said by the models, in `scheduled_by`; `also_ends` adds what stands in no row.
    """
    also = [moment for tells in _also if (moment := tells(now)) is not None]

    def load() -> float:
        starts = [
            model.objects.filter(**{f"{field}__gt": now}).order_by().values_list(Min(field))
            for model in apps.get_models()
            if issubclass(model, Content)
            for field in model.scheduled_by
        ]
        # One query: the first moment of each kind.
        firsts = [row[0] for row in starts[0].union(*starts[1:], all=True) if row[0] is not None]
        return min((moment.timestamp() for moment in firsts), default=0)

    moment = memoised(NEXT, load)
    if moment and moment <= now.timestamp():
        with _lock:
            _entries.pop(NEXT, None)
        moment = memoised(NEXT, load)
    return min([(now + MAX_LIFE).timestamp(), *also, *([moment] if moment else [])])


_also: list[Callable[[datetime], float | None]] = []


def also_ends(tells: Callable[[datetime], float | None]) -> None:
    """Let what is remembered end as well when `tells` says: given now, the next moment as a POSIX time, or None."""
    _also.append(tells)
