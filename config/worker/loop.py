"""What the worker does and when: a table of sweeps, and one cheap question a second that says which of them are due."""

import logging
import time
from collections.abc import Callable

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.functions import Now

from config.worker.sweeps import Found, Sweep, sweeps
from shop.sweeps.alone import not_set_back

log = logging.getLogger(__name__)


class Question:
    """One query for all sweeps. It is compiled once: the moment in it is the database's own."""

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
            # Written out, since no database uses a partial index for a value that it is told only later.
            written = tuple(connection.schema_editor().quote_value(value) for value in params)
            parts.append(f"EXISTS({sql % written})")
        marks = [
            "(SELECT value FROM content_contentversion WHERE id = 1)",
            "(SELECT MAX(id) FROM orders_orderevent)",
        ]
        self.sql = f"SELECT {', '.join([*marks, *parts])}"

    def ask(self) -> Found:
        with connection.cursor() as cursor:
            cursor.execute(self.sql)
            content, orders, *due = cursor.fetchone()
        return Found(content, orders, frozenset(name for name, is_due in zip(self.names, due, strict=True) if is_due))  # fmt: skip


class Worker:
    """The sweeps with what they remember. `tick` runs those that are wanted now; while nothing is, it asks one query."""

    def __init__(self, table: list[Sweep] | None = None, more=()):
        """`more`: further (name, due) to ask about, for `found`."""
        self.sweeps = sweeps() if table is None else table
        self.question = Question([(one.name, one.due) for one in self.sweeps if one.due] + list(more))
        self.found: Found | None = None

    def tick(self) -> bool:
        """Whether anything was done. A sweep that fails does not keep the others from running; without a database it raises."""
        self.found, clock, worked = self.question.ask(), time.monotonic(), False
        for sweep in self.sweeps:
            if sweep.is_wanted(self.found, clock):
                worked = sweep.run(self.found, clock) or worked
        return worked

    @property
    def has_failures(self) -> bool:
        return any(sweep.failed for sweep in self.sweeps)
