"""What every sweep of the worker does with its rows: each alone, so that one that fails never stops the rest."""

import contextlib
import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from shop.sweeps.models import Setback
from shop.text.addresses import without_addresses

log = logging.getLogger(__name__)
FIRST_WAIT, MAX_WAIT = timedelta(minutes=1), timedelta(hours=6)
MAX_SILENCE = timedelta(minutes=5)
MAX_SILENCES = 3  # in a row, before the rest of a batch is left for later
FORGET_AFTER = timedelta(days=2)


class Silence(Exception):
    """Another machine does not answer: that need not be the row's fault."""


def each_alone(
    rows, work, *, sweep: str, most: int | None = None, atomic=True, key=None, at=None, paced=False
) -> int:
    """`work(row)` for at most `most` rows, each in a transaction of its own; for how many it returned something true.

    Whatever a row raises is logged, kept as a Setback for staff, and the rest goes on. The row is then passed over
    for a minute, and for twice as long each time it fails again (six hours at most): so it never takes the place of
    others in the next batch. Once it succeeds the Setback is gone. After a Silence it waits five minutes at most, and
    after some of them in a row the batch ends: each may have taken half a minute, and other sweeps wait behind it.

    `rows`: a queryset, not yet sliced, or any iterable. It must hold only what can be done now: a row for which
    `work` finds nothing to do would take a place in each batch.
    `sweep`: the sweep's name, the same each time. `key`: what names a row that has no primary key.
    `atomic=False`: for work that asks other machines and commits its own steps. `paced`: after a Silence the rows
    themselves say when they are tried again.
    """
    now, key = at or timezone.now(), key or (lambda row: row.pk)
    batch = list(_due(rows, sweep, most, key, now))
    if not batch:
        return 0
    about = {str(key(row))[:120] for row in batch}
    failed_before = set(Setback.objects.filter(sweep=sweep, about__in=about).values_list("about", flat=True))
    done = silences = 0
    for row in batch:
        if silences == MAX_SILENCES:
            break
        name = str(key(row))[:120]
        try:
            with transaction.atomic() if atomic else contextlib.nullcontext():
                done += bool(work(row))
        except Silence as error:
            silences += 1
            log.warning("%s: no answer about %s: %s", sweep, name, error)
            if not paced:
                set_back(row, error, sweep=sweep, about=name, longest=MAX_SILENCE, at=now)
        except Exception as error:
            silences = 0
            set_back(row, error, sweep=sweep, about=name, at=now)
        else:
            silences = 0
            if name in failed_before:
                Setback.objects.filter(sweep=sweep, about=name).delete()
    return done


def _due(rows, sweep, most, key, now):
    """The first `most` rows that do not wait after a failure."""
    if isinstance(rows, QuerySet):
        return not_set_back(rows, sweep, now)[:most]
    waiting = passed_over(sweep, now)
    return [row for row in rows if str(key(row))[:120] not in waiting][:most]


def passed_over(sweep: str, now) -> set[str]:
    """What waits after a failure in this sweep, by what names it."""
    return set(Setback.objects.filter(sweep=sweep, next_at__gt=now).values_list("about", flat=True))


def not_set_back(rows: QuerySet, sweep: str, now) -> QuerySet:
    """Rows that do not wait after a failure in this sweep. `now` may be the database's Now()."""
    waiting = Setback.objects.filter(
        sweep=sweep, next_at__gt=now, about=Cast(OuterRef("pk"), CharField())
    ).order_by()
    return rows.filter(~Exists(waiting))


def set_back(row, error: Exception, *, sweep: str, about: str, longest=MAX_WAIT, at=None) -> None:
    """Log that `row` failed, keep it for staff without any address that the error names, and let it wait."""
    now = at or timezone.now()
    model = row._meta.label if hasattr(row, "_meta") else ""
    words = without_addresses(f"{type(error).__name__}: {error}".replace("\x00", ""))[:300]
    found, is_new = Setback.objects.get_or_create(
        sweep=sweep,
        about=about,
        defaults={"model": model[:60], "error": words, "since": now, "next_at": now + FIRST_WAIT},
    )
    if not is_new:
        wait = min(FIRST_WAIT * 2 ** min(found.tries, 12), longest)
        Setback.objects.filter(pk=found.pk).update(tries=F("tries") + 1, error=words, next_at=now + wait)
        found.next_at = now + wait
    if isinstance(error, Silence):
        return
    log.error(
        "%s: %s %s failed; it is tried again at %s, and the rest goes on.",
        sweep,
        model,
        about,
        f"{found.next_at:%Y-%m-%d %H:%M:%S} UTC",
        exc_info=error,
    )


def forget_setbacks(at=None) -> int:
    """Delete those of rows that are gone or that nobody tries any more; how many."""
    before = (at or timezone.now()) - FORGET_AFTER
    return Setback.objects.filter(next_at__lt=before).delete()[0]
