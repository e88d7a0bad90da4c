"""What makes a machine ready to serve."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.management.commands import prepare

pytestmark = pytest.mark.django_db


def looks(monkeypatch, *applied: dict) -> list[str]:
    """What PostgreSQL was told while the applied migrations were these before and those after."""
    states = iter(applied)
    monkeypatch.setattr(prepare.MigrationRecorder, "applied_migrations", lambda self: next(states))
    monkeypatch.setattr(prepare, "call_command", lambda *names, **options: None)
    with CaptureQueriesContext(connection) as captured:
        prepare.Command().migrate()
    return [row["sql"] for row in captured]


def test_after_migrations_postgresql_looks_at_its_tables_and_else_it_need_not(monkeypatch):
    known = {("shop", "0001"): None}
    assert looks(monkeypatch, known, known) == []
    wanted = ["ANALYZE"] if connection.vendor == "postgresql" else []
    assert looks(monkeypatch, known, {**known, ("shop", "0002"): None}) == wanted
