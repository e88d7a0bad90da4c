"""Queries of Django's that PostgreSQL has read and planned before: it takes longer over that than over finding a page's rows.

Only where a connection outlives the request and nothing stands around the query: within a transaction one that fails would end
it. Everywhere else, and on SQLite, `ask` answers None, and Django asks.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shop.content.short import can_prepare, filled_up, name_of, prepared

TYPES: dict[type, str] = {int: "::bigint", datetime: "::timestamptz", str: ""}
LARGEST = 2**63
MARKS = re.compile(r"IN \((%s(?:, %s)*)\)|%(?:s|%)")
TIMESTAMPTZ, TEXT = 1184, 0  # as psycopg and PostgreSQL call them


class Prepared:
    """A query with its parameters. `slots`: for each where its value stands (number of the value, number within its list),
    None for a constant. `lengths`: of the lists among the values, 0 for what is none.

    A list that stands behind IN goes as one array: one statement for lists of all lengths, with a plan that looks each up.
    """

    def __init__(
        self,
        sql: str,
        params: Sequence[Any],
        slots: Sequence[tuple[int, int] | None],
        lengths: Sequence[int],
    ):
        self.sql, self.params, self.slots, self.lengths = sql, params, slots, lengths
        self.texts: dict[tuple[type, ...], tuple[bytes, bytes]] = {}
        self.used = {slot[0] for slot in slots if slot}
        self.spread = self._spread()

    def ask(self, database, values: Sequence[Any]) -> list[tuple] | None:
        """The rows for these values, as a cursor gives them. None where Django has to ask. Raises Django's DatabaseError."""
        if not can_prepare(database) or not all(map(_fits, values)):
            return None
        from psycopg.adapt import Transformer  # needs its C library, which SQLite does not

        with database.wrap_database_errors:
            database.close_if_health_check_failed()
            database.ensure_connection()
            kinds = tuple(map(_kind, values))
            if kinds not in self.texts:
                self.texts[kinds] = self._text(database.connection, kinds)
            result = prepared(database, *self.texts[kinds], self._parameters(values))
            if result is None:
                return None
            reader = Transformer(database.connection if _agrees(database) else database.create_cursor())
            reader.set_pgresult(result)
            return reader.load_rows(0, result.ntuples, tuple)

    def _marks(self):
        """(a mark of the SQL, the parameters that stand there, their slots): one parameter, or all behind an IN."""
        places = iter(zip(self.params, self.slots, strict=True))
        for mark in MARKS.finditer(self.sql):
            here = [next(places) for _ in range(mark[0].count("%s"))]
            yield mark, [param for param, _ in here], [slot for _, slot in here]

    def _is_whole(self, mark: re.Match, params: list, slots: list) -> bool:
        """Whether a whole list of numbers stands behind an IN."""
        if not mark[1] or not slots[0] or type(params[0]) is not int:
            return False
        number = slots[0][0]
        return slots == [(number, one) for one in range(self.lengths[number])]

    def _spread(self) -> set[int]:
        """The lists that stand elsewhere too, one value each."""
        scattered = (
            slots for mark, params, slots in self._marks() if not self._is_whole(mark, params, slots)
        )
        return {slot[0] for slots in scattered for slot in slots if slot and self.lengths[slot[0]]}

    def _parameters(self, values: Sequence[Any]) -> list[bytes]:
        found: list[bytes] = []
        for number in sorted(self.used):
            value = values[number]
            found += map(_written, filled_up(value)) if number in self.spread else [_written(value)]
        return found

    def _text(self, connection, kinds) -> tuple[bytes, bytes]:
        """(its name, its text): values have numbers, and constants stand where they stand in Django's own query."""
        from psycopg import sql

        first, count = {}, 1  # by value the number of its first parameter
        for number in sorted(self.used):
            first[number] = count
            count += self.lengths[number] if number in self.spread else 1

        def written(param: Any, slot: tuple[int, int] | None) -> str:
            if slot is None:
                return sql.Literal(param).as_string(connection)
            number, within = slot
            place = first[number] + (within if number in self.spread else 0)
            return f"${place}{TYPES[kinds[number]]}"

        parts, end = [], 0
        for mark, params, slots in self._marks():
            parts.append(self.sql[end : mark.start()])
            end = mark.end()
            if not slots:
                parts.append("%")
            elif self._is_whole(mark, params, slots) and slots[0][0] not in self.spread:
                parts.append(f"= ANY({written(None, slots[0])}[])")
            else:
                ones = ", ".join(map(written, params, slots))
                parts.append(f"IN ({ones})" if mark[1] else ones)
        text = "".join([*parts, self.sql[end:]]).encode()
        return name_of(text), text


def _kind(value: Any) -> type:
    return type(value[0] if value else 0) if type(value) is list else type(value)


def _written(value: Any) -> bytes:
    return f"{{{','.join(map(str, value))}}}".encode() if type(value) is list else str(value).encode()


def _fits(value: Any) -> bool:
    """Whether `_written` writes it as PostgreSQL reads it."""
    kind = type(value)
    if kind is list:
        return all(type(one) is type(value[0]) and _fits(one) for one in value)
    return (
        (kind is int and -LARGEST <= value < LARGEST)
        or (kind is datetime and value.tzinfo is not None)
        or (kind is str and "\0" not in value)
    )


def _agrees(database) -> bool:
    """Whether the connection reads moments in Django's time zone, as Django looks before it makes a cursor."""
    return database.timezone == database.connection.adapters.get_loader(TIMESTAMPTZ, TEXT).timezone
