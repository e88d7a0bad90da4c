"""The least a sale needs."""

import pytest
from django.db import connection, connections

from tests.support.factories import a_small_shop


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green race test on SQLite proves nothing"
    return a_small_shop(1)


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
