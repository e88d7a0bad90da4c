"""`make test` leaves nothing out, and runs nothing twice."""

from itertools import product
from pathlib import Path

import pytest

from shop.regions.models import Region
from tests import run_all
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


SAYS = {
    "once": [[], []],
    "twice": [["a[x y]"], ["a[x y]"]],
    "unsteady": [["a[x y]"], []],
    "many": [list("abcd"), []],
}


@pytest.mark.parametrize(
    ("story", "told"),
    [
        ("once", "ok"),
        ("twice", "FAILED"),
        ("unsteady", "ok at a second try: tests/t.py::test_a[x y]"),
        ("many", "FAILED"),
    ],
)
def test_what_fails_twice_is_broken_and_what_fails_once_is_told(monkeypatch, story, told):
    tries = iter(SAYS[story])

    def step(name, command):
        failed = next(tries)
        for part in command:
            if str(part).startswith("--junitxml="):
                cases = "".join(
                    f'<testcase file="tests/t.py" name="test_{one}"><failure/></testcase>' for one in failed
                )
                passed = '<testcase file="tests/t.py" name="test_fine"/>'
                Path(part.removeprefix("--junitxml=")).write_text(f"<testsuites>{cases}{passed}</testsuites>")
        run_all.results.append((name, "FAILED" if failed else "ok", 1.0))
        return not failed

    monkeypatch.setattr(run_all, "results", [])
    monkeypatch.setattr(run_all, "step", step)
    run_all.once_more("browser tests", ["pytest"], ["-n", "2"])
    assert run_all.results[0][1] == told


@pytest.fixture
def rows(db):
    return Region.objects.count()


def test_what_reaches_it_by_a_fixture_of_a_fixture_is_not_either(rows, request):
    assert rows
    assert not is_marked(request)
