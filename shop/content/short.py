"""Short questions, such as each kept page asks: on PostgreSQL past Django's cursor and psycopg's, which take ten times as long."""

from functools import lru_cache
from typing import Any

from django.db import connection, connections
from django.db.utils import DEFAULT_DB_ALIAS


def ask(sql: str, *values: Any) -> list[tuple]:
    """The rows of a query with %s for each value. What is a number may come as a text: use `int`.

    Raises Django's DatabaseError, as a cursor does.
    """
    if is_plain():
        return _straight(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def is_plain(database=None) -> bool:
    """Whether PostgreSQL can be asked past Django: not within a transaction, which psycopg begins, nor while somebody listens."""
    database = database or connections[DEFAULT_DB_ALIAS]  # looked up once: that takes longer than the rest
    return (
        database.vendor == "postgresql"
        and not database.in_atomic_block
        and not database.execute_wrappers
        and not database.queries_logged
        and database.settings_dict["AUTOCOMMIT"]
    )


def _straight(sql: str, values: tuple) -> list[tuple]:
    from psycopg import OperationalError  # needs its C library, which SQLite does not
    from psycopg.errors import error_from_result
    from psycopg.pq import ConnStatus, ExecStatus

    with connection.wrap_database_errors:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        server: Any = connection.connection.pgconn
        result = server.exec_params(_numbered(sql), [str(value).encode() for value in values])
        if server.status != ConnStatus.OK:
            raise OperationalError(server.get_error_message())
        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
    columns = range(result.nfields)
    return [
        tuple(_text(result.get_value(row, column)) for column in columns) for row in range(result.ntuples)
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@lru_cache(200)
def _numbered(sql: str) -> bytes:
    """With $1, $2 … as PostgreSQL itself counts values."""
    first, *rest = sql.split("%s")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).encode()
