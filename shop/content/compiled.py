"""Queries that are put together once in a process and then asked with other values.

Django takes longer to put a query together than PostgreSQL to answer it, and a page asks the same dozen each time.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import QuerySet, Subquery
from django.db.models.lookups import IsNull

from shop.content.prepared import Prepared
from shop.content.short import filled_up

FIRST_NUMBER = 1_700_000_000  # stand-ins: no row has such a key or date yet, and integer columns hold them
FIRST_MOMENT = datetime(9500, 1, 1, tzinfo=UTC)
A_MOMENT = re.compile(r"[1-8]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d")
MOST_SHAPES = 100  # of one query: how many values its lists have


class Compiled:
    """`Compiled(build)(*values)` returns the rows of `build(*values)` as a list.

    Values are whole numbers, texts, moments, or lists of whole numbers. `build` is called with stand-ins for them, once for
    each length of its lists and database, so it may put them into filters but must not look at them; what it reads
    elsewhere stays as it was then. The clock in particular comes as a value: a moment of its own raises ValueError.
    Repeated numbers in a list count once; a long list is filled up (`filled_up`), and `build` gets as many as it has then.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.shapes: dict[tuple, _Shape] = {}

    def __call__(self, *values: Any) -> list:
        given = [list(dict.fromkeys(value)) if _is_list(value) else value for value in values]
        key = tuple(len(filled_up(value)) if type(value) is list else type(value) for value in given)
        shape = self.shapes.get(key)
        if shape is None:
            filled = [filled_up(value) if type(value) is list else value for value in given]
            shape = _Shape(self.build, filled)
            if len(self.shapes) < MOST_SHAPES:
                self.shapes[key] = shape
        return shape.ask(given)


def _is_list(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)


class _Shape:
    """A query for lists of certain lengths: its SQL, and at which places which value goes."""

    def __init__(self, build: Callable[..., QuerySet], given: list):
        standing, self.count = [], 0
        for value in given:
            standing.append(
                [self._stand_in(one) for one in value] if _is_list(value) else self._stand_in(value)
            )
        self.rows = build(*standing)
        if getattr(self.rows, "_prefetch_related_lookups", ()):
            raise ValueError(
                "What else is loaded would be loaded for stand-ins; load it with prefetch_related_objects."
            )
        self.compiler = self.rows.query.get_compiler(using=self.rows.db)
        adapt = self._adapted
        self.lengths = [len(one) if type(one) is list else 0 for one in standing]
        places = {
            adapt(one): (number, within)
            for number, value in enumerate(standing)
            for within, one in enumerate(value if type(value) is list else [value])
        }
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, params = "", ()
        self.slots = [places.get(one) if one.__hash__ else None for one in params]
        self.params = params
        self.prepared = Prepared(self.sql, params, self.slots, self.lengths)
        for one, slot in zip([self.sql, *params], [None, *self.slots], strict=True):
            if slot is None and any(str(standing) in str(one) for standing in places):
                raise ValueError(f"{build} makes something else of a value; pass that as a value.")
            if slot is None and A_MOMENT.match(str(one)):
                raise ValueError(f"{build} looks at a clock; pass the moment as a value.")

    def _stand_in(self, value):
        self.count += 1
        if isinstance(value, datetime):
            return FIRST_MOMENT + timedelta(seconds=self.count)
        if isinstance(value, str):
            return f"stand-in {self.count}"
        return FIRST_NUMBER + self.count

    def _adapted(self, value):
        """As it stands among the parameters."""
        if isinstance(value, datetime):
            return connections[self.rows.db].ops.adapt_datetimefield_value(value)
        return value

    def ask(self, given: list) -> list:
        if not self.sql:
            return []
        database = connections[self.rows.db]
        adapt = database.ops.adapt_datetimefield_value
        values = [adapt(one) if isinstance(one, datetime) else one for one in given]
        compiler = _twin(self.compiler, connection=database, **self._answering(database, values))
        query = _twin(self.rows.query, get_compiler=lambda *_, **__: compiler)
        rows = _twin(self.rows, _query=query)
        return list(rows._iterable_class(rows))

    def _answering(self, database, values: list) -> dict[str, Callable]:
        """What a compiler does instead of its own: it gives rows that were found, or SQL that Django asks."""
        found = self.prepared.ask(database, values)
        if found is None:
            filled = [filled_up(value) if type(value) is list else [value] for value in values]
            places = zip(self.params, self.slots, strict=True)
            params = tuple(one if slot is None else filled[slot[0]][slot[1]] for one, slot in places)
            return {"as_sql": lambda *_, **__: (self.sql, params)}
        if self.compiler.has_extra_select:
            found = [row[: self.compiler.col_count] for row in found]
        return {"execute_sql": lambda *_, **__: (found,)}


def firsts(lists: list[QuerySet], column: str) -> QuerySet:
    """What a column says in the rows of each of these lists, each once; one query. Lists are ordered and cut.

    Where the column is the one that an index has them in order by, no more of them is read than stands in the cut.
    """
    if connections[lists[0].db].features.supports_slicing_ordering_in_compound:
        parts = [rows.values_list(column) for rows in lists]
    else:
        whole = (rows.model._default_manager.filter(pk__in=rows.values("pk")) for rows in lists)
        parts = [rows.order_by().values_list(column) for rows in whole]
    return parts[0].union(*parts[1:])


def has_one(rows: QuerySet) -> IsNull:
    """As `Exists(rows)`, asked of each row by itself: PostgreSQL may turn EXISTS into a join, for which it reads all rows."""
    return IsNull(Subquery(rows.order_by().values("pk")[:1]), False)


def _twin(thing: Any, **facts: Any) -> Any:
    """The same but for these attributes; copying a queryset would ask it."""
    twin = object.__new__(type(thing))
    twin.__dict__.update(thing.__dict__, **facts)
    return twin


@cache
def _of_owner(kind: Any) -> Any:
    """A queryset that shares its query with others, until somebody asks further and it gets a filter of its own."""

    base: Any = kind

    class OfOwner(base):
        @property
        def query(self):
            if self._deferred_filter:
                self._query: Any = self._query.chain()
            return base.query.fget(self)

        @query.setter
        def query(self, value):
            base.query.fset(self, value)

    return OfOwner


def hang(owners: Iterable[models.Model], name: str, rows: Iterable[models.Model]) -> None:
    """Make these rows what `owner.name.all()` finds, as prefetching does: of each owner those that point at it, in their order.

    `name`: of a foreign key's other side. Without the queries that Django makes for it. What is asked further of it, such as
    `owner.name.filter(...)`, asks the database about the rows of this owner alone.
    """
    owners = list(owners)
    if not owners:
        return
    key: Any = type(owners[0])._meta.get_field(name)
    key = key.field
    by_owner: dict[Any, list[models.Model]] = {}
    for row in rows:
        by_owner.setdefault(getattr(row, key.attname), []).append(row)
    empty = key.model._default_manager.all()
    model: Any = type(empty)
    kind = _of_owner(model)
    for owner in owners:
        of_owner = by_owner.get(owner.pk, [])
        for row in of_owner:
            key.set_cached_value(row, owner)
        known = object.__new__(kind)
        known.__dict__.update(
            empty.__dict__,
            _deferred_filter=(False, (), {key.attname: owner.pk}),
            _result_cache=of_owner,
            _prefetch_done=True,
        )
        owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known


def point(owners: Iterable[models.Model], name: str, ask: Compiled) -> None:
    """Make `owner.name`, a foreign key, what `ask` finds for their primary keys, as prefetching does; what is known stays."""
    owners = list(owners)
    if not owners:
        return
    key: Any = type(owners[0])._meta.get_field(name)
    owners = [owner for owner in owners if not key.is_cached(owner)]
    pks = {getattr(owner, key.attname) for owner in owners} - {None}
    found = {row.pk: row for row in ask(sorted(pks))} if pks else {}
    for owner in owners:
        row = found.get(getattr(owner, key.attname))
        if row is not None:
            key.set_cached_value(owner, row)
