"""The least a sale needs."""

import pytest
from django.db import connection

from tests.support.factories import a_small_shop


@pytest.fixture(autouse=True)
def a_shop():
    assert connection.vendor == "postgresql", "a green race test on SQLite proves nothing"
    return a_small_shop(1)
