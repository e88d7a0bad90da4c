"""What the worker does with a file on its way in: it looks at it, tells how far it is, and saves it if it was told to.

Looking holds no lock, so each second it may write down how far it is, and whoever reads the page sees it. Saving is one
transaction that begins by taking the import's state: of two workers, or of one that was killed and began again, only
one commits, and what it made came with it or not at all.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from config.moving.aside import set_aside
from config.moving.models import Import, ImportLine
from config.moving.ways import LEFT_OUT, NEW, WAYS, Told
from config.moving.whole.coming import come_in
from config.moving.whole.read import Unreadable, files_of
from shop.catalogue.models import Product
from shop.orders.models import Order
from shop.outbox.keys import import_key
from shop.outbox.send import write_mail
from shop.sweeps.alone import each_alone

SWEEP = "bring_in_imports"
LEASE, SAVING_LASTS = timedelta(minutes=1), timedelta(minutes=3)
TELL_EVERY = 1.0  # seconds
MOST_LINES = 1000  # of each state that are kept to be shown
KEPT = timedelta(days=7)
NOT_EMPTY = "This shop has products, articles or orders: a whole shop comes into an empty one alone."
State = Import.State


class Ended(Exception):
    """Somebody stopped it, or another worker has finished it."""


def due_imports(now: Any) -> QuerySet[Import]:
    """Those that no worker is at. `now` may be the database's Now()."""
    return Import.objects.filter(turn=1, free_at__lte=now)


def bring_in_imports(at: datetime | None = None) -> int:
    return each_alone(due_imports(at or timezone.now()), work_at, sweep=SWEEP, most=1, atomic=False)


def forget_imports(at: datetime | None = None) -> int:
    """Files that nobody saved for a week, and what was told of them."""
    old = (at or timezone.now()) - KEPT
    return Import.objects.filter(turn=None, asked_at__lt=old).delete()[0]


def begin(**values: Any) -> Import | None:
    """Ask the worker for it; None while another is at work."""
    try:
        with transaction.atomic():
            return Import.objects.create(**values)
    except IntegrityError:
        return None


def save_too(row: Import) -> bool:
    """Have what was looked at saved; False while another is at work, or where it was not looked at."""
    waiting = Import.objects.filter(pk=row.pk, state=State.LOOKED)
    try:
        with transaction.atomic():
            return bool(waiting.update(state=State.SAVING, turn=1, seen=0, free_at=timezone.now()))
    except IntegrityError:
        return False


def stop(row: Import) -> bool:
    """Nothing of it is saved, and the file is forgotten; False if it was saved meanwhile."""
    going = Import.objects.filter(pk=row.pk, state__in=[State.LOOKING, State.LOOKED, State.SAVING])
    return bool(going.update(state=State.STOPPED, turn=None, data=b""))


def work_at(row: Import) -> bool:
    taken = due_imports(timezone.now()).filter(pk=row.pk, state=row.state)
    if not taken.update(free_at=timezone.now() + LEASE):
        return False
    row.lines.all().delete()
    progress = Progress(row)
    try:
        if row.kind == Import.Kind.SHOP:
            _whole_shop(row, progress)
        else:
            _entries(row, progress)
    except Ended:
        return False
    return True


class Progress:
    """How far it is, written down each second; and the lines that are told, up to a number."""

    def __init__(self, row: Import):
        self.row, self.seen, self.total = row, 0, 0
        self.counts: Counter[str] = Counter()
        self._lines: list[ImportLine] = []
        self._told_at = 0.0

    def count(self, told: Told) -> None:
        self.seen += 1
        self.counts[told.state] += 1
        if (told.said or told.name) and self.counts[told.state] <= MOST_LINES:
            self._lines.append(
                ImportLine(
                    of=self.row, line=told.line, name=told.name[:120], state=told.state, said=told.said[:50]
                )
            )
        if time.monotonic() - self._told_at > TELL_EVERY:
            self.write()

    def write(self, lasts: timedelta = LEASE) -> None:
        """Raises Ended."""
        self._told_at = time.monotonic()
        mine = Import.objects.filter(pk=self.row.pk, turn=1, state=self.row.state)
        if not mine.update(seen=self.seen, total=self.total, free_at=timezone.now() + lasts):
            raise Ended
        ImportLine.objects.bulk_create(self._lines, 500)
        self._lines = []

    def end(self, state: str, **values: Any) -> None:
        """Raises Ended."""
        mine = Import.objects.filter(pk=self.row.pk, turn=1, state=self.row.state)
        if not mine.update(
            state=state, turn=None, seen=self.seen, total=self.total, counts=dict(self.counts), **values
        ):
            raise Ended


def _entries(row: Import, progress: Progress) -> None:
    way, text = WAYS[row.kind], row.content.decode()
    progress.total = sum(1 for _ in way.reads(text))
    progress.write()

    def new() -> Iterator[Any]:
        for told, one in way.looks(text, row.options):
            progress.count(told)
            if told.state == NEW:
                yield one

    if row.state == State.LOOKING:
        for _ in new():
            pass
        progress.write()
        progress.end(State.LOOKED)
        return
    waiting = set_aside(new())
    progress.write(SAVING_LASTS)
    with transaction.atomic():
        progress.end(State.DONE, data=b"")
        _say(row, way.saves(waiting, row.options))


def _whole_shop(row: Import, progress: Progress) -> None:
    """Looking at it does it and takes it back, so it is one transaction either way."""
    told: list[str] = []
    progress.write(SAVING_LASTS)
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(row.content)
        file.flush()
        words = ""
        with transaction.atomic():
            if is_empty():
                words = _come_in(row, Path(file.name), told)
            progress.counts[NEW] = int(bool(words))
            for line in told or ([] if words else [NOT_EMPTY]):
                progress.count(Told(0, "", LEFT_OUT, [line]))
            progress.write(SAVING_LASTS)
            if row.state == State.LOOKING:
                progress.end(State.LOOKED, words=words)
            else:
                progress.end(State.DONE, data=b"")
                _say(row, words or f"Nothing came in. {NOT_EMPTY}")


def _come_in(row: Import, file: Path, told: list[str]) -> str:
    try:
        counts = come_in(
            files_of(file), save=row.state == State.SAVING, tell=told.append, step=lambda label, count: None
        )
    except Unreadable as error:
        told.append(str(error).replace(str(file), row.file_name))
        return ""
    new, lost = (sum(getattr(one, name) for one in counts.values()) for name in ("new", "left_out"))
    come = "came" if row.state == State.SAVING else "would come"
    return f"{new} rows {come} in, {lost} left out."


def is_empty() -> bool:
    return not any(model._base_manager.exists() for model in (Product, Article, Order))


def _say(row: Import, words: str) -> None:
    """What came of it, on its page and by mail to who began it: in the transaction that saves."""
    Import.objects.filter(pk=row.pk).update(words=words)
    if row.by is not None and row.by.email:
        write_mail(
            key=import_key(row.pk),
            to=row.by.email,
            template="staff_import",
            context={
                "brand": settings.BRAND,
                "subject": f"Brought in: {' '.join(row.file_name.split())[:80]}",
                "words": words,
                "link": settings.SITE_URL + reverse("admin:bring_in_one", args=[row.pk]),
            },
            is_last=True,
        )
