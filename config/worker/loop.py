"""One cheap question a second that says which sweeps are wanted, and the lanes in which those run."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, connections
from django.db.models.functions import Now

from config.connections.together import keeps_connections
from config.worker.sweeps import DueSweeps, Lane, Sweep, sweeps
from shop.sweeps.alone import not_set_back

log = logging.getLogger(__name__)
_prepared: WeakKeyDictionary = WeakKeyDictionary()  # connection to the server: names of what it has planned


class Question:
    """One query for all sweeps. It is compiled once: the moment in it is the database's own.

    PostgreSQL plans it once for each connection that is kept: planning it costs ten times as much as answering.
    """

    def __init__(self, asked: list[tuple[str, Callable]]):
        """`asked`: (name of a sweep, its `due`)."""
        self.names, parts = [], []
        for name, due in asked:
            rows = not_set_back(due(Now()), name, Now()).order_by()
            try:
                sql, params = rows.query.exists().get_compiler(connection=connection).as_sql()
            except EmptyResultSet:
                continue
            self.names.append(name)
            # Written out, since no database uses a partial index for a value that comes as a parameter.
            written = tuple(connection.schema_editor().quote_value(value) for value in params)
            parts.append(f"EXISTS({sql % written})")
        marks = [
            "(SELECT value FROM content_contentversion WHERE id = 1)",
            "(SELECT MAX(id) FROM orders_orderevent)",
        ]
        self.sql = f"SELECT {', '.join([*marks, *parts])}"
        self.prepared_as = f"worker_asks_{hashlib.blake2b(self.sql.encode(), digest_size=8).hexdigest()}"

    def ask(self) -> DueSweeps:
        with connection.cursor() as cursor:
            cursor.execute(self._statement(cursor))
            content, orders, *due = cursor.fetchone()
        return DueSweeps(content, orders, frozenset(name for name, is_due in zip(self.names, due, strict=True) if is_due))  # fmt: skip

    def _statement(self, cursor) -> str:
        """What asks it on the connection of this cursor; prepared there, if the connection is one that is kept."""
        if connection.vendor != "postgresql" or not keeps_connections(connection):
            return self.sql
        known = _prepared.setdefault(connection.connection, set())
        if self.prepared_as not in known:
            cursor.execute(f"PREPARE {self.prepared_as} AS {self.sql}")
            known.add(self.prepared_as)
        return f"EXECUTE {self.prepared_as}"


class Worker:
    """The sweeps with what they remember. `tick` runs those that are wanted now; while nothing is, it asks one query."""

    def __init__(self, table: list[Sweep] | None = None, more=()):
        """`more`: further (name, due) to ask about, for `found`."""
        self.sweeps = sweeps() if table is None else table
        self.question = Question([(one.name, one.due) for one in self.sweeps if one.due] + list(more))
        self.found: DueSweeps | None = None
        self.beside: dict[Lane, threading.Thread] = {}
        self.is_ending = False

    def tick(self) -> bool:
        """Whether anything was done, all lanes one after the other.

        A sweep that fails does not keep the others from running; without a database it raises.
        """
        self.found = self.question.ask()
        return _run(self.sweeps, self.found)

    def tick_in_lanes(self) -> bool:
        """Whether anything was done for money, which this thread does itself; other lanes begin beside it.

        A lane that is still at work is left alone until it has nothing to do. Raises without a database.
        """
        self.found, clock = self.question.ask(), time.monotonic()
        for lane in Lane:
            own = [sweep for sweep in self.sweeps if sweep.lane == lane]
            if lane == Lane.MONEY or self._is_at_work(lane):
                continue
            if any(sweep.is_wanted(self.found, clock) for sweep in own):
                self.beside[lane] = threading.Thread(
                    target=self._work_beside, args=(own, self.found), name=f"worker {lane}", daemon=True
                )
                self.beside[lane].start()
        return _run([sweep for sweep in self.sweeps if sweep.lane == Lane.MONEY], self.found)

    def _is_at_work(self, lane: Lane) -> bool:
        return lane in self.beside and self.beside[lane].is_alive()

    def _work_beside(self, own: list[Sweep], found: DueSweeps) -> None:
        """Until nothing is left to do, on a database connection of this thread."""
        try:
            while _run(own, found) and not self.is_ending:
                found = self.question.ask()
        except DatabaseError:
            log.warning("The database does not answer; this lane begins again once it does.")
        finally:
            connections.close_all()

    def end(self, patience: float = 10) -> None:
        """Let lanes finish what they are at, for some seconds. What is cut off then is a row, and is done again."""
        self.is_ending, until = True, time.monotonic() + patience
        for thread in self.beside.values():
            thread.join(max(until - time.monotonic(), 0))

    @property
    def has_failures(self) -> bool:
        return any(sweep.failed for sweep in self.sweeps if sweep.lane == Lane.MONEY or not self.beside)


def _run(own: list[Sweep], found: DueSweeps) -> bool:
    clock, worked = time.monotonic(), False
    for sweep in own:
        if sweep.is_wanted(found, clock):
            worked = sweep.run(found, clock) or worked
    return worked
