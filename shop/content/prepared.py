"""Queries of Django's that PostgreSQL has read and planned before: it takes longer over that than over finding a page's rows.

Only where a connection outlives the request and nothing stands around the query: within a transaction one that fails would end
it. Everywhere else, and on SQLite, `ask` answers None, and Django asks.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shop.content.short import can_prepare, name_of, prepared

TYPES: dict[type, str] = {int: "::bigint", datetime: "::timestamptz", str: ""}
LARGEST = 2**63
MARK = re.compile("%(s|%)")
TIMESTAMPTZ, TEXT = 1184, 0  # as psycopg and PostgreSQL call them


class Prepared:
    """A query with its parameters. `slots`: for each the number of the value that stands there, None for a constant."""

    def __init__(self, sql: str, params: Sequence[Any], slots: Sequence[int | None]):
        self.sql, self.params, self.slots = sql, params, slots
        self.texts: dict[tuple[type, ...], tuple[bytes, bytes]] = {}

    def ask(self, database, values: Sequence[Any]) -> list[tuple] | None:
        """The rows for these values, as a cursor gives them. None where Django has to ask. Raises Django's DatabaseError."""
        if not can_prepare(database) or not all(map(_fits, values)):
            return None
        from psycopg.adapt import Transformer  # needs its C library, which SQLite does not

        with database.wrap_database_errors:
            database.close_if_health_check_failed()
            database.ensure_connection()
            kinds = tuple(map(type, values))
            if kinds not in self.texts:
                self.texts[kinds] = self._text(database.connection, kinds)
            result = prepared(database, *self.texts[kinds], [str(value).encode() for value in values])
            if result is None:
                return None
            reader = Transformer(database.connection if _agrees(database) else database.create_cursor())
            reader.set_pgresult(result)
            return reader.load_rows(0, result.ntuples, tuple)

    def _text(self, connection, kinds) -> tuple[bytes, bytes]:
        """(its name, its text): values have numbers, and constants stand where they stand in Django's own query."""
        from psycopg import sql

        places = iter(zip(self.params, self.slots, strict=True))

        def put(mark: re.Match) -> str:
            if mark[0] == "%%":
                return "%"
            constant, slot = next(places)
            if slot is None:
                return sql.Literal(constant).as_string(connection)
            return f"${slot + 1}{TYPES[kinds[slot]]}"

        text = MARK.sub(put, self.sql).encode()
        return name_of(text), text


def _fits(value: Any) -> bool:
    """Whether it is written for PostgreSQL as `str` does."""
    kind = type(value)
    return (
        (kind is int and -LARGEST <= value < LARGEST)
        or (kind is datetime and value.tzinfo is not None)
        or (kind is str and "\0" not in value)
    )


def _agrees(database) -> bool:
    """Whether the connection reads moments in Django's time zone, as Django looks before it makes a cursor."""
    return database.timezone == database.connection.adapters.get_loader(TIMESTAMPTZ, TEXT).timezone
