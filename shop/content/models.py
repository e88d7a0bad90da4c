"""The content version and the scopes: numbers in the database that changes of what shoppers see move.

The version moves with every such change, and each change moves the scopes that it may show in (shop.content.scopes). Pages and
the values they are made of are kept by these numbers (config/middleware/page_cache.py, shop.content.memo), so a change shows on
the very next request, in every process and on every machine. The numbers are drawn at random rather than counted
up: what a transaction cached and then rolled back can so never be taken for what another one commits.
"""

import secrets
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import models, transaction

from shop.content.moves import scopes_between, scopes_of
from shop.content.scopes import ANYTHING, SITE
from shop.content.short import ask, filled_up
from shop.content.texts import ReadByShoppers
from shop.text.characters import clean_data, clean_line, clean_text


class Pinned(dict[str, int]):
    """The numbers of a request. `seen`: by name what `memoised` has found to be true by them."""

    def __init__(self, numbers: Mapping[str, int] | None = None):
        super().__init__(numbers or {})
        self.seen: dict[str, Any] = {}


_pinned: ContextVar[Pinned | None] = ContextVar("numbers of this request", default=None)


class ContentVersion(models.Model):
    """One row. `moves` counts the changes in the order of their commits, so that work goes on where it stopped (`Moved`).

    `counted`: the value that the last counted change drew. Where `value` is another one, something moved it that counts
    nothing; `uncounted`: the count at which that was last noticed.
    """

    value = models.PositiveBigIntegerField(default=1)
    moves = models.PositiveBigIntegerField(default=0, db_default=0)
    counted = models.PositiveBigIntegerField(default=0, db_default=0)
    uncounted = models.PositiveBigIntegerField(default=0, db_default=0)

    def __str__(self):
        return str(self.value)


class ContentScope(models.Model):
    """The number of a scope; one that never moved has no row. `moved`: the count of its last change (ContentVersion)."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.PositiveBigIntegerField()
    moved = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["moved"], name="contentscope_moved")]

    def __str__(self):
        return f"{self.key}: {self.value}"


def numbers_of(scopes: Iterable[str] = ()) -> dict[str, int]:
    """The current numbers of the content version and of these scopes, from the database: one query.

    By primary keys and without the ORM, since every page asks. A scope that never moved has 0.
    """
    keys = set(scopes) - {ANYTHING}
    asked = filled_up(sorted(keys))
    rows = ask(_query(len(asked)), *asked)
    return dict.fromkeys((ANYTHING, *keys), 0) | {key: int(value) for key, value in rows}


@cache
def _query(count: int) -> str:
    version = f"SELECT '{ANYTHING}', value FROM content_contentversion WHERE id = 1"  # noqa: S608 - a constant
    if not count:
        return version
    marks = ", ".join(["%s"] * count)
    return f"{version} UNION ALL SELECT key, value FROM content_contentscope WHERE key IN ({marks})"  # noqa: S608 - marks only


# For all kept pages (config/middleware/before_django.py): while the version has not moved, no scope has.
VERSION_AND_SITE = (
    f"SELECT '{ANYTHING}', value::text, (SELECT value::text FROM content_contentscope WHERE key = '{SITE}')"  # noqa: S608 - constants
    " FROM content_contentversion WHERE id = 1"
)


def read_content_version() -> int:
    """The current number from the database."""
    return numbers_of()[ANYTHING]


def content_version(scope: str = ANYTHING) -> int:
    """The number of a scope that this request began with (see `begin_request`), else the current one."""
    pinned = _pinned.get()
    if pinned is not None and scope in pinned:
        return pinned[scope]
    return _known([scope])[scope]


def _known(scopes: Iterable[str]) -> Mapping[str, int]:
    """The numbers of these scopes: as pinned, read and pinned now where they are not; outside requests as they are."""
    pinned = _pinned.get()
    missing = [scope for scope in scopes if pinned is None or scope not in pinned]
    if not missing and pinned is not None:
        return pinned
    read = numbers_of([SITE, *missing])
    if pinned is None:
        return read
    for scope, number in read.items():
        pinned.setdefault(scope, number)
    return pinned


def begin_request(numbers: Mapping[str, int] | None) -> None:
    """Pin numbers for the rest of a request, so that one page is drawn from one state; None unpins.

    Those that are not given are pinned when one of them is first asked for, before anything is made by it.
    """
    _pinned.set(None if numbers is None else Pinned(numbers))


def seen_in_request() -> dict[str, Any]:
    """What this request has found to be true by its numbers, by name; nothing that lasts outside of requests."""
    pinned = _pinned.get()
    return {} if pinned is None else pinned.seen


def is_still_so(shown: Mapping[str, int]) -> bool:
    """Whether these scopes have the numbers that they had when something was made. One query, less what is pinned."""
    known = _known(shown)
    return all(known[scope] == number for scope, number in shown.items())


def numbers_to_keep(scopes: Iterable[str]) -> dict[str, int] | None:
    """The numbers with which something may be kept that was made in this request and shows these scopes.

    None if anything was changed since the request began: nobody knows which of both states it shows. Needs a request whose
    content version was asked for before the making began.
    """
    now = numbers_of([SITE, *scopes])
    if now[ANYTHING] != content_version():
        return None
    wanted = {ANYTHING} if ANYTHING in scopes else {SITE, *scopes}
    return {scope: now[scope] for scope in wanted}


def content_changed(*scopes: str) -> None:
    """Move the version and these scopes, by default the whole site. It takes effect with the commit, like the change itself.

    The version's row is moved first: it lets one change through at a time, so that no two wait for each other's scopes.
    """
    value = secrets.randbits(62)
    keys = sorted(set(scopes) or {SITE})
    uncounted = models.Case(
        models.When(value=models.F("counted"), then=models.F("uncounted")), default=models.F("moves") + 1
    )
    row = ContentVersion.objects.filter(pk=1)
    with transaction.atomic(savepoint=False):
        if not row.update(value=value, counted=value, moves=models.F("moves") + 1, uncounted=uncounted):
            ContentVersion.objects.get_or_create(pk=1, defaults={"value": value})
        moved = row.values_list("moves", flat=True).get()
        ContentScope.objects.bulk_create(
            [ContentScope(key=key, value=value, moved=moved) for key in keys],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["value", "moved"],
        )
    pinned = _pinned.get()
    if pinned is not None:
        pinned.update(dict.fromkeys([ANYTHING, *keys], value))
        pinned.seen.clear()


def moved_since(count: int) -> tuple[int, set[str]]:
    """(the count of changes until now, the scopes that moved after a count); all of the SITE where that is not known.

    Changes are counted in the order of their commits, so none is ever missed; what moves meanwhile may be told twice.
    """
    row = ContentVersion.objects.filter(pk=1).first()
    if row is None or row.moves < count:
        return 0, {SITE}
    scopes = set(ContentScope.objects.filter(moved__gt=count).values_list("key", flat=True))
    if row.value != row.counted or row.uncounted > count:
        scopes.add(SITE)
    return row.moves, scopes


def count_what_was_not() -> None:
    """Take what moved without being counted for a change of the whole site, once. For those who go on by `moved_since`."""
    rows = ContentVersion.objects.filter(pk=1).exclude(value=models.F("counted"))
    rows.update(counted=models.F("value"), moves=models.F("moves") + 1, uncounted=models.F("moves") + 1)


@contextmanager
def one_state():
    """What is made inside is made from the numbers that are current when they are first asked for, as a request is."""
    token = _pinned.set(Pinned())
    try:
        yield
    finally:
        _pinned.reset(token)


MANY = 200  # rows changed at once whose scopes are looked up; more than that count as the whole site


class ContentQuerySet(models.QuerySet):
    """Bulk changes move what their rows show in as well."""

    def update(self, **kwargs):
        with transaction.atomic(savepoint=False):
            before = self._locked()
            if before is None:
                done = super().update(**kwargs)
                if done:
                    content_changed()
                return done
            # These rows alone: another one that comes to meet the conditions meanwhile would change unseen.
            done = super(ContentQuerySet, self.filter(pk__in=before)).update(**kwargs) if before else 0
            after = self.model._base_manager.in_bulk(before)
            scopes = scopes_between(self.model, [(before[pk], after[pk]) for pk in before if pk in after])
            if scopes:
                content_changed(*scopes)
        return done

    def delete(self):
        with transaction.atomic(savepoint=False):
            before = self._locked()
            scopes = {SITE} if before is None else scopes_of(self.model, before.values())
            result = super().delete()
            if result[0] and scopes:
                content_changed(*scopes)
        return result

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for row in objs:
            clean_row(self.model, row)
        with transaction.atomic(savepoint=False):
            rows = super().bulk_create(objs, *args, **kwargs)
            scopes = {SITE} if len(rows) > MANY else scopes_of(self.model, rows)
            if scopes:
                content_changed(*scopes)
        return rows

    def _locked(self) -> "dict[int, Content] | None":
        """The rows as they are stored, by primary key and locked in that order; None if they are too many."""
        pks = sorted(set(self.order_by().values_list("pk", flat=True)[: MANY + 1]))
        if len(pks) > MANY:
            return None
        rows = self.model._base_manager.select_for_update(of=("self",), no_key=True).order_by("pk")
        return {row.pk: row for row in rows.filter(pk__in=pks)} if pks else {}


class Content(ReadByShoppers):
    """Base of every model whose rows show on a public page. A change moves what the row showed in and shows in (shop.content.moves)."""

    scheduled_by: tuple[str, ...] = ()  # columns with the moments at which a row begins or ends to show

    objects = ContentQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        clean_row(type(self), self)
        with transaction.atomic(savepoint=False):
            stored = type(self)._base_manager.select_for_update(of=("self",), no_key=True)
            before = stored.filter(pk=self.pk).first() if self.pk is not None else None
            super().save(*args, **kwargs)
            if before is not None:
                scopes = scopes_between(type(self), [(before, self)], kwargs.get("update_fields"))
            else:
                scopes = scopes_of(type(self), [self])
            if scopes:
                content_changed(*scopes)

    def delete(self, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            stored = type(self)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=self.pk)
            scopes = scopes_of(type(self), [*stored, self])
            result = super().delete(*args, **kwargs)
            if scopes:
                content_changed(*scopes)
        return result


OURS = ("shop", "articles", "config")


@cache
def _cleaning(model) -> tuple:
    """(column's name, what cleans it) for each column of a model of ours that holds text."""
    if model.__module__.split(".")[0] not in OURS:
        return ()
    kinds = ((models.TextField, clean_text), (models.CharField, clean_line), (models.JSONField, clean_data))
    return tuple(
        (field.attname, clean)
        for field in model._meta.concrete_fields
        for kind, clean in kinds
        if isinstance(field, kind)
    )


def clean_row(sender, instance, **kwargs) -> None:
    """Before any row is saved, by a form, a loader, a command or an event: its texts hold only characters that every
    feed, mail and document can carry (shop/text/characters.py). Columns with one line keep one line.
    """
    for name, clean in _cleaning(sender):
        value = instance.__dict__.get(name)
        if isinstance(value, str | dict | list):
            instance.__dict__[name] = clean(value)


class Tries(models.Model):
    """How often somebody has tried something, until `ends_at`. See shop.content.throttle."""

    key = models.CharField(max_length=80, unique=True)
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self):
        return f"{self.key} {self.count}"
