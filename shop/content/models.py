"""The content version: one number in the database that every change of what shoppers see moves.

Whole-page caching (config/middleware/page_cache.py) and the cached regions are keyed by it, so a change shows on the very
next request, in every process and on every machine. The number is drawn at random rather than counted up: what
a transaction cached and then rolled back can so never be taken for what another one commits.
"""

import secrets
from contextvars import ContextVar
from functools import cache

from django.db import connection, models

from shop.content.texts import ReadByShoppers
from shop.text.characters import clean_data, clean_line, clean_text

_seen: ContextVar[int | None] = ContextVar("content_version", default=None)


class ContentVersion(models.Model):
    value = models.PositiveBigIntegerField(default=1)

    def __str__(self):
        return str(self.value)


def read_content_version() -> int:
    """The current number from the database: one primary-key read without the ORM, since every page asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM content_contentversion WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else 0


def content_version() -> int:
    """The number that this request began with (see `begin_request`), else the current one."""
    seen = _seen.get()
    return read_content_version() if seen is None else seen


def begin_request(version: int | None) -> None:
    """Pin the version for the rest of a request, so that one page is drawn from one state; None unpins."""
    _seen.set(version)


def content_changed() -> None:
    """Move the version. Inside a transaction it takes effect with the commit, like the change itself."""
    value = secrets.randbits(62)
    if not ContentVersion.objects.filter(pk=1).update(value=value):
        ContentVersion.objects.get_or_create(pk=1, defaults={"value": value})
    if _seen.get() is not None:
        _seen.set(value)


class ContentQuerySet(models.QuerySet):
    """Bulk changes move the version as well."""

    def update(self, **kwargs):
        rows = super().update(**kwargs)
        content_changed()
        return rows

    def delete(self):
        result = super().delete()
        content_changed()
        return result

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for row in objs:
            clean_row(self.model, row)
        rows = super().bulk_create(objs, *args, **kwargs)
        content_changed()
        return rows


class Content(ReadByShoppers):
    """Base of every model whose rows show on a public page."""

    scheduled_by: tuple[str, ...] = ()  # columns with the moments at which a row begins or ends to show

    objects = ContentQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        content_changed()

    def delete(self, *args, **kwargs):
        result = super().delete(*args, **kwargs)
        content_changed()
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
