"""Rounds of chaos on PostgreSQL: everybody acts at once, some are killed, Stripe has a bad day; then all must be right."""

import os
import random
import signal
from datetime import timedelta

from django.db import connections
from django.utils import timezone

from shop.attribution.count import fold
from shop.catalogue.models import Price, Product, Stock, Variant
from shop.codes.models import Code, CodeTerms
from shop.invoices.issue import issue_documents
from shop.invoices.models import Document, Series
from shop.ledger.check import breaches
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.payments.leave import let_left_packs_go
from shop.payments.models import TAKEN, Payment
from shop.payments.reconcile import end_overdue_orders, look_at_payments, read_events, send_refunds
from shop.payments.sandbox.events import deliver
from shop.payments.sandbox.models import SandboxEvent, SandboxIntent, SandboxSwitches
from tests.chaos import people
from tests.support.factories import a_small_shop, region

PACKS = 6
PEOPLE = (people.shopper, people.shopper, people.shopper, people.staff, people.worker, people.worker)
MAX_LIFE = 260  # steps; a whole purchase takes about a hundred


def open_shop() -> None:
    first = a_small_shop(PACKS)
    uk = region("uk")
    for sku in ("GLY-CAP-90", "OIL-SPR-100"):
        product = Product.objects.create(
            slug=sku.lower(), name=sku, kind="food_supplement", form="citrate", summary="s", description="d", ingredients="i"
        )  # fmt: skip
        variant = Variant.objects.create(
            product=product,
            sku=sku,
            label="90",
            pack_units=90,
            unit_name="c",
            net_quantity="90",
            ship_weight_g=1,
        )
        Price.objects.create(
            variant=variant, region=uk, amount=777, valid_from=timezone.now() - timedelta(days=1)
        )
        Stock.objects.create(variant=variant, region=uk, on_hand=PACKS)
    assert first.pk
    for text, percent, limit in (("TEN", 10, 4), ("ALL", 100, 2)):
        code = Code.objects.create(
            code=text,
            percent=percent,
            limit=limit,
            per_person=3,
            starts_at=timezone.now() - timedelta(days=1),
        )
        CodeTerms.objects.create(code=code, region=uk)


def one_round(seed: int) -> None:
    """Everybody acts for about a second; then those killed are replaced, and the next round begins."""
    chance = random.Random(seed)
    for row in Stock.objects.all():
        if row.sellable < 2:
            Stock.objects.filter(pk=row.pk).update(on_hand=row.on_hand + chance.randint(1, PACKS))
    SandboxSwitches(
        drop=chance.random() < 0.2,
        duplicate=chance.choice([0, 0, 2]),
        delay_seconds=chance.choice([0, 0, 30]),
        reverse_order=chance.random() < 0.4,
        wrong_signature=chance.random() < 0.15,
        unreachable=chance.random() < 0.1,
    ).save()
    connections.close_all()
    pids = []
    for number, work in enumerate(PEOPLE):
        doomed = chance.randint(1, MAX_LIFE) if chance.random() < 0.6 else None
        pids.append(people.in_a_process(work, f"{seed}-{number}", doomed))
    killed = 0
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, (
            f"round {seed}: a process broke, see above"
        )
    assert 0 <= killed <= len(pids)


def two_ticks(*, reconcile=True, forked=True) -> None:
    """What the worker does, twice, with the clock far ahead, so that nothing waits any more."""
    SandboxSwitches().save()
    later = timezone.now() + timedelta(hours=3)
    for tick in range(2):
        at = later + timedelta(hours=tick)
        while deliver(people.to_the_webhook, at=at):
            pass
        if reconcile:
            read_events()
            look_at_payments(at)
            let_left_packs_go(at)
            end_overdue_orders(at)
        send_refunds(at)
        while deliver(people.to_the_webhook, at=at):
            pass
        _issue_all(forked)
        fold()


def _issue_all(forked) -> None:
    """In a process of its own: the typesetter has threads, and this process must stay fit to be forked."""

    def issue(chance):
        while issue_documents():
            pass

    if not forked:
        return issue(None)
    connections.close_all()
    _, status = os.waitpid(people.in_a_process(issue, 0), 0)
    assert status == 0, "documents could not be issued, see above"


def faults() -> list[str]:
    """All that is wrong: the ledger's breaches, what Stripe has and we don't, numbers that were left out."""
    found = [f"{breach.rule}: {breach.words}" for breach in breaches()]
    ours = {row.intent_id: row for row in Payment.objects.filter(status__in=TAKEN).exclude(intent_id="")}
    for intent in SandboxIntent.objects.filter(status="succeeded", amount__gt=0):
        row = ours.pop(intent.id, None)
        if row is None:
            found.append(f"Stripe took {intent.amount} ({intent.id}), and we don't know it.")
            continue
        back = sum(intent.refunds.exclude(status="failed").values_list("amount", flat=True))
        if row.given_back != back or row.amount != intent.amount:
            found.append(f"{row.order}: we gave {row.given_back} back, Stripe {back}.")
    found += [f"We say that {row.order} was paid, Stripe does not." for row in ours.values()]
    for series in Series.objects.all():
        rows = Document.objects.filter(region=series.region, mode=series.mode, letter=series.letter)
        if sorted(rows.values_list("sequence", flat=True)) != list(range(1, series.last + 1)):
            found.append(f"{series} has a gap.")
    keys = list(Mail.objects.values_list("key", flat=True))
    if len(keys) != len(set(keys)):
        found.append("A mail was written twice.")
    return found


def tally() -> str:
    """What happened, for people who watch."""
    states = {
        status: Order.objects.filter(status=status).count()
        for status in ("paid", "expired", "cancelled", "failed")
    }
    return f"orders {states}, events {SandboxEvent.objects.count()}, documents {Document.objects.count()}"
