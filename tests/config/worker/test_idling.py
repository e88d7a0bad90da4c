"""A sweep that fails whole, and a worker with nothing to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.evidence.outside_links import CollectLinks
from articles.evidence.outside_links import collect as collect_all
from articles.models import Article, OutsideLink, RichText, Version
from articles.publishing.drafts import open_draft
from config.newsletter.models import Letter
from config.worker.loop import Question, Worker
from config.worker.sweeps import Sweep, sweeps
from shop.attribution import count
from shop.attribution.models import Tally
from shop.catalogue.models import Hold
from shop.catalogue.shelf_check import LookAtShelf
from shop.desk.models import LedgerState
from shop.ledger.check import QUIET
from shop.orders.models import Order
from shop.payments.models import Payment
from shop.payments.sandbox import events as sandbox_events
from shop.payments.sandbox.models import SandboxSession
from shop.pictures import renditions
from shop.sweeps.models import Setback
from tests.config.worker.rows import mails
from tests.support.clock import freeze
from tests.support.factories import an_order_at_stripe, many_packs, region, set_stock, stock
from tests.support.orders import a_paid_order, paid

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


# --- what an idle hour asks and reads ----------------------------------------------------------------------------------

STEP = 1000  # steps of SQLite


def counted(work) -> tuple[int, int]:
    """(queries, thousands of steps that SQLite takes for them)."""
    steps = 0

    def more() -> None:
        nonlocal steps
        steps += 1

    connection.connection.set_progress_handler(more, STEP)
    try:
        with CaptureQueriesContext(connection) as captured:
            work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return len(captured), steps


def idle_hour(table: list[Sweep]) -> dict[str, tuple[float, float]]:
    """By sweep what it asks and reads in an hour in which nothing happens."""
    found: dict[str, tuple[float, float]] = {}
    for sweep in table:
        if sweep.every:
            rounds = 2 * QUIET  # some leave out rounds
            costs = [counted(sweep.work) for _ in range(rounds)]
            times = 3600 / sweep.every / rounds
            found[sweep.name] = sum(n for n, _ in costs) * times, sum(n for _, n in costs) * times
    return found


@pytest.mark.walk
@pytest.mark.sqlite
def test_an_idle_hour_asks_little_and_no_more_of_a_larger_shop(idle, settings):
    settings.PAYMENT_MODE = "sandbox"
    set_stock("CIT-CAP-90", "uk", 90)
    many_packs(400)  # more than the part that a look at the ledger goes through
    for number in range(12):
        paid(email=f"a{number}@example.org")
    table = [sweep for sweep in idle.sweeps if sweep.every]
    for _ in range(2):
        idle_hour(table)
    before = idle_hour(table)
    assert sum(queries for queries, _ in before.values()) < 4000, before
    many_packs(240)
    for number in range(12):
        paid(email=f"b{number}@example.org")
    for _ in range(2):
        idle_hour(table)
    after = idle_hour(table)
    for name, (queries, steps) in before.items():
        assert after[name][0] <= 1.2 * queries + 60, (name, before[name], after[name])
        assert after[name][1] <= 1.5 * steps + 300, (name, before[name], after[name])


@pytest.mark.slow
def test_the_shelf_is_compared_by_a_few_queries_however_many_products_are_looked_at(monkeypatch):
    many_packs(60)
    look = LookAtShelf()
    look()
    monkeypatch.setattr("shop.catalogue.shelf_check.A_LOOK", 5)
    few, _ = counted(LookAtShelf())
    monkeypatch.setattr("shop.catalogue.shelf_check.A_LOOK", 50)
    many, _ = counted(LookAtShelf())
    assert many <= few + 3


@pytest.mark.slow
def test_links_to_other_sites_are_read_of_what_changed_and_once_a_day_of_all(monkeypatch):
    collect, now = CollectLinks(), timezone.now()
    Article._base_manager.update(changed_at=now - timedelta(days=9))
    assert collect() > 3
    OutsideLink.objects.all().delete()
    freeze(monkeypatch, now + timedelta(hours=1))
    assert collect() == 0, "nothing was changed"
    draft = open_draft(Article.objects.first(), "anna")
    RichText.objects.create(
        parent=draft, region="main", ordering=99, body='<p><a href="https://new.example.org/">n</a></p>'
    )
    Version.objects.filter(pk=draft.pk).update(changed_at=now + timedelta(hours=1, minutes=30))
    freeze(monkeypatch, now + timedelta(hours=2))
    assert 0 < collect() < collect_all()
    assert OutsideLink.objects.filter(url="https://new.example.org/").exists()
    freeze(monkeypatch, now + timedelta(hours=25))
    assert collect() > 3


@pytest.mark.slow
def test_money_is_looked_at_once_in_some_minutes_while_nothing_moves_and_at_once_when_something_does(idle):
    look = next(sweep.work for sweep in idle.sweeps if sweep.name == "match_money")

    def looks(times: int) -> list[bool]:
        found = []
        for _ in range(times):
            LedgerState.objects.update(checked_at=timezone.now() - timedelta(hours=1))
            look()
            found.append(LedgerState.objects.get().checked_at > timezone.now() - timedelta(minutes=1))
        return found

    looks(QUIET)
    assert sum(looks(3 * QUIET)) == 3
    order = a_paid_order()
    assert looks(1) == [True]
    looks(QUIET)
    assert sum(looks(2 * QUIET)) == 2
    Hold.objects.filter(reference=order.hold_reference).delete()
    order.note("Somebody looked at it.")
    assert looks(1) == [True]
    assert LedgerState.objects.get().breaches
    assert looks(3) == [True] * 3, "what is wrong is looked at each minute"
