"""The least a sale needs."""

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from tests.support.factories import a_small_shop


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green race test on SQLite proves nothing"
    return a_small_shop(1)


ROLES = ("django_content_type", "auth_permission", "auth_group", "auth_group_permissions")


def how_many_roles() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in ROLES))
        return cursor.fetchone()


@pytest.fixture(scope="session", autouse=True)
def roles_stay(django_db_setup, django_db_blocker):
    """Between two tests all rows go except roles and what they may do.

    Django takes these too and makes them again, which takes eight times as long as all the rest. It still does
    where a test has changed them.
    """
    with django_db_blocker.unblock():
        had = how_many_roles()
    whole = TransactionTestCase._fixture_teardown

    def emptied(self):
        if how_many_roles() != had:
            whole(self)
            return
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        names = ", ".join(f'"{name}"' for name in tables if name not in ROLES)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {names}")

    TransactionTestCase._fixture_teardown = emptied
    yield
    TransactionTestCase._fixture_teardown = whole


@pytest.fixture
def empty():
    """Settings of a database that has nothing in it yet."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield {**connection.settings_dict, "NAME": name}
    connections["default"].close()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
