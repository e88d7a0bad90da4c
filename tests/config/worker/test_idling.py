"""A sweep that fails whole, and a worker with nothing to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.newsletter.models import Letter
from config.worker.loop import Question, Worker
from config.worker.sweeps import Sweep, sweeps
from shop.attribution import count
from shop.attribution.models import Tally
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.sandbox import events as sandbox_events
from shop.payments.sandbox.models import SandboxSession
from shop.pictures import renditions
from shop.sweeps.models import Setback
from tests.config.worker.rows import mails
from tests.support.factories import an_order_at_stripe, region, set_stock, stock

pytestmark = pytest.mark.django_db


# --- a sweep that fails whole, and idling -------------------------------------------------------------------------------


def test_a_sweep_that_fails_whole_stops_no_other_and_rests():
    ran = []

    def fails():
        ran.append("fails")
        raise ValueError("for ada@example.org")

    def works():
        ran.append("works")

    worker = Worker([Sweep(fails, every=0), Sweep(works, every=0)])
    for _ in range(3):
        worker.tick()
    assert ran == ["fails", "works", "works", "works"]
    setback = Setback.objects.get()
    assert (setback.sweep, setback.about) == ("worker", "fails")
    assert "ada" not in setback.error
    assert worker.has_failures


def test_a_sweep_that_works_again_is_no_setback_any_more():
    fail = [True]

    def sometimes():
        if fail[0]:
            raise ValueError

    worker = Worker([Sweep(sometimes, every=0)])
    worker.tick()
    fail[0], worker.sweeps[0].rest_until = False, 0
    worker.tick()
    assert not Setback.objects.exists()


@pytest.fixture
def idle(settings):
    """A worker that has done what there was to do."""
    settings.EMAIL_URL, settings.CHECK_OUTSIDE_LINKS = "", False
    worker = Worker(more=[("render_next", lambda now: renditions.waiting_pictures())])
    for _ in range(30):
        for sweep in worker.sweeps:
            sweep.rest_until = 0
        if not worker.tick():
            break
    return worker


@pytest.mark.slow
def test_an_idle_worker_asks_one_query_a_second(idle):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        for _ in range(5):
            assert idle.tick() is False
    assert len(captured) == 5, "one each"


@pytest.mark.slow
def test_the_one_query_finds_what_is_due_and_what_moved(idle):
    before = idle.question.ask()
    assert before.due <= {"render_next"}
    an_order_at_stripe()
    assert idle.question.ask().orders != before.orders
    ago = timezone.now() - timedelta(seconds=2)
    Payment.objects.update(look_at=ago)
    sandbox_events.emit("test", {}, ago)
    assert {"deliver", "look_at_payments"} <= idle.question.ask().due
    Tally.objects.create(day="2026-01-01", region=region("uk"), article=1, what="views", amount=1)
    Letter.objects.create(
        region=region("uk"), subject="S", words="W", send_from=timezone.now() - timedelta(seconds=2)
    )
    Order.objects.update(hold_until=ago)
    SandboxSession.objects.update(expires_at=ago, status="open")
    found = idle.question.ask().due
    assert {"fold", "send_letters", "end_overdue_orders", "expire_due_sessions"} <= found
    assert "send_refunds" not in found
    set_stock("OIL-SPR-100", "uk", 0)
    assert idle.question.ask().content != before.content


@pytest.mark.slow
def test_what_waits_after_a_failure_wakes_nobody(idle):
    row = Tally.objects.create(day="2026-01-01", region=region("uk"), article=1, what="nonsense", amount=1)
    assert "fold" in idle.question.ask().due
    count.fold()
    assert Setback.objects.get().about == str(row.pk)
    assert "fold" not in idle.question.ask().due


@pytest.mark.slow
def test_a_mail_wakes_the_worker_only_with_a_mail_server(settings, idle):
    mails()
    assert "send_next" not in Worker().question.ask().due
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert "send_next" in Worker().question.ask().due


@pytest.mark.sqlite
def test_the_question_reads_indexes_however_many_rows_there_are():
    """SQLite’s plan says so, PostgreSQL’s depends on how many rows there are; a scan of a big table each second would be most of an idle worker's time."""
    question = Question([(sweep.name, sweep.due) for sweep in sweeps() if sweep.due])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {question.sql}")
        steps = [row[3] for row in cursor.fetchall()]
    scanned = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    small = (
        "letters_letter",
        "attribution_tally",
        "sandbox_sandbox",
        "CONSTANT ROW",
        "outbox_mail",
        "invoices_series",
    )
    assert not [step for step in scanned if not any(name in step for name in small)], steps


@pytest.mark.slow
def test_content_that_changes_wakes_what_follows_it(idle):
    ran = []
    for sweep in idle.sweeps:
        if sweep.on_content:
            sweep.work = lambda name=sweep.name: ran.append(name)
            sweep.rest_until = 0
    idle.tick()
    assert ran == []
    set_stock("CIT-CAP-90", "uk", 0 if stock().on_hand else 5)
    idle.tick()
    assert set(ran) == {"send_alerts", "look_at_links", "reindex", "recheck_claims", "keep_parts"}
