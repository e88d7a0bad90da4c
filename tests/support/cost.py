"""What a page costs, drawn with nothing kept."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import a_shopper, begin_anew

EACH = 20  # steps from one count to the next


def cost(path: str) -> tuple[int, int]:
    """(queries, thousands of steps that SQLite takes for them) of a page drawn with nothing in any cache.

    SQLite counts for each statement from where that ended when it was last used: what is less than EACH falls to it or
    not by chance. Counted by the thousand, a page of twenty queries would differ from itself by half.
    """
    a_shopper().get(path)  # templates and addresses are compiled once
    begin_anew()
    steps = 0

    def more() -> None:
        nonlocal steps
        steps += 1

    connection.connection.set_progress_handler(more, EACH)
    try:
        with CaptureQueriesContext(connection) as captured:
            assert a_shopper().get(path).status_code == 200
    finally:
        connection.connection.set_progress_handler(None, 0)
    assert len(captured) > 3, "drawn, not kept"
    return len(captured), round(steps * EACH / 1000)
