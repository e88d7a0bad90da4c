"""Every sweep of the worker: rows that fail stop neither the rows after them nor other sweeps, and idling is cheap.

The list of sweeps is the worker's own, so one that is added without a case here fails.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.evidence import facts, outside_links
from articles.models import Article, LinkTrouble, OutsideLink, Publication, RichText, Version
from articles.products import health
from articles.publishing.editing import empty_bin
from config.newsletter import letters
from config.newsletter.models import Letter, Subscriber
from config.search import documents
from config.search.index import reindex
from config.search.models import Document, Kind
from config.worker.loop import Question, Worker
from config.worker.sweeps import ClaimsSweep, Sweep, sweeps
from shop.alerts import alerts
from shop.alerts.models import StockAlert
from shop.attribution import count
from shop.attribution.models import Tally
from shop.invoices import issue
from shop.invoices.models import Document as Invoice
from shop.ledger import breach, check
from shop.orders.models import Order
from shop.outbox import send
from shop.outbox.keys import letter_kind
from shop.outbox.models import Mail
from shop.payments import leave, reconcile
from shop.payments.models import EventCursor, Payment, Refund, StripeEvent
from shop.payments.sandbox import events as sandbox_events
from shop.payments.sandbox.models import SandboxEvent, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.pictures import renditions
from shop.pictures.models import Picture
from shop.sweeps.alone import each_alone
from shop.sweeps.models import Setback
from tests.support.factories import an_order_at_stripe, region, set_stock, stock, variant

pytestmark = pytest.mark.django_db
COUNT, BAD, AT_ONCE = 7, 4, 3  # more rows fail than a sweep takes at once


@dataclass
class Case:
    """`make` returns what names the rows, in the order in which the sweep takes them. `poison(patch, bad)` makes some fail."""

    make: Callable
    poison: Callable
    done: Callable  # which of the names are done
    run: Callable
    kept: bool = True  # what fails stands among the setbacks


def failing(whole, bad, name):
    """`whole`, but raising for what `name` of its first argument calls bad."""

    def patched(first, *args, **kwargs):
        if name(first) in bad:
            raise RuntimeError("poison")
        return whole(first, *args, **kwargs)

    return patched


def patching(module, attribute, name=lambda row: row.pk):
    def poison(patch, bad):
        patch.setattr(module, attribute, failing(getattr(module, attribute), set(bad), name))

    return poison


# --- payments -------------------------------------------------------------------------------------------------------


def orders() -> list[Order]:
    set_stock("CIT-CAP-90", "uk", 100)
    return [an_order_at_stripe(email=f"a{number}@example.org")[0] for number in range(COUNT)]


def payments_to_look_at():
    found = [order.payments.get() for order in orders()]
    for number, payment in enumerate(found):
        Payment.objects.filter(pk=payment.pk).update(look_at=timezone.now() - timedelta(hours=1) + timedelta(minutes=number))  # fmt: skip
    return [payment.pk for payment in found]


def overdue():
    found = orders()
    Order.objects.update(hold_until=timezone.now() - timedelta(minutes=1))
    return [order.pk for order in found]


def left():
    found = [order.payments.get().pk for order in orders()]
    Payment.objects.update(leaving="asked")
    return found


def paid_orders():
    found = orders()
    for order in found:
        sessions.pay(SandboxSession.objects.get(id=order.payments.get().session_id))
        reconcile.look_at(order.payments.get())
    return [order.pk for order in found]


def refunds():
    pks = []
    for pk in paid_orders():
        payment = Payment.objects.get(order=pk)
        row = Refund.objects.create(payment=payment, amount=100, look_at=timezone.now())
        pks.append(row.pk)
    return pks


def refuse_refunds(patch, bad):
    whole, keys = reconcile.stripe_api.create_refund, {str(Refund.objects.get(pk=pk).key) for pk in bad}
    patch.setattr(
        reconcile.stripe_api,
        "create_refund",
        failing(whole, keys, lambda params: params["metadata"]["refund"]),
    )


def unread_events():
    EventCursor.objects.create(pk=1, read_until=timezone.now() - timedelta(hours=1))
    paid = orders()
    for order in paid:
        sessions.pay(SandboxSession.objects.get(id=order.payments.get().session_id))
    found = SandboxEvent.objects.filter(type="checkout.session.completed").order_by("created")
    return list(found.values_list("id", flat=True))


def events_to_deliver():
    SandboxEvent.objects.all().delete()
    for number in range(COUNT):
        sandbox_events.emit("test", {"id": number}, timezone.now() - timedelta(minutes=60 - number))
    return list(SandboxEvent.objects.order_by("deliver_at").values_list("pk", flat=True))


def no_signature(patch, bad):
    whole = sandbox_events.signature
    patch.setattr(sandbox_events, "signature", failing(whole, set(bad), lambda body: json.loads(body)["id"]))


def open_sessions():
    orders()
    for number, session in enumerate(SandboxSession.objects.order_by("created")):
        session.expires_at = timezone.now() - timedelta(minutes=60 - number)
        session.save()
    return list(SandboxSession.objects.order_by("expires_at").values_list("pk", flat=True))


# --- mails ------------------------------------------------------------------------------------------------------------


def mails():
    for number in range(COUNT):
        Mail.objects.create(key=f"k{number}", to="a@b.de", subject="s", text="t", html="h",
                            due_at=timezone.now() - timedelta(minutes=60 - number))  # fmt: skip
    return list(Mail.objects.filter(key__startswith="k").order_by("due_at").values_list("pk", flat=True))


def wishes(confirmed=True):
    set_stock("CIT-CAP-90", "uk", 0)
    now = timezone.now()
    for number in range(COUNT):
        StockAlert.objects.create(
            email=f"a{number}@example.org",
            variant=variant(),
            region=region("uk"),
            asked_at=now - timedelta(days=9),
            confirmed_at=now + timedelta(seconds=number) if confirmed else None,
        )
    set_stock("CIT-CAP-90", "uk", 3)
    return list(StockAlert.objects.order_by("pk").values_list("pk", flat=True))


def readers(confirmed=True):
    now = timezone.now()
    for number in range(COUNT):
        Subscriber.objects.create(
            email=f"a{number}@example.org",
            region=region("uk"),
            asked_at=now - timedelta(days=9),
            confirmed_at=now - timedelta(days=1) if confirmed else None,
        )
    if confirmed:
        Letter.objects.create(region=region("uk"), subject="S", words="W", send_from=now)
    return list(Subscriber.objects.order_by("pk").values_list("pk", flat=True))


def written_to(pks):
    """A letter went to a reader."""
    told = set(Mail.objects.filter(key__startswith=letter_kind()).values_list("person", flat=True))
    return {row.pk for row in Subscriber.objects.filter(pk__in=pks) if row.token in told}


def not_forgetting(model, module):
    def poison(patch, bad):
        tokens = set(model.objects.filter(pk__in=bad).values_list("token", flat=True))
        patch.setattr(module, "forget", failing(module.forget, tokens, lambda token: token))

    return poison


def gone(model):
    return lambda pks: set(pks) - set(model.objects.values_list("pk", flat=True))


# --- content ----------------------------------------------------------------------------------------------------------


def live_versions():
    return list(
        Publication.objects.filter(region__code="uk")
        .order_by("-starts_at", "-pk")
        .values_list("version", flat=True)[:COUNT]
    )


def without_links():
    """Live articles whose trouble the sweep has not seen yet."""
    pks = live_versions()
    LinkTrouble.objects.all().delete()
    return pks


def all_troubled(patch, bad):
    def troubles(version, *args):
        if version.pk in bad:
            raise RuntimeError("poison")
        return {(version.article_id, None, "none")}

    patch.setattr(health, "_troubles_of", troubles)


def troubled(pks):
    seen = set(LinkTrouble.objects.values_list("article", flat=True))
    return set(Version.objects.filter(pk__in=pks, article__in=seen).values_list("pk", flat=True))


def unindexed():
    pks = live_versions()
    Document.objects.filter(kind=Kind.ARTICLE).delete()
    return pks


def indexed(pks):
    keys = set(Document.objects.filter(kind=Kind.ARTICLE).values_list("key", flat=True))
    return {row.pk for row in Version.objects.filter(pk__in=pks) if str(row.article_id) in keys}


def unchecked():
    pks = live_versions()
    Version.objects.filter(pk__in=pks).update(claims={}, claims_rules="")
    return pks


def check_claims():
    sweep = ClaimsSweep()
    while sweep():
        pass


def binned():
    for number in range(COUNT):
        Article.objects.create(slug=f"old-{number}", binned_at=timezone.now() - timedelta(days=40))
    return list(Article.objects.filter(slug__startswith="old-").order_by("pk").values_list("pk", flat=True))


def undeletable(patch, bad):
    patch.setattr(Article, "delete", failing(Article.delete, set(bad), lambda article: article.pk))


def links_to_outside():
    OutsideLink.objects.all().delete()
    return [OutsideLink.objects.create(url=f"https://example.org/{number}").pk for number in range(COUNT)]


def links_that_break_us(patch, bad):
    urls = set(OutsideLink.objects.filter(pk__in=bad).values_list("url", flat=True))

    def ask(url):
        if url in urls:
            raise RuntimeError("poison")
        return 200, ""

    patch.setattr(outside_links, "ask", ask)


def links_in_texts():
    text = RichText.objects.filter(parent__in=live_versions()).first()
    bad = ["https://[", "https://[::1", "http://]x", "https://exa[mple.org/"]
    urls = bad + [f"https://example.org/{number}" for number in range(COUNT - BAD)]
    text.body = "".join(f'<p><a href="{url}">x</a></p>' for url in urls)
    text.save()
    return urls


def waiting_pictures():
    pks = list(Picture.objects.order_by("pk").values_list("pk", flat=True)[:COUNT])
    Picture.objects.filter(pk__in=pks).update(rendered_widths=[], failed="")
    Picture.objects.exclude(pk__in=pks).update(rendered_widths=[320])
    return pks


def killing_pictures(patch, bad):
    def render(picture):
        if picture.pk in bad:
            raise RuntimeError("poison")
        return bool(Picture.objects.filter(pk=picture.pk).update(rendered_widths=[320]))

    patch.setattr(renditions, "_render", render)


# --- counts and the ledger -------------------------------------------------------------------------------------------


def tallies():
    Tally.objects.all().delete()
    return [
        Tally.objects.create(day="2026-01-01", region=region("uk"), article=number, what="views", amount=1).pk
        for number in range(1, COUNT + 1)
    ]


def nonsense(patch, bad):
    Tally.objects.filter(pk__in=bad).update(what="nonsense")


def ledger_rules():
    return [rule.__name__ for rule in check.RULES][:COUNT]


def rules_that_fail(patch, bad):
    def rule(name):
        def check(now):
            if name in bad:
                raise RuntimeError("poison")
            yield breach.Breach(name, "seen", 1, "2026-01-01")

        check.__name__ = name
        return check

    patch.setattr(check, "RULES", [rule(name) for name in ledger_rules()])


CASES = {
    "look_at_payments": Case(
        payments_to_look_at,
        patching(reconcile, "look_at"),
        lambda pks: (
            set(Payment.objects.filter(pk__in=pks, look_at__gt=timezone.now()).values_list("pk", flat=True))
            - set(map(int, Setback.objects.values_list("about", flat=True)))
        ),
        lambda: reconcile.look_at_payments(),
    ),
    "end_overdue_orders": Case(
        overdue,
        patching(reconcile, "end_order"),
        lambda pks: set(Order.objects.filter(pk__in=pks, status="expired").values_list("pk", flat=True)),
        lambda: reconcile.end_overdue_orders(),
    ),
    "let_left_packs_go": Case(
        left,
        patching(leave, "closed_at_stripe"),
        lambda pks: (
            set(Payment.objects.filter(pk__in=pks, leaving="").values_list("pk", flat=True))
            | set(Payment.objects.filter(pk__in=pks).exclude(status="open").values_list("pk", flat=True))
        ),
        lambda: leave.let_left_packs_go(),
    ),
    "send_refunds": Case(
        refunds,
        refuse_refunds,
        lambda pks: set(
            Refund.objects.filter(pk__in=pks).exclude(status="wanted").values_list("pk", flat=True)
        ),
        lambda: reconcile.send_refunds(),
    ),
    "read_events": Case(
        unread_events,
        patching(reconcile, "take_in", lambda event: event["id"]),
        lambda ids: set(
            StripeEvent.objects.filter(event_id__in=ids, is_done=True).values_list("event_id", flat=True)
        ),
        lambda: reconcile.read_events(),
    ),
    "issue_documents": Case(
        paid_orders,
        patching(issue, "issue_invoice"),
        lambda pks: set(Invoice.objects.filter(order__in=pks).values_list("order", flat=True)),
        lambda: issue.issue_documents(),
    ),
    "deliver": Case(
        events_to_deliver,
        no_signature,
        lambda pks: set(
            SandboxEvent.objects.filter(pk__in=pks).exclude(answer="").values_list("pk", flat=True)
        ),
        lambda: sandbox_events.deliver(lambda body, signature: 200),
    ),
    "expire_due_sessions": Case(
        open_sessions,
        patching(sessions, "_end"),
        lambda pks: set(
            SandboxSession.objects.filter(pk__in=pks, status="expired").values_list("pk", flat=True)
        ),
        lambda: sessions.expire_due_sessions(),
    ),
    "send_next": Case(
        mails,
        patching(send, "_try"),
        lambda pks: set(Mail.objects.filter(pk__in=pks).exclude(sent_at=None).values_list("pk", flat=True)),
        lambda: send.send_next(),
    ),
    "send_alerts": Case(
        wishes,
        patching(alerts, "_mail"),
        gone(StockAlert),
        lambda: alerts.send_alerts(),
    ),
    "forget_unconfirmed_alerts": Case(
        lambda: wishes(confirmed=False),
        not_forgetting(StockAlert, alerts),
        gone(StockAlert),
        lambda: alerts.forget_unconfirmed(),
    ),
    "send_letters": Case(
        readers,
        lambda patch, bad: patch.setattr(
            letters, "_page", failing(letters._page, set(bad), lambda subscriber: subscriber.pk)
        ),
        written_to,
        lambda: letters.send_letters(),
    ),
    "forget_unconfirmed_subscribers": Case(
        lambda: readers(confirmed=False),
        not_forgetting(Subscriber, letters),
        gone(Subscriber),
        lambda: letters.forget_unconfirmed(),
    ),
    "look_at_links": Case(without_links, all_troubled, troubled, lambda: health.look_at_links()),
    "reindex": Case(
        unindexed,
        patching(documents, "_article_fields", lambda pk: pk),
        indexed,
        lambda: reindex(most=AT_ONCE),
    ),
    "recheck_claims": Case(
        unchecked,
        patching(facts, "refresh"),
        lambda pks: set(Version.objects.filter(pk__in=pks).exclude(claims={}).values_list("pk", flat=True)),
        check_claims,
    ),
    "empty_bin": Case(
        binned,
        undeletable,
        gone(Article),
        empty_bin,
    ),
    "collect_outside_links": Case(
        links_in_texts,
        lambda patch, bad: None,
        lambda urls: set(OutsideLink.objects.values_list("url", flat=True)) & set(urls[BAD:]),
        lambda: outside_links.collect(),
        kept=False,
    ),
    "look_at_outside_link": Case(
        links_to_outside,
        links_that_break_us,
        lambda pks: set(OutsideLink.objects.filter(pk__in=pks, status=200).values_list("pk", flat=True)),
        lambda: outside_links.look_at_outside_link(),
    ),
    "fold": Case(
        tallies,
        nonsense,
        lambda pks: set(pks) - set(Tally.objects.values_list("pk", flat=True)),
        lambda: count.fold(),
    ),
    "match_money": Case(
        ledger_rules,
        rules_that_fail,
        lambda names: {row.rule for row in check.breaches() if row.words == "seen"} & set(names),
        lambda: check.match_money(),
        kept=False,
    ),
    "render_next": Case(
        waiting_pictures,
        killing_pictures,
        lambda pks: set(
            Picture.objects.filter(pk__in=pks).exclude(rendered_widths=[]).values_list("pk", flat=True)
        ),
        lambda: renditions.render_next(),
    ),
}
# Nothing that goes row by row: one statement, one mail or one comparison. If they fail, they fail whole, and rest.
WHOLE = {
    "tell_about_unknown_events",
    "write_link_report",
    "compare_with_stripe",
    "forget_undeliverable",
    "forget_old_misses",
    "forget_setbacks",
    "forget_tries",
    "forget_starts",
    "forget_sessions",
}


def test_every_sweep_of_the_worker_has_a_case():
    assert {sweep.name for sweep in sweeps()} | {renditions.RENDER} == set(CASES) | WHOLE


@pytest.fixture
def few_at_once(monkeypatch, settings):
    settings.EMAIL_URL, settings.CHECK_OUTSIDE_LINKS = "smtp://mail.example.org", True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def capped(rows, work, *, most=None, **more):
        return each_alone(rows, work, most=most and min(most, AT_ONCE), **more)

    for module in list(sys.modules.values()):
        if getattr(module, "each_alone", None) is each_alone and module.__name__ not in {
            __name__,
            "shop.sweeps.alone",
        }:
            monkeypatch.setattr(module, "each_alone", capped)
    Setback.objects.all().delete()


@pytest.mark.walk
@pytest.mark.parametrize("bad", [[1], list(range(BAD))], ids=["one", "a full page and one more"])
@pytest.mark.parametrize("name", CASES)
def test_rows_that_fail_keep_no_other_row_waiting(name, bad, few_at_once, monkeypatch):
    case = CASES[name]
    names = case.make()
    assert len(names) >= 7, "enough that something is left"
    poisoned = names[:BAD] if name == "collect_outside_links" else [names[number] for number in bad]
    assert not case.done(names)
    with monkeypatch.context() as patch:
        case.poison(patch, poisoned)
        for _ in range(3 * COUNT):
            case.run()
            if case.done(names) == set(names) - set(poisoned):
                break
        assert case.done(names) == set(names) - set(poisoned)
    if case.kept:
        setbacks = Setback.objects.all()
        assert len(setbacks) in {len(poisoned), 3 * len(poisoned)}, "one each, or one each in a region"
        assert {row.tries for row in setbacks} == {1}, "none is tried again at once"
        assert all("poison" in row.error or name == "fold" for row in setbacks)


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


def test_an_idle_worker_asks_one_query_a_second(idle):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        for _ in range(5):
            assert idle.tick() is False
    assert len(captured) == 5, "one each"


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


def test_what_waits_after_a_failure_wakes_nobody(idle):
    row = Tally.objects.create(day="2026-01-01", region=region("uk"), article=1, what="nonsense", amount=1)
    assert "fold" in idle.question.ask().due
    count.fold()
    assert Setback.objects.get().about == str(row.pk)
    assert "fold" not in idle.question.ask().due


def test_a_mail_wakes_the_worker_only_with_a_mail_server(settings, idle):
    mails()
    assert "send_next" not in Worker().question.ask().due
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert "send_next" in Worker().question.ask().due


def test_the_question_reads_indexes_however_many_rows_there_are():
    """On SQLite the plan says so; a scan of a big table each second would be most of an idle worker's time."""
    if connection.vendor != "sqlite":
        pytest.skip("plans of PostgreSQL depend on how many rows there are")
    question = Question([(sweep.name, sweep.due) for sweep in sweeps() if sweep.due])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {question.sql}")
        steps = [row[3] for row in cursor.fetchall()]
    scanned = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    small = ("letters_letter", "attribution_tally", "sandbox_sandbox", "CONSTANT ROW", "outbox_mail")
    assert not [step for step in scanned if not any(name in step for name in small)], steps


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
    assert set(ran) == {"send_alerts", "look_at_links", "reindex", "recheck_claims"}
