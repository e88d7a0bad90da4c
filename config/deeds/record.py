"""Writes down what a member of staff changes, whichever form, action or page it is done by.

Everything that Django writes goes through three statements: insert, update, delete. While somebody of the staff sends
something (`acting`), these are watched, and a row of the log is written in the same transaction: neither is there
without the other. Shoppers and the worker pay one look at a variable.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps

from django.db import models, transaction
from django.db.models.sql import Query, compiler

from config.deeds.models import Deed, Verb
from shop.content.throttle import address_of

MOST = 200  # rows that one statement is told of one by one
LONGEST = 200  # of a value; of a longer text only the column is named
# Counters, copies that follow from rows, what tells of itself, and drafts, whose versions are kept whole.
DERIVED = {
    "deeds", "sessions", "admin", "content", "sweeps", "attribution", "discovery", "contenttypes", "sandbox", "entry",
    "search.Document", "search.Posting", "search.StemCount", "search.Word", "search.NameWord",
    "search.IndexState", "search.EmptySearch", "catalogue.Lack", "catalogue.ShelfRow", "catalogue.ShelfCount",
    "orders.OrderWord", "invoices.DaySum", "invoices.Correction", "desk.LedgerState", "desk.Turn", "payments.EventCursor",
    "articles.RichText", "articles.Figure", "articles.ProductCard", "articles.Callout", "articles.Faq",
    "articles.ReferenceBlock", "articles.EvidenceTable", "articles.FormTable", "articles.Version",
    "pages.PageBlock", "articles.LinkTrouble", "articles.OutsideLink", "articles.ClaimChange",
    "articles.RulesInForce", "articles.Presence", "mfa", "account", "articles.ArticleCount", "articles.CountedArticle",
}  # fmt: skip
OWN_WORDS = {
    "catalogue",
    "regions",
    "pages",
    "claims",
    "codes",
    "search",
    "articles",
    "pictures",
}  # written by the shop alone
SECRET = re.compile(
    r"token|secret|password|digest|(^|_)key|session|mail|phone|address|person|payer|buyer", re.IGNORECASE
)
NUMBERS = (models.BooleanField, models.IntegerField, models.DecimalField, models.FloatField, models.DateField,
           models.AutoField, models.ForeignKey, models.UUIDField)  # fmt: skip


@dataclass(frozen=True)
class Act:
    user_pk: int | None
    who: str
    network: str
    path: str


_acting: ContextVar[Act | None] = ContextVar("acting", default=None)


def act_of(request, user=None) -> Act:
    user = user or getattr(request, "user", None)
    who = user.get_username() if user is not None and user.pk else ""
    pk = user.pk if user is not None else None
    return Act(pk, who, address_of(request) if request else "a shell", request.path[:200] if request else "")


@contextmanager
def acting(request) -> Iterator[None]:
    """What is written inside is done by whoever sent this request."""
    token = _acting.set(act_of(request))
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def _unwatched() -> Iterator[None]:
    token = _acting.set(None)
    try:
        yield
    finally:
        _acting.reset(token)


def note(act: Act, verb: Verb, kind: str = "", row: str = "", changes: dict | None = None) -> None:
    """A row of what no column tells, such as a sign-in or an export."""
    with _unwatched():
        Deed.objects.create(
            verb=verb, user_pk=act.user_pk, who=act.who, network=act.network, path=act.path, kind=kind[:80],
            row=str(row)[:64], changes=changes or {},
        )  # fmt: skip


def is_told(model: type[models.Model]) -> bool:
    owner: type[models.Model] = getattr(model._meta, "auto_created", None) or model  # of what joins two
    return owner._meta.app_label not in DERIVED and owner._meta.label not in DERIVED


def _is_shown(field) -> bool:
    if SECRET.search(field.name):
        return False
    if isinstance(field, NUMBERS) or field.choices:
        return True
    is_text = isinstance(field, models.CharField | models.TextField)
    return is_text and field.model._meta.app_label in OWN_WORDS


def _plain(value):
    return value if value is None or isinstance(value, bool | int) else str(value)


def _pair(field, old, new) -> list | None:
    """Old and new, where they may be copied."""
    old, new = _plain(old), _plain(new)
    if not _is_shown(field) or any(isinstance(one, str) and len(one) > LONGEST for one in (old, new)):
        return None
    return [old, new]


def _write(verb: Verb, model, found: list[tuple]) -> None:
    """`found`: (pk, changes) of each row; where there are more than MOST, one row says so of the rest."""
    act = _acting.get()
    assert act is not None
    rows = [
        Deed(
            verb=verb, user_pk=act.user_pk, who=act.who, network=act.network, path=act.path, kind=model._meta.label,
            row=str(pk)[:64], changes=changes,
        )
        for pk, changes in found[:MOST]
    ]  # fmt: skip
    if len(found) > MOST:
        rows.append(Deed(verb=verb, user_pk=act.user_pk, who=act.who, network=act.network, path=act.path,
                         kind=model._meta.label, row=f"and more than {MOST} others"))  # fmt: skip
    with _unwatched():
        Deed.objects.bulk_create(rows)


def _rows(query, model, using, names: list[str]) -> list[dict]:
    """What the rows that a statement is about to touch hold now."""
    select = query.chain(klass=Query)
    select.clear_ordering(force=True)
    with _unwatched():
        return list(models.QuerySet(model, select, using).values("pk", *names)[: MOST + 1])


def _watched(statement):
    """`statement(compiler, call)` runs instead of Django's own while staff act; `call` is that one."""

    def around(inner):
        @wraps(inner)
        def execute_sql(self, *args, **kwargs):
            model = self.query.get_meta().model
            if _acting.get() is None or not is_told(model):
                return inner(self, *args, **kwargs)
            with transaction.atomic(using=self.using, savepoint=False):
                return statement(self, model, lambda: inner(self, *args, **kwargs))

        return execute_sql

    return around


def _insert(self, model, call):
    result = call()
    fields = [field for field in self.query.fields or [] if not field.primary_key]
    given = [row[0] if row else None for row in result or []]
    found = []
    for number, row in enumerate(self.query.objs):
        pk = row.pk if row.pk is not None else (given[number] if number < len(given) else "")
        new = {field.name: getattr(row, field.attname) for field in fields}
        told = {
            field.name: _pair(field, None, new[field.name])
            for field in fields
            if new[field.name] not in (None, "", False) and not hasattr(new[field.name], "resolve_expression")
        }
        found.append((pk, told))
    _write(Verb.ADDED, model, found)
    return result


def _update(self, model, call):
    fields = [field for field, _, _ in self.query.values or []]
    names = [field.attname for field in fields]
    before = _rows(self.query, model, self.using, names)
    result = call()
    with _unwatched():
        pks = [row["pk"] for row in before]
        after = {
            row["pk"]: row
            for row in model._base_manager.using(self.using).filter(pk__in=pks).values("pk", *names)
        }
    found = []
    for old in before:
        new = after.get(old["pk"], {})
        told = {
            field.name: _pair(field, old[field.attname], new.get(field.attname))
            for field in fields
            if old[field.attname] != new.get(field.attname)
        }
        if told:
            found.append((old["pk"], told))
    if found:
        _write(Verb.CHANGED, model, found)
    return result


def _delete(self, model, call):
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and _is_shown(field)]
    before = _rows(self.query, model, self.using, [field.attname for field in fields])
    result = call()
    found = [
        (
            old["pk"],
            {
                field.name: _pair(field, old[field.attname], None)
                for field in fields
                if old[field.attname] not in (None, "", False)
            },
        )
        for old in before
    ]
    if found:
        _write(Verb.DELETED, model, found)
    return result


def install() -> None:
    """Once in a process."""
    for made, statement in (
        (compiler.SQLInsertCompiler, _insert),
        (compiler.SQLUpdateCompiler, _update),
        (compiler.SQLDeleteCompiler, _delete),
    ):
        setattr(made, "execute_sql", _watched(statement)(made.execute_sql))  # noqa: B010
