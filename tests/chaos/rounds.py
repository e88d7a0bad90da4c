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
from shop.invoices.models import Document
from shop.ledger.check import breaches
from shop.orders.models import Order, OrderEvent, Parcel
from shop.payments.cancel import REPLACED
from shop.payments.events import tell_about_unknown_events
from shop.payments.leave import let_left_packs_go
from shop.payments.models import Refund
from shop.payments.reconcile import end_overdue_orders, look_at_payments, read_events, send_refunds
from shop.payments.sandbox.events import deliver
from shop.payments.sandbox.models import SandboxDispute, SandboxEvent, SandboxSwitches
from tests.chaos import people
from tests.chaos.invariants import all_wrong
from tests.chaos.outside import FOREIGN, a_basket_for_tabs, outside, tab
from tests.support.factories import a_small_shop, region, with_facts

PACKS = 6
PEOPLE = (people.shopper, people.shopper, people.shopper, people.staff, people.worker, people.worker, outside)
# What banks and the Dashboard took stays red until staff have looked; `invariants` says of which orders it must be.
RED_AS_IT_SHOULD_BE = (
    "disputed at the bank",
    "lost in a dispute",
    "still wait to be sent: cancel them",
)
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
        with_facts(product)
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


def one_round(seed: int) -> int:
    """Everybody acts for about a second; then those killed are replaced, and the next round begins. How many were killed."""
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
        silent=chance.random() < 0.05,
        slow_seconds=chance.random() < 0.05,
    ).save()
    basket = a_basket_for_tabs(chance)
    tabs = [tab(basket)] * chance.randint(2, 4)
    connections.close_all()
    pids = []
    for number, work in enumerate([*PEOPLE, *tabs]):
        doomed = chance.randint(1, MAX_LIFE) if chance.random() < 0.6 else None
        pids.append(people.in_a_process(work, f"{seed}-{number}", doomed))
    killed = 0
    for pid in pids:
        _, status = os.waitpid(pid, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, (
            f"round {seed}: a process broke, see above"
        )
    return killed


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
        tell_about_unknown_events(at)
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
    """All that is wrong: the ledger's breaches, and what is worked out apart from it."""
    red = [breach for breach in breaches() if not any(words in breach.words for words in RED_AS_IT_SHOULD_BE)]
    return [f"{breach.rule}: {breach.words}" for breach in red] + all_wrong()


def tally() -> str:
    """What happened, for people who watch."""
    states = {
        status: Order.objects.filter(status=status).count()
        for status in ("paid", "expired", "cancelled", "failed")
    }
    events, notes = SandboxEvent.objects, OrderEvent.objects
    counts = {
        "events": events.count(),
        "foreign events": events.filter(id__startswith=FOREIGN).count(),
        "orders replaced by another tab": notes.filter(why=REPLACED).count(),
        "sessions forgotten": notes.filter(why__contains="doesn’t know the payment").count(),
        "Dashboard refunds": Refund.objects.filter(cause="dashboard").count(),
        "disputes": SandboxDispute.objects.count(),
        "refunds": Refund.objects.count(),
        "parcels": Parcel.objects.count(),
        "documents": Document.objects.count(),
    }
    return f"orders {states}, {counts}"
