"""The worker's one question, as PostgreSQL plans it once for a connection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.worker import loop
from config.worker.loop import Question
from config.worker.sweeps import sweeps
from shop.attribution.models import Tally
from shop.regions.models import Region

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def a_question() -> Question:
    return Question([(sweep.name, sweep.due) for sweep in sweeps() if sweep.due])


def planned() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'worker_asks_%'")
        return cursor.fetchone()[0]


@pytest.fixture
def kept(monkeypatch):
    """As with the pool, where a connection serves again."""
    monkeypatch.setattr(loop, "keeps_connections", lambda database: True)


def test_it_is_planned_once_for_a_connection_and_answers_of_this_moment(kept):
    question = a_question()
    assert "fold" not in question.ask().due
    with CaptureQueriesContext(connection) as captured:
        assert "fold" not in a_question().ask().due  # of another worker in this process
    assert [row["sql"].split()[0] for row in captured] == ["EXECUTE"]
    Tally.objects.create(day="2026-11-02", region=Region.objects.first(), article=1, what="views", amount=1)
    assert "fold" in question.ask().due
    assert planned() == 1


def test_a_new_connection_is_told_it_anew(kept):
    question = a_question()
    question.ask()
    connection.close()
    assert planned() == 0
    assert question.ask().due is not None
    assert planned() == 1


def test_connections_that_are_opened_for_each_question_plan_nothing_ahead():
    a_question().ask()
    assert planned() == 0
