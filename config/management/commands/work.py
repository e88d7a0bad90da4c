import logging
import signal
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from articles.claims import recheck, stale_versions
from articles.editing import empty_bin
from articles.health import look_at_links
from articles.outside import collect as collect_outside_links
from articles.outside import look_at_outside_link
from config.letters.letters import send_letters
from config.link_report import write_link_report
from config.search.index import reindex
from config.search.misses import forget_old_misses
from shop.alerts.alerts import send_alerts
from shop.attribution.count import fold
from shop.content.models import read_content_version
from shop.desk.ledger import match_money
from shop.invoices.issue import issue_documents
from shop.outbox.send import send_next
from shop.payments.balance import compare_with_stripe
from shop.payments.events import tell_about_unknown_events
from shop.payments.reconcile import end_overdue_orders, look_at_payments, read_events, send_refunds
from shop.pictures.renditions import render_next, waiting_pictures

CLAIMS_AT_ONCE = 10
INDEXED_AT_ONCE = 60
log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.7


def sweeps() -> list:
    """Each does what is due and returns something true if it did. All are safe to run twice, or at once."""
    found = [
        look_at_payments,
        end_overdue_orders,
        send_refunds,
        tell_about_unknown_events,
        send_next,
        fold,
        send_alerts,
        send_letters,
        issue_documents,
        link_health,
        search_index,
        *seldom,
    ]
    if settings.PAYMENT_MODE == "sandbox":
        from shop.payments.sandbox.events import deliver
        from shop.payments.sandbox.stripe_side import expire_due_sessions

        found = [deliver, expire_due_sessions, *found]
    return found


class Seldom:
    """A sweep that need not be asked more often than every so many seconds."""

    def __init__(self, sweep, seconds: float):
        self.sweep, self.seconds, self.next = sweep, seconds, 0.0
        self.__name__ = sweep.__name__

    def __call__(self) -> bool:
        if time.monotonic() < self.next:
            return False
        self.next = time.monotonic() + self.seconds
        return bool(self.sweep())


class WhenContentMoves:
    """A sweep that has something to do only after content has changed; and once an hour, for what time changes."""

    def __init__(self, sweep):
        self.sweep, self.seen, self.next = sweep, None, 0.0
        self.__name__ = sweep.__name__

    def __call__(self) -> bool:
        current = read_content_version()
        if current == self.seen and time.monotonic() < self.next:
            return False
        self.seen, self.next = current, time.monotonic() + 3600
        return bool(self.sweep())


seldom = [
    Seldom(empty_bin, 3600),
    Seldom(collect_outside_links, 3600),
    Seldom(look_at_outside_link, 2),
    Seldom(write_link_report, 600),
    Seldom(read_events, 30),
    Seldom(compare_with_stripe, 3600),
    Seldom(match_money, 60),
    Seldom(forget_old_misses, 3600),
]
link_health = WhenContentMoves(look_at_links)


class SearchSweep:
    """Brings the search index up to date after content moved, some documents at a time, so that events need not wait."""

    __name__ = "reindex"

    def __init__(self):
        self.seen, self.next = None, 0.0

    def __call__(self) -> bool:
        current = read_content_version()
        if current == self.seen and time.monotonic() < self.next:
            return False
        if reindex(most=INDEXED_AT_ONCE):
            return True
        self.seen, self.next = current, time.monotonic() + 60  # time changes it too: what begins or ends
        return False


search_index = SearchSweep()


class ClaimsSweep:
    """Checks articles anew after tags, products or rules changed: a few at a time, while content stands still."""

    __name__ = "recheck_claims"

    def __init__(self):
        self.seen = None
        self.waiting: list = []

    def __call__(self) -> bool:
        if not self.waiting:
            current = read_content_version()
            if current == self.seen:
                return False
            self.waiting, self.seen = stale_versions(), current
        now, self.waiting = self.waiting[:CLAIMS_AT_ONCE], self.waiting[CLAIMS_AT_ONCE:]
        recheck(now)
        if now and not self.waiting:
            self.seen = read_content_version()  # moved by the checks themselves
        return bool(now)


recheck_claims = ClaimsSweep()


class PictureChild:
    """Renditions are made by a child process: they take seconds and memory, and events must not wait."""

    def __init__(self):
        self.process = None

    def __call__(self) -> bool:
        if self.process is not None and self.process.poll() is None:
            return False
        if not waiting_pictures().exists():
            return False
        self.process = subprocess.Popen([sys.executable, sys.argv[0], "work", "--pictures"])
        return False

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def sweep_once() -> bool:
    """Run every sweep once. One that fails is logged and does not keep the others from running."""
    worked = False
    for sweep in sweeps():
        try:
            worked = bool(sweep()) or worked
        except Exception:
            log.exception("%s failed; it runs again.", sweep.__name__)
    return worked


class Command(BaseCommand):
    help = (
        "Background work: sandbox events, payments to ask Stripe about, holds that end, refunds, mails, pictures. "
        "Everything is a row, so it may be killed at any time, run twice, or run on several machines."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then end (for cron)")
        parser.add_argument("--pictures", action="store_true", help="make renditions of pictures, then end")

    def handle(self, *args, once, pictures, **options):
        if pictures or once:
            while render_next():
                pass
        if pictures:
            return
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        make_pictures = PictureChild()
        until = time.monotonic() + 600
        while not stop.is_set():
            worked = sweep_once()
            if once:
                if not worked or time.monotonic() > until:
                    break
                continue
            make_pictures()
            close_old_connections()
            if not worked:
                stop.wait(PAUSE_SECONDS)
        make_pictures.end()
