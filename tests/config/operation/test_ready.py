"""Whether a process may have visitors, and what is late without being its fault."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from config.management.commands import work
from config.operation import ready
from config.operation.ready import State, is_ready, readiness
from config.worker import loop
from shop.outbox.models import Mail
from shop.payments.models import EventCursor, StripeEvent
from shop.sweeps.models import Heartbeat
from tests.conftest import a_shopper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(ready, "_up_to_date", set())


def fails(*args, **kwargs):
    raise OSError("postgres://shop:secret@10.0.0.7 is away")


def test_a_process_answers_without_asking_anything(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(connection, "cursor", fails)
    assert a_shopper().get("/healthz").json() == {"process": "ok"}


@pytest.mark.parametrize("host", ["10.1.2.3:8000", "fellbrook-web-7d9", "[::1]:8000"])
def test_whoever_asks_from_inside_is_answered_by_whatever_name_and_without_tls(host, settings):
    settings.SECURE_SSL_REDIRECT = settings.MAINTENANCE = True
    for path in ("/healthz", "/readyz"):
        answer = Client(SERVER_NAME="127.0.0.1").get(path, headers={"Host": host})
        assert answer.status_code == 200, path
        assert answer["Cache-Control"] == "no-store"
    assert Client().get("/uk/", headers={"Host": host}).status_code != 200
    assert Client().post("/readyz").status_code == 405


def test_it_is_ready_and_says_of_each_part_how_it_is(settings):
    now = timezone.now()
    Heartbeat.beat(Heartbeat.WORKER, at=now)
    EventCursor.objects.update_or_create(pk=1, defaults={"read_until": now})
    answer = a_shopper().get("/readyz")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    said = answer.json()
    assert said.pop("ready") is True
    assert list(said) == ["database", "migrations", "cache", "worker", "webhooks", "outbox"]
    assert {part["state"] for part in said.values()} == {"ok"}


def test_without_a_database_it_is_not_ready_and_says_nothing_of_why(monkeypatch):
    monkeypatch.setattr(connection, "cursor", fails)
    answer = a_shopper().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"state": "failed", "says": "does not answer"}
    assert "secret" not in answer.content.decode()
    assert "worker" not in answer.json()


def test_a_version_whose_migrations_are_missing_is_not_ready():
    MigrationRecorder.Migration.objects.filter(app="sweeps", name="0002_heartbeat").delete()
    found = readiness()
    assert found["migrations"].state == State.FAILED
    assert "1 to run: manage.py prepare" in found["migrations"].says
    assert not is_ready(found)


def test_what_a_newer_version_has_migrated_keeps_an_older_one_ready():
    MigrationRecorder.Migration.objects.create(app="sweeps", name="0099_of_tomorrow")
    assert readiness()["migrations"].state == State.OK


def test_a_cache_that_forgets_is_late_since_pages_are_drawn_without_it(monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: None)
    found = readiness()
    assert found["cache"].state == State.LATE
    assert is_ready(found)


SILENCE = [
    ("worker", ready.WORKER_SILENT, lambda at: Heartbeat.beat(Heartbeat.WORKER, at=at)),
    ("webhooks", ready.EVENTS_UNREAD, lambda at: EventCursor.objects.update_or_create(pk=1, defaults={"read_until": at})),
    ("webhooks", ready.EVENT_WAITS, lambda at: an_event(at)),
    ("outbox", ready.MAIL_WAITS, lambda at: Mail.objects.create(key="a:1", to="a@example.org", subject="s", due_at=at)),
]  # fmt: skip


def an_event(at):
    EventCursor.objects.update_or_create(pk=1, defaults={"read_until": timezone.now()})
    StripeEvent.objects.create(event_id="evt_1", type="x", happened_at=at, received_at=at, body={})


@pytest.mark.parametrize(("part", "most", "since"), SILENCE)
@pytest.mark.parametrize(("more", "state"), [(-1, State.OK), (0, State.OK), (1, State.LATE)])
def test_what_has_waited_too_long_is_late_to_the_second(part, most, since, more, state, settings):
    settings.EMAIL_URL = "smtp://localhost"
    now = timezone.now()
    since(now - most - timedelta(seconds=more))
    found = readiness(now)[part]
    assert found.state == state
    assert is_ready(readiness(now))
    if state == State.LATE:
        assert found.seconds == most.total_seconds() + more
        assert found.says


def test_mails_that_nobody_sends_are_not_late(settings):
    settings.EMAIL_URL = ""
    Mail.objects.create(key="a:1", to="a@example.org", subject="s", due_at=timezone.now() - timedelta(days=9))
    assert readiness()["outbox"].state == State.OK


def test_a_worker_that_never_ran_is_named_and_one_round_is_enough(monkeypatch):
    monkeypatch.setattr(work, "render_next", lambda: None)
    monkeypatch.setattr(loop.Worker, "tick", lambda worker: False)
    assert "manage.py work" in readiness()["worker"].says
    call_command("work", "--once")
    assert readiness()["worker"].state == State.OK


def test_asking_writes_nothing_but_the_probe_of_the_cache(django_assert_max_num_queries):
    readiness()
    with django_assert_max_num_queries(6) as asked:
        readiness()
    assert not [query for query in asked.captured_queries if not query["sql"].startswith("SELECT")]
