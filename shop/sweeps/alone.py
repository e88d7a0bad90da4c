"""What every sweep of the worker does with its rows: each alone, so that one that fails never stops the rest."""

import contextlib
import logging
import re
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from shop.sweeps.models import Setback

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
FORGET_AFTER = timedelta(days=2)
ADDRESS = re.compile(r"[^\s<>\"'(){},:;]+@[^\s<>\"'(){},:;]+")


def each_alone(rows, work, *, sweep: str, most: int | None = None, atomic=True, key=None, at=None) -> int:
    """`work(row)` for at most `most` rows, each in a transaction of its own; for how many it returned something true.

    Whatever a row raises is logged, kept as a Setback for staff, and the rest goes on. The row is then passed over
    for a minute, and for twice as long each time it fails again (six hours at most): so it never takes the place of
    others in the next batch. Once it succeeds the Setback is gone.

    `rows`: a queryset, not yet sliced, or any iterable. It must hold only what can be done now: a row for which
    `work` finds nothing to do would take a place in each batch.
    `sweep`: the sweep's name, the same each time. `key`: what names a row that has no primary key.
    `atomic=False`: for work that speaks to other machines and commits its own steps.
    """
    now, key = at or timezone.now(), key or (lambda row: row.pk)
    batch = list(_due(rows, sweep, most, key, now))
    if not batch:
        return 0
    about = {str(key(row))[:120] for row in batch}
    failed_before = set(Setback.objects.filter(sweep=sweep, about__in=about).values_list("about", flat=True))
    done = 0
    for row in batch:
        name = str(key(row))[:120]
        try:
            with transaction.atomic() if atomic else contextlib.nullcontext():
                done += bool(work(row))
        except Exception as error:
            _set_back(row, name, sweep, error, now)
        else:
            if name in failed_before:
                Setback.objects.filter(sweep=sweep, about=name).delete()
    return done


def _due(rows, sweep, most, key, now):
    """The first `most` rows that do not wait after a failure."""
    waiting = Setback.objects.filter(sweep=sweep, next_at__gt=now)
    if isinstance(rows, QuerySet):
        same = waiting.filter(about=Cast(OuterRef("pk"), CharField()))
        return rows.filter(~Exists(same))[:most]
    passed_over = set(waiting.values_list("about", flat=True))
    return [row for row in rows if str(key(row))[:120] not in passed_over][:most]


def _set_back(row, name: str, sweep: str, error: Exception, now) -> None:
    model = row._meta.label if hasattr(row, "_meta") else type(row).__name__
    words = ADDRESS.sub("…", f"{type(error).__name__}: {error}".replace("\x00", ""))[:300]
    found, is_new = Setback.objects.get_or_create(
        sweep=sweep,
        about=name,
        defaults={"model": model[:60], "error": words, "since": now, "next_at": now + FIRST_WAIT},
    )
    if not is_new:
        wait = min(FIRST_WAIT * 2 ** min(found.tries, 12), LONGEST_WAIT)
        Setback.objects.filter(pk=found.pk).update(tries=F("tries") + 1, error=words, next_at=now + wait)
        found.next_at = now + wait
    log.error(
        "%s: %s %s failed; it is tried again at %s, and the rest goes on.",
        sweep,
        model,
        name,
        f"{found.next_at:%Y-%m-%d %H:%M:%S} UTC",
        exc_info=error,
    )


def forget_setbacks(at=None) -> int:
    """Delete those of rows that are gone or that nobody tries any more; how many."""
    before = (at or timezone.now()) - FORGET_AFTER
    return Setback.objects.filter(next_at__lt=before).delete()[0]
