"""`make test` leaves nothing out, and runs nothing twice."""

from itertools import product

import pytest

from shop.regions.models import Region
from tests.run_all import ON_POSTGRES, ON_SQLITE


def runs(expression: str, **marks: bool) -> bool:
    return bool(eval(expression, {}, {"race": False, "browser": False, **marks}))


@pytest.mark.parametrize(("walk", "slow", "sqlite", "no_database"), list(product([False, True], repeat=4)))
def test_every_test_runs_once_and_the_quick_ones_that_ask_a_database_on_postgresql(
    walk, slow, sqlite, no_database
):
    marks = {"walk": walk, "slow": slow, "sqlite": sqlite, "no_database": no_database}
    assert runs(ON_SQLITE, **marks) is not runs(ON_POSTGRES, **marks)
    assert runs(ON_POSTGRES, **marks) is not any(marks.values())


def is_marked(request) -> bool:
    return request.node.get_closest_marker("no_database") is not None


def test_what_asks_for_no_database_is_marked_and_reaches_none(request):
    assert is_marked(request)
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Region.objects.exists()


@pytest.mark.django_db
def test_what_is_marked_for_the_database_is_not_taken_for_one_without(request):
    assert not is_marked(request)


@pytest.fixture
def rows(db):
    return Region.objects.count()


def test_what_reaches_it_by_a_fixture_of_a_fixture_is_not_either(rows, request):
    assert rows
    assert not is_marked(request)
