"""What the worker does and how often: a table of sweeps."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from articles.evidence.outside_links import CollectLinks, due_outside_links, look_at_outside_link
from articles.evidence.recheck import recheck, stale_versions
from articles.models import Article, PreviewLink
from articles.notices import tell_what_went_live, untold
from articles.products.report import write_link_report
from articles.products.sweep import LookAtLinks, articles_of
from articles.publishing.bin import empty_bin
from config.accounts.sign_in import forget_links
from config.accounts.unused import forget_unused_accounts
from config.deeds.keep import forget_deeds
from config.discovery.feeds import GOOGLE_FEED, META_FEED
from config.discovery.kept import KeepParts
from config.discovery.llms import ARTICLES, PRODUCTS
from config.entry.devices import forget_devices, name_sessions_by_digests
from config.forwarding.misses import forget_missed
from config.moving.working import bring_in_imports, due_imports, forget_imports
from config.newsletter import letters
from config.newsletter.models import Subscriber
from config.operation.forget_orders import forget_old_orders
from config.operation.violations import forget_violations
from config.search.index import KeepIndex
from config.search.misses import forget_old_misses
from shop.alerts import alerts
from shop.alerts.models import StockAlert
from shop.attribution.count import fold_all
from shop.attribution.models import Tally
from shop.basket.forget import forget_baskets
from shop.catalogue.batches import take_out_old
from shop.catalogue.shelf_check import LookAtShelf
from shop.catalogue.shelving import due as ended_shelf_rows
from shop.catalogue.shelving import settle
from shop.checkout.testers import forget_starts
from shop.claims.rules import version
from shop.codes.earned import fold_codes
from shop.content.link_tokens import shut_links
from shop.content.memo import next_moment
from shop.content.models import count_what_was_not, moved_since, read_content_version
from shop.content.scopes import SITE
from shop.content.throttle import forget_tries
from shop.invoices.issue import issue_documents
from shop.invoices.sums import add_up, to_sum
from shop.ledger.check import MatchMoney
from shop.orders.models import Order
from shop.orders.recall import due_recalls, tell_buyers
from shop.orders.vies import ask_vies, due_vat_numbers
from shop.outbox.send import close_given_up, due_mails, forget_addresses, forget_undeliverable, send_next
from shop.payments.balance import compare_with_stripe
from shop.payments.events import tell_about_unknown_events
from shop.payments.leave import left_payments, let_left_packs_go
from shop.payments.reconcile import (
    due_payments,
    due_refunds,
    end_overdue_orders,
    look_at_payments,
    overdue_orders,
    read_events,
    send_refunds,
)
from shop.reminders import baskets as basket_reminders
from shop.reminders import packs as pack_reminders
from shop.reminders.models import BasketReminder, PackReminder
from shop.reviews.asking import due_asks, forget_reviews, send_review_asks
from shop.reviews.moderating import look_again
from shop.sweeps.alone import forget_setbacks, set_back
from shop.sweeps.models import Setback
from shop.web.answers import forget_sessions
from shop.withdrawal.declare import ask_once_paid, forget_unproven, to_ask
from shop.withdrawal.due import settle_paid_back
from shop.withdrawal.models import Withdrawal

OPENED_BY_LINK = [Order, Withdrawal, StockAlert, PackReminder, BasketReminder, Subscriber, PreviewLink]
CLAIMS_BATCH = 10
WORDS_BATCH = 1000
log = logging.getLogger(__name__)
HOUR = 3600.0
WORKER = "worker"  # the sweep of sweeps: one that fails as a whole is a setback of this name
MAX_REST = timedelta(minutes=5)


def shut_links_of_before() -> int:
    return shut_links(OPENED_BY_LINK)


class Lane(StrEnum):
    """What waits for whom: sweeps of one lane run one after the other, lanes run beside each other."""

    MONEY = "money"  # orders, payments, documents; nothing else keeps it waiting
    MAILS = "mails"  # waits for a mail server
    CONTENT = "content"  # search index, claims, link health: a second or more at a time
    MOVING = "moving"  # what comes in from another shop: minutes at a time
    OUTSIDE = "outside"  # waits for other people's sites


@dataclass
class Sweep:
    """Does what is due and returns something true if it did. All are safe to run twice, or at once.

    It runs when any of these says so. `due`: rows that it could do something about, as a function of the database's
    Now(); asked each second, so it must be answered from an index. `every`: seconds. `on_content`, `on_orders`: after
    shoppers could see something new, or after an order's timeline grew; once more while it says that it did something,
    and when something scheduled begins, an hour later at the latest.
    """

    work: Callable
    due: Callable | None = None
    every: float | None = None
    on_content: bool = False
    on_orders: bool = False
    name: str = ""
    lane: Lane = Lane.MONEY
    next: float = 0.0
    rest_until: float = 0.0
    failed: bool | None = None  # None: not yet known, an earlier process may have left a setback
    again: bool = False
    seen: tuple = field(default=(None, None))
    look_anew: float = 0.0

    def __post_init__(self):
        self.name = self.name or self.work.__name__

    def is_wanted(self, found: "DueSweeps", clock: float) -> bool:
        if clock < self.rest_until:
            return False
        return (
            self.name in found.due
            or self.again
            or (self.every is not None and clock >= self.next)
            or ((self.on_content or self.on_orders) and (self._marks(found) != self.seen or clock >= self.look_anew))
        )  # fmt: skip

    def run(self, found: "DueSweeps", clock: float) -> bool:
        """One that fails as a whole is logged and kept for staff; it rests for a moment, and the others go on."""
        self.next, self.again = clock + (self.every or 0), False
        try:
            began = time.monotonic()
            did = bool(self.work())
            if self.on_content or self.on_orders:
                self.again, self.seen = did, self._marks(found)
                self.look_anew = clock + self._until_time_changes_it()
                if not did:  # while content moves each second, three quarters of the time are for others
                    self.rest_until = clock + 4 * (time.monotonic() - began)
            if self.failed is not False:
                Setback.objects.filter(sweep=WORKER, about=self.name).delete()
                self.failed = False
            return did
        except Exception as error:
            self.failed = True
            self.rest_until = clock + 10
            set_back(None, error, sweep=WORKER, about=self.name, longest=MAX_REST)
            return False

    def _marks(self, found) -> tuple:
        return found.content if self.on_content else None, found.orders if self.on_orders else None

    def _until_time_changes_it(self) -> float:
        now = timezone.now()
        return max(next_moment(now) - now.timestamp(), 1) if self.on_content else HOUR


class ClaimsSweep:
    """Checks articles anew after tags, products or rules changed: a few at a time, while content stands still.

    What changed is told by the scopes that moved; after a start or a change of the site every article is compared. Once
    an hour it also compares the words of the next WORDS_BATCH articles, in case something saved them past `save_version`.
    """

    __name__ = "recheck_claims"

    def __init__(self):
        self.seen, self.next, self.rules = None, 0.0, ""
        self.count = 0
        self.words_after = 0  # the article whose words were compared last
        self.waiting: list = []

    def __call__(self) -> bool:
        if not self.waiting:
            current, clock = read_content_version(), time.monotonic()
            if current == self.seen and clock < self.next:
                return False
            self.waiting = stale_versions(words=False, articles=self._moved())
            self.seen = current
            if clock >= self.next:
                self.next = clock + HOUR
                known = {row.pk for row in self.waiting}
                found = stale_versions(articles=self._next_articles())
                self.waiting += [row for row in found if row.pk not in known]
        now, self.waiting = self.waiting[:CLAIMS_BATCH], self.waiting[CLAIMS_BATCH:]
        recheck(now)
        if now and not self.waiting:
            self.seen = read_content_version()  # moved by the checks themselves
        return bool(now)

    def _moved(self) -> set[int] | None:
        """The articles that something since the last time concerns; None is all."""
        rules, is_first = self.rules, self.seen is None
        self.rules = version()
        count_what_was_not()
        self.count, moved = moved_since(self.count)
        if is_first or rules != self.rules or SITE in moved:
            return None
        return articles_of(moved)

    def _next_articles(self) -> list[int]:
        rows = Article.objects.filter(pk__gt=self.words_after).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:WORDS_BATCH])
        self.words_after = pks[-1] if len(pks) == WORDS_BATCH else 0
        return pks


def fold_totals() -> int:
    """Reports of packs and codes are right without it."""
    try:
        fold_codes()
    except Exception:
        log.exception("What codes brought can't be brought together now.")
    return fold_all()


def sweeps() -> list[Sweep]:
    """All of them, in the order in which they run, each with nothing done yet."""
    found = [
        Sweep(look_at_payments, due=due_payments),
        Sweep(let_left_packs_go, due=left_payments),
        Sweep(end_overdue_orders, due=overdue_orders, every=60),
        Sweep(send_refunds, due=due_refunds),
        Sweep(tell_about_unknown_events, every=60),
        Sweep(send_next, due=due_mails, lane=Lane.MAILS),
        Sweep(forget_undeliverable, every=HOUR, lane=Lane.MAILS),
        Sweep(close_given_up, every=HOUR, lane=Lane.MAILS),
        Sweep(fold_totals, due=lambda now: Tally.objects.all(), name="fold"),
        Sweep(alerts.send_alerts, on_content=True, every=60, lane=Lane.CONTENT),
        Sweep(alerts.forget_unconfirmed, every=HOUR, name="forget_unconfirmed_alerts"),
        Sweep(pack_reminders.send_reminders, due=pack_reminders.due_reminders, lane=Lane.CONTENT),
        Sweep(pack_reminders.forget_unconfirmed, every=HOUR, name="forget_unconfirmed_reminders"),
        Sweep(basket_reminders.send_basket_reminders, every=60, lane=Lane.CONTENT),
        Sweep(basket_reminders.forget_unconfirmed, every=HOUR, name="forget_unconfirmed_basket_reminders"),
        Sweep(send_review_asks, due=due_asks, lane=Lane.CONTENT),
        Sweep(look_again, every=60, name="look_again_at_reviews", lane=Lane.CONTENT),
        Sweep(forget_reviews, every=HOUR),
        Sweep(letters.send_letters, due=letters.due_letters, lane=Lane.CONTENT),
        Sweep(letters.forget_unconfirmed, every=HOUR, name="forget_unconfirmed_subscribers"),
        Sweep(issue_documents, on_orders=True, every=60),
        Sweep(add_up, due=to_sum, name="add_up_documents"),
        Sweep(LookAtLinks(), on_content=True, lane=Lane.CONTENT),
        Sweep(KeepIndex(), on_content=True, lane=Lane.CONTENT),
        Sweep(ClaimsSweep(), on_content=True, lane=Lane.CONTENT),
        Sweep(KeepParts((GOOGLE_FEED, META_FEED, PRODUCTS, ARTICLES)), on_content=True, lane=Lane.CONTENT),
        Sweep(settle, due=ended_shelf_rows, name="settle_shelf", lane=Lane.CONTENT),
        Sweep(LookAtShelf(), every=60, lane=Lane.CONTENT),
        Sweep(empty_bin, every=HOUR, lane=Lane.CONTENT),
        Sweep(tell_what_went_live, due=untold, lane=Lane.MAILS),
        Sweep(CollectLinks(), every=HOUR, lane=Lane.OUTSIDE),
        Sweep(
            look_at_outside_link,
            due=due_outside_links if settings.CHECK_OUTSIDE_LINKS else None,
            lane=Lane.OUTSIDE,
        ),
        Sweep(
            ask_vies,
            due=due_vat_numbers if settings.CHECK_OUTSIDE_LINKS else None,
            lane=Lane.OUTSIDE,
        ),
        Sweep(bring_in_imports, due=due_imports, lane=Lane.MOVING),
        Sweep(forget_imports, every=HOUR),
        Sweep(write_link_report, every=600, lane=Lane.CONTENT),
        Sweep(read_events, every=30),
        Sweep(compare_with_stripe, every=HOUR),
        Sweep(ask_once_paid, due=to_ask),
        Sweep(settle_paid_back, every=60),
        Sweep(take_out_old, every=60),
        Sweep(tell_buyers, due=due_recalls),
        Sweep(forget_unproven, every=HOUR),
        Sweep(MatchMoney(), every=60),
        Sweep(forget_old_misses, every=HOUR, lane=Lane.CONTENT),
        Sweep(forget_missed, every=HOUR, lane=Lane.CONTENT),
        Sweep(forget_violations, every=HOUR),
        Sweep(forget_setbacks, every=HOUR),
        Sweep(forget_tries, every=HOUR),
        Sweep(forget_starts, every=HOUR),
        Sweep(forget_sessions, every=HOUR),
        Sweep(forget_baskets, every=HOUR),
        Sweep(forget_addresses, every=HOUR, lane=Lane.MAILS),
        Sweep(forget_devices, every=HOUR),
        Sweep(forget_links, every=HOUR),
        Sweep(forget_unused_accounts, every=HOUR),
        Sweep(forget_deeds, every=HOUR),
        Sweep(forget_old_orders, every=HOUR),
        Sweep(shut_links_of_before, every=HOUR),
        Sweep(name_sessions_by_digests, every=HOUR, lane=Lane.CONTENT),
    ]
    if settings.PAYMENT_MODE == "sandbox":
        from shop.payments.sandbox.events import deliver, due_events
        from shop.payments.sandbox.stripe.sessions import due_sessions, expire_due_sessions

        found = [Sweep(deliver, due=due_events), Sweep(expire_due_sessions, due=due_sessions), *found]
    return found


@dataclass(frozen=True)
class DueSweeps:
    """What the one question answers: sweeps that are due, and marks that move with content and with orders."""

    content: int | None
    orders: int | None
    due: frozenset[str]
