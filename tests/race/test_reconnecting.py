"""A connection that PostgreSQL ended is not given to anybody, and asking costs the server nothing."""

import os
import socket

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from config.connections.database import WatchedConnection, with_pool

pytestmark = [pytest.mark.race, pytest.mark.django_db]
URL = os.environ.get("TEST_DATABASE_URL", "").replace("postgres://", "postgresql://")
MINE = "a test of ours"


@pytest.fixture
def pool():
    made: dict = {}
    with_pool(made, pooled=True)
    options = {**made["OPTIONS"]["pool"], "min_size": 1, "max_size": 1}
    given = {"autocommit": True, "application_name": MINE}
    with ConnectionPool(URL, check=ConnectionPool.check_connection, kwargs=given, **options) as pool:
        pool.wait()
        yield pool


def answers(pool) -> bool:
    with pool.connection() as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def the_server_ends_it(connection) -> None:
    with psycopg.connect(URL, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = %s", [MINE]
        )


def it_rests_for_too_long(connection) -> None:
    connection.execute("SET idle_session_timeout = 20")
    end_of_stream = socket.socket(fileno=os.dup(connection.fileno()))
    end_of_stream.setblocking(True)
    end_of_stream.recv(1, socket.MSG_PEEK)


def a_firewall_cuts_it(connection) -> None:
    socket.socket(fileno=os.dup(connection.fileno())).shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("end", [the_server_ends_it, it_rests_for_too_long, a_firewall_cuts_it])
def test_one_that_was_ended_is_replaced_before_anybody_has_it(pool, end):
    with pool.connection() as connection:
        end(connection)
    assert answers(pool)


def test_the_control_has_the_dead_one():
    given = {"autocommit": True, "application_name": MINE}
    with ConnectionPool(URL, check=None, kwargs=given, min_size=1, max_size=1) as pool:
        pool.wait()
        the_server_ends_it(None)
        with pytest.raises(psycopg.OperationalError):
            answers(pool)


def test_looking_asks_the_server_nothing():
    with WatchedConnection.connect(URL, autocommit=True) as connection:
        connection.execute("SELECT 42")
        with psycopg.connect(URL) as other:
            before = last_query(other, connection)
            ConnectionPool.check_connection(connection)
            assert last_query(other, connection) == before == "SELECT 42"


def last_query(other, connection) -> str:
    pid = connection.info.backend_pid
    return other.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()[0]
