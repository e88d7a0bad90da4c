"""Short questions past Django's cursor answer as those through it, and fail as they do."""

import threading

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction

from shop.content.models import ContentScope, content_changed, numbers_of
from shop.content.short import ask, is_plain

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SQL = "SELECT key, value, NULL FROM content_contentscope WHERE key IN (%s, %s) AND value > %s ORDER BY key"
ODD = 'it\'s "ünusual" %s \\ $1'


def through_the_cursor(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_both_ways_find_the_same():
    ContentScope.objects.bulk_create([ContentScope(key=key, value=2**61 + 1) for key in ("a scope", ODD)])
    for values in (("a scope", ODD, 0), (ODD, "nobody", 5), ("no", "one", 0), ("a scope", ODD, 2**61 + 1)):
        assert is_plain()
        found = [(key, int(value), none) for key, value, none in ask(SQL, *values)]
        assert found == through_the_cursor(SQL, *values)
    assert numbers_of(["a scope", "nobody"])["a scope"] == 2**61 + 1


def test_in_a_transaction_it_reads_what_that_sees():
    with transaction.atomic():
        assert not is_plain()
        content_changed("a scope")
        assert numbers_of(["a scope"])["a scope"]
        there = threading.Thread(
            target=lambda: seen.append(numbers_of(["a scope"])["a scope"]) or connection.close()
        )
        seen: list[int] = []
        there.start()
        there.join()
    assert seen == [0]
    assert numbers_of(["a scope"])["a scope"]


@pytest.mark.parametrize(
    ("sql", "values", "error"),
    [
        ("SELECT nothing FROM nowhere", (), ProgrammingError),
        ("SELECT 1 / %s::int", (0,), DatabaseError),
        ("SELECT value FROM content_contentversion WHERE id = %s", ("no number",), DatabaseError),
    ],
)
def test_what_is_wrong_is_raised_as_by_a_cursor(sql, values, error):
    with pytest.raises(error):
        ask(sql, *values)
    with pytest.raises(error):
        through_the_cursor(sql, *values)
    assert ask("SELECT 1") == [("1",)]


def test_a_connection_that_the_server_ended_is_an_operational_error_and_the_next_question_is_answered():
    (pid,) = ask("SELECT pg_backend_pid()")[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [int(pid)])
    other.close()
    with pytest.raises(OperationalError):
        ask("SELECT 1")
    connection.close()
    assert ask("SELECT 1") == [("1",)]
