"""Connections to PostgreSQL that recover by themselves: whoever restarts the database restarts nothing else.

Before a connection is taken from the pool, its socket is looked at: a server that ended has closed it. That costs some
microseconds; asking the server each time, as Django's CONN_HEALTH_CHECKS does, would cost a kept page a tenth.
"""

import select
from typing import Any

from psycopg import Connection

PER_PROCESS = 10  # connections at most: a gunicorn process of ours has eight threads, and kept pages have one (together.py)
POOL: dict[str, Any] = {
    "min_size": 2,
    "max_size": PER_PROCESS,
    "timeout": 3.0,  # seconds until a visitor hears that the database is away; threads must not wait for long
    "reconnect_timeout": 2.0,  # then the next visitor tries: waits that double would outlast the database's absence
}
CONNECT_TIMEOUT = 3  # seconds


class WatchedConnection(Connection[Any]):
    """Answers the pool's own check, an empty statement, from its socket; asks the server only where that holds anything."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        if query == "" and not self.closed and not _has_something_to_read(self.fileno()):
            return None
        return super().execute(query, *args, **kwargs)


def _has_something_to_read(socket: int) -> bool:
    """The end of the stream, or words from a server that ends: between two statements it says nothing else."""
    watching = select.poll()
    watching.register(socket, select.POLLIN)
    return bool(watching.poll(0))


def with_pool(database: dict[str, Any], pooled: bool) -> None:
    """Complete Django's settings of a PostgreSQL database."""
    options = database.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", CONNECT_TIMEOUT)
    options["pool"] = {**POOL, "connection_class": WatchedConnection} if pooled else False
    database["CONN_HEALTH_CHECKS"] = True
