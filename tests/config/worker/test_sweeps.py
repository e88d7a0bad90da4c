"""Every sweep of the worker: rows that fail stop neither the rows after them nor other sweeps, and idling is cheap.

The list of sweeps is the worker's own, so one that is added without a case here fails.
"""

import sys

import pytest
from django.utils import timezone

from articles import notices
from articles.evidence import facts, outside_links
from articles.models import Article, OutsideLink, Publication, Version
from articles.products import health
from articles.publishing.bin import empty_bin
from config.newsletter import letters
from config.newsletter.models import Subscriber
from config.search import documents
from config.search.index import reindex
from config.worker.sweeps import sweeps
from shop.alerts import alerts
from shop.alerts.models import StockAlert
from shop.attribution import count
from shop.attribution.models import Tally
from shop.catalogue import batches
from shop.catalogue.models import Batch
from shop.invoices import issue
from shop.invoices.models import Document as Invoice
from shop.ledger import check
from shop.optin import asking
from shop.orders import recall, vies
from shop.orders.models import BuyerVatNumber, Order, ParcelBatch
from shop.outbox import send
from shop.outbox.models import Mail
from shop.payments import leave, reconcile
from shop.payments.models import Payment, Refund, StripeEvent
from shop.payments.sandbox import events as sandbox_events
from shop.payments.sandbox.models import SandboxEvent, SandboxSession
from shop.payments.sandbox.stripe import sessions
from shop.pictures import renditions
from shop.pictures.models import Picture
from shop.reminders import baskets, packs
from shop.reminders.models import BasketReminder, PackReminder
from shop.sweeps.alone import each_alone
from shop.sweeps.models import Setback
from shop.withdrawal import declare, due
from shop.withdrawal.models import Withdrawal
from tests.config.worker.account_rows import UNUSED_ACCOUNTS
from tests.config.worker.reminder_rows import left_behind, nearly_empty
from tests.config.worker.review_rows import REVIEWS
from tests.config.worker.rows import (
    BAD,
    COUNT,
    MAX_PER_SWEEP,
    Case,
    all_troubled,
    begun,
    binned,
    check_claims,
    declared_before_they_were_paid,
    events_to_deliver,
    failing,
    gone,
    indexed,
    killing_pictures,
    ledger_rules,
    left,
    links_in_texts,
    links_that_break_us,
    links_to_outside,
    mails,
    no_signature,
    nonsense,
    not_forgetting,
    old_batches,
    open_sessions,
    overdue,
    paid_orders,
    patching,
    payments_to_look_at,
    readers,
    refunds,
    refuse_refunds,
    rules_that_fail,
    sent_of_a_recalled_batch,
    tallies,
    troubled,
    unchecked,
    undeletable,
    unindexed,
    unread_events,
    vat_numbers_to_ask,
    vies_knows_all_but,
    waiting_pictures,
    wishes,
    withdrawn_and_paid_back,
    without_links,
    written_to,
)

pytestmark = pytest.mark.django_db


CASES = {
    "forget_unused_accounts": UNUSED_ACCOUNTS,
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
    "settle_paid_back": Case(
        withdrawn_and_paid_back,
        patching(due, "claims_of"),
        lambda pks: set(
            Withdrawal.objects.filter(order__in=pks).exclude(settled_at=None).values_list("order", flat=True)
        ),
        lambda: due.settle_paid_back(),
    ),
    "take_out_old": Case(
        old_batches,
        patching(batches, "take_out"),
        lambda pks: set(Batch.objects.filter(pk__in=pks, left=0).values_list("pk", flat=True)),
        lambda: batches.take_out_old(),
    ),
    "tell_buyers": Case(
        sent_of_a_recalled_batch,
        patching(recall, "_tell"),
        lambda pks: set(
            ParcelBatch.objects.filter(pk__in=pks).exclude(told_at=None).values_list("pk", flat=True)
        ),
        lambda: recall.tell_buyers(),
    ),
    "ask_once_paid": Case(
        declared_before_they_were_paid,
        patching(declare.mails, "question"),
        lambda pks: set(
            Withdrawal.objects.filter(pk__in=pks).exclude(asked_at=None).values_list("pk", flat=True)
        ),
        lambda: declare.ask_once_paid(),
    ),
    "ask_vies": Case(
        vat_numbers_to_ask,
        vies_knows_all_but,
        lambda numbers: set(
            BuyerVatNumber.objects.filter(number__in=numbers)
            .exclude(answer="waiting")
            .values_list("number", flat=True)
        ),
        lambda: vies.ask_vies(),
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
        not_forgetting(StockAlert, asking),
        gone(StockAlert),
        lambda: alerts.forget_unconfirmed(),
    ),
    "send_reminders": Case(
        nearly_empty,
        patching(packs, "_mail"),
        gone(PackReminder),
        lambda: packs.send_reminders(),
    ),
    "forget_unconfirmed_reminders": Case(
        lambda: nearly_empty(confirmed=False),
        not_forgetting(PackReminder, asking),
        gone(PackReminder),
        lambda: packs.forget_unconfirmed(),
    ),
    "send_basket_reminders": Case(
        left_behind,
        patching(baskets, "_mail"),
        gone(BasketReminder),
        lambda: baskets.send_basket_reminders(),
    ),
    "forget_unconfirmed_basket_reminders": Case(
        lambda: left_behind(confirmed=False),
        not_forgetting(BasketReminder, asking),
        gone(BasketReminder),
        lambda: baskets.forget_unconfirmed(),
    ),
    **REVIEWS,
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
        not_forgetting(Subscriber, asking),
        gone(Subscriber),
        lambda: letters.forget_unconfirmed(),
    ),
    "look_at_links": Case(without_links, all_troubled, troubled, lambda: health.look_at_links()),
    "reindex": Case(
        unindexed,
        patching(documents, "_article_fields", lambda pk: pk),
        indexed,
        lambda: reindex(most=MAX_PER_SWEEP),
    ),
    "recheck_claims": Case(
        unchecked,
        patching(facts, "work_out"),
        lambda pks: set(Version.objects.filter(pk__in=pks).exclude(claims={}).values_list("pk", flat=True)),
        check_claims,
    ),
    "empty_bin": Case(
        binned,
        undeletable,
        gone(Article),
        empty_bin,
    ),
    "tell_what_went_live": Case(
        begun,
        patching(notices, "_tell_of"),
        lambda pks: set(Publication.objects.filter(pk__in=pks, is_told=True).values_list("pk", flat=True)),
        notices.tell_what_went_live,
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
    "fold": Case(tallies, nonsense, gone(Tally), lambda: count.fold()),
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
    "keep_parts",  # what can't be drawn is a setback; who asks draws it and meets the error
    "settle_shelf",
    "look_at_shelf",
    "write_link_report",
    "compare_with_stripe",
    "add_up_documents",
    "bring_in_imports",  # one at a time
    "forget_imports",
    "forget_undeliverable",
    "close_given_up",
    "forget_old_misses",
    "forget_missed",
    "forget_violations",
    "forget_setbacks",
    "forget_tries",
    "forget_starts",
    "forget_unproven",
    "forget_sessions",
    "forget_baskets",
    "forget_addresses",
    "forget_devices",
    "forget_links",
    "forget_deeds",
    "forget_old_orders",
    "forget_reviews",
    "shut_links_of_before",
    "name_sessions_by_digests",
}


def test_every_sweep_of_the_worker_has_a_case():
    assert {sweep.name for sweep in sweeps()} | {renditions.RENDER} == set(CASES) | WHOLE


@pytest.fixture
def few_at_once(monkeypatch, settings):
    settings.EMAIL_URL, settings.CHECK_OUTSIDE_LINKS = "smtp://mail.example.org", True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def capped(rows, work, *, most=None, **more):
        return each_alone(rows, work, most=most and min(most, MAX_PER_SWEEP), **more)

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
        names = {
            "|".join(row.about.split("|")[:2]) for row in setbacks
        }  # an article may read otherwise in a region
        assert len(names) in {len(poisoned), 3 * len(poisoned)}, "one each, or one each in a region"
        assert {row.tries for row in setbacks} == {1}, "none is tried again at once"
        assert all("poison" in row.error or name == "fold" for row in setbacks)
