"""Questions that many requests have for PostgreSQL at once, put as one: those who wait share the next statement.

Each answer is read after its question was put, so it is never staler than one to a question put alone. All go over one
connection of this process, in statements that the server has prepared.
"""

import os
import threading
import time
from typing import Any

from django.db import DatabaseError, OperationalError, connections
from django.db.utils import DEFAULT_DB_ALIAS

PATIENCE = 3.0  # seconds that a question waits for a statement before it
REST = 1.0  # seconds without one after a failure: Django's own connections try again, and say what is wrong
COMMAND_OK, TUPLES_OK = 1, 2  # of libpq
Row = tuple[str | None, ...]


def keeps_connections(database) -> bool:
    """Whether a connection to the server outlives the request, so that it is worth preparing a statement on it."""
    return bool(database.settings_dict["OPTIONS"].get("pool"))


class Question:
    """`names`: one for each query of Together, None where nothing is asked of it."""

    def __init__(self, names: tuple[str | None, ...]):
        self.names = names
        self.rows: list[list[Row]] = []
        self.error: DatabaseError | None = None
        self.leads = False
        self.turn = threading.Lock()  # free when there is an answer, or when it is this one's turn to lead
        self.turn.acquire()


class Together:
    """`for_all`: a query whose rows everybody gets. `by_name`: queries with %s for an array of names, whose first column
    is the name for which the row is. Each has three columns of text.
    """

    def __init__(self, for_all: str, *by_name: str):
        self.queries = (for_all, *by_name)
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._waiting: list[Question] = []
        self._is_led = False
        self._rests_until = 0.0
        self._wrapper: Any = None
        self._prepared: dict[tuple[bool, ...], bytes] = {}

    def ask(self, *names: str | None) -> list[list[Row]]:
        """The rows for all, then those for each name. Names are letters and digits. Raises DatabaseError."""
        if not all(name is None or (name.isalnum() and name.isascii()) for name in names):
            raise ValueError("names are letters and digits")
        if self._pid != os.getpid():  # a connection belongs to the process that opened it
            self._begin()
        question = Question(names)
        with self._lock:
            if self._rests_until > time.monotonic():
                raise OperationalError("The last question failed a moment ago.")
            self._waiting.append(question)
            if not self._is_led:
                self._is_led = question.leads = True
        if not question.leads:
            self._wait(question)
        if question.leads:
            self._lead()
        if question.error is not None:
            raise OperationalError(str(question.error)) from question.error
        return question.rows

    def _wait(self, question: Question) -> None:
        if question.turn.acquire(timeout=PATIENCE):
            return
        with self._lock:
            if question in self._waiting and not question.leads:
                self._waiting.remove(question)
                raise OperationalError("Those before took too long.")
        question.turn.acquire()

    def _lead(self) -> None:
        """Ask for all who wait by now; then one of those who came meanwhile leads."""
        with self._lock:
            asked, self._waiting = self._waiting, []
        error: DatabaseError | None = OperationalError("interrupted")
        try:
            self._answer(asked)
            error = None
        except DatabaseError as failure:
            error = failure
        finally:
            if error is not None:
                self.close()
            with self._lock:
                if error is not None:
                    self._rests_until = time.monotonic() + REST
                follower = self._waiting[0] if self._waiting else None
                self._is_led = follower is not None
                if follower is not None:
                    follower.leads = True
            for question in asked:
                question.error = error
                question.turn.release()
            if follower is not None:
                follower.turn.release()

    def _answer(self, asked: list[Question]) -> None:
        if self._wrapper is None:
            self._wrapper = connections[DEFAULT_DB_ALIAS].copy()
            self._wrapper.inc_thread_sharing()
            self._wrapper.ensure_connection()
        places = range(len(self.queries) - 1)
        names = [{one for question in asked if (one := question.names[place])} for place in places]
        with self._wrapper.wrap_database_errors:
            server = self._wrapper.connection.pgconn
            statement = self._statement(server, tuple(map(bool, names)))
            result = server.exec_prepared(statement, [_array(some) for some in names if some])
            if server.status or result.status != TUPLES_OK:
                raise _error(server, result)
        found: dict[tuple[int, str | None], list[Row]] = {}
        value = result.get_value
        for row in range(result.ntuples):
            query = int(value(row, 0))
            key, *rest = [
                None if (one := value(row, column)) is None else one.decode() for column in (1, 2, 3)
            ]
            found.setdefault((query, key if query else None), []).append((key, *rest))
        for_all = found.get((0, None), [])
        for question in asked:
            own = [
                found.get((query, name), []) if name else [] for query, name in enumerate(question.names, 1)
            ]
            question.rows = [for_all, *own]

    def _statement(self, server, asks: tuple[bool, ...]) -> bytes:
        """The name of the one with the queries of which something is asked."""
        name = self._prepared.get(asks)
        if name is None:
            name = b"together_" + "".join(str(int(one)) for one in asks).encode()
            parts, number = [f"SELECT '0', own.* FROM ({self.queries[0]}) own"], 0  # noqa: S608 - our own queries
            for place, is_asked in enumerate(asks, 1):
                if is_asked:
                    number += 1
                    query = self.queries[place].replace("%s", f"${number}")
                    parts.append(f"SELECT '{place}', own.* FROM ({query}) own")  # noqa: S608 - the same
            result = server.prepare(name, " UNION ALL ".join(parts).encode())
            if result.status != COMMAND_OK:
                raise _error(server, result)
            self._prepared[asks] = name
        return name

    def close(self) -> None:
        """Give the connection back; the next question takes another one."""
        wrapper, self._wrapper, self._prepared = self._wrapper, None, {}
        if wrapper is not None and wrapper.connection is not None:
            with wrapper.wrap_database_errors:
                wrapper.connection.close()  # the pool throws away what is closed
            wrapper.close()


def _error(server, result) -> Exception:
    from psycopg import OperationalError as Lost  # needs its C library, which SQLite does not
    from psycopg.errors import error_from_result

    return Lost(server.get_error_message()) if server.status else error_from_result(result)


def _array(names: set[str]) -> bytes:
    return f"{{{','.join(sorted(names))}}}".encode()
