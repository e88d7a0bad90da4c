"""Short questions, such as each kept page asks: on PostgreSQL past Django's cursor and psycopg's, which take ten times as long."""

import hashlib
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection, connections
from django.db.utils import DEFAULT_DB_ALIAS

SQLSTATE = ord("C")  # of libpq's fields
ALREADY = "42P05"  # it is prepared
GONE = {"26000", "0A000"}  # it isn't any more, or its columns have become others
SHORT = 8  # lists that are asked for as long as they are
# A plan for all values at once: for some of a page's queries PostgreSQL would else go on planning each time. Such a plan
# guesses how many rows there are, and for large tables would start further processes, which takes longer than the rest.
ONE_PLAN = b"SET plan_cache_mode = force_generic_plan; SET max_parallel_workers_per_gather = 0"
MOST = 500  # statements of one connection
# By connection the names of what is prepared there.
_known: WeakKeyDictionary[Any, set[bytes]] = WeakKeyDictionary()


def ask(sql: str, *values: Any) -> list[tuple]:
    """The rows of a query with %s for each value. What is a number may come as a text: use `int`.

    Raises Django's DatabaseError, as a cursor does.
    """
    if is_plain():
        return _straight(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def filled_up(values: list) -> list:
    """A long list is filled up with its last value to a power of two, so that there are few lengths of a query."""
    return (
        values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
        if len(values) > SHORT
        else values
    )


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


def can_prepare(database) -> bool:
    """Whether it is worth it: what PostgreSQL has prepared it knows until the connection ends."""
    return is_plain(database) and outlives_requests(database)


def outlives_requests(database) -> bool:
    return bool(database.settings_dict["OPTIONS"].get("pool"))


def _straight(sql: str, values: tuple) -> list[tuple]:
    name, text = _numbered(sql)
    parameters = [str(value).encode() for value in values]
    database: Any = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors:
        database.close_if_health_check_failed()
        database.ensure_connection()
        result = prepared(database, name, text, parameters) if can_prepare(database) else None
        if result is None:
            server = database.connection.pgconn
            result = _checked(server, server.exec_params(text, parameters))
    columns = range(result.nfields)
    return [
        tuple(_text(result.get_value(row, column)) for column in columns) for row in range(result.ntuples)
    ]


def prepared(database, name: bytes, text: bytes, parameters: list[bytes]):
    """What libpq gives for a statement that the server has read and planned before. None where it can't be prepared.

    Needs an open connection outside of transactions. `name`: the same for the same text, also in other processes:
    between us and the server there may be a pool. Raises psycopg's errors.
    """
    connection = database.connection
    server, known = connection.pgconn, _known.get(connection)
    if known is None:
        known = _known[connection] = set()
        server.exec_(ONE_PLAN)
    if name not in known:
        if len(known) >= MOST:
            return None
        made = server.prepare(name, text)
        if (state := _state(made)) and state != ALREADY:
            return None
        known.add(name)
    result = server.exec_prepared(name, parameters)
    if _state(result) in GONE:
        known.discard(name)
        return None
    return _checked(server, result)


def _checked(server, result):
    from psycopg import OperationalError  # needs its C library, which SQLite does not
    from psycopg.errors import error_from_result
    from psycopg.pq import ConnStatus, ExecStatus

    if server.status != ConnStatus.OK:
        raise OperationalError(server.get_error_message())
    if result.status != ExecStatus.TUPLES_OK:
        raise error_from_result(result)
    return result


def _state(result) -> str:
    """The SQLSTATE of an error; empty where all went well."""
    return (result.error_field(SQLSTATE) or b"").decode()


def name_of(text: bytes) -> bytes:
    return b"shop_" + hashlib.blake2b(text, digest_size=16).hexdigest().encode()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


@lru_cache(200)
def _numbered(sql: str) -> tuple[bytes, bytes]:
    """(name, text) with $1, $2 … as PostgreSQL itself counts values."""
    first, *rest = sql.split("%s")
    text = "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).encode()
    return name_of(text), text
