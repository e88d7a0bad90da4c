"""What a migration may not do while the release before still serves: it reads and writes what its own models name.

A release first stops using a column or table, and the next one drops it (docs/operations.md, “Two versions at once”).
"""

import re
from collections.abc import Iterator

from django.db.migrations import RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import models as on_models
from django.db.migrations.operations.fields import AddField, AlterField, RemoveField, RenameField
from django.db.migrations.operations.models import DeleteModel, RenameModel
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field, GeneratedField, ManyToManyField

LATER = "drop it in the release after the one that no longer uses it"
DROPS = re.compile(
    r'alter\s+table\s+(?:if\s+exists\s+)?"?(\w+)"?\s+(?:drop|rename|alter)\s+(?:column\s+)?(?:if\s+exists\s+)?"?(\w+)?"?'
    r'|drop\s+table\s+(?:if\s+exists\s+)?"?(\w+)"?',
    re.IGNORECASE,
)


class Released:
    """What the code of the last release names in the database."""

    def __init__(self, state: ProjectState):
        self.state = state
        self.columns = {
            self._table(app, model): {
                _column(name, field) for name, field in state.models[app, model].fields.items()
            }
            for app, model in state.models
        }

    def _table(self, app: str, model: str) -> str:
        return self.state.models[app, model].options.get("db_table") or f"{app}_{model}"

    def field(self, app: str, model: str, name: str) -> Field | None:
        found = self.state.models.get((app, model.lower()))
        return found.fields.get(name) if found else None

    def knows(self, app: str, model: str) -> bool:
        return (app, model.lower()) in self.state.models


def _column(name: str, field: Field) -> str:
    return field.db_column or (f"{name}_id" if field.is_relation else name)


def _may_be_left_out(field: Field) -> bool:
    """Whether an INSERT that does not name it works."""
    return (
        field.null
        or field.db_default is not NOT_PROVIDED
        or isinstance(field, ManyToManyField | GeneratedField)
    )


def complaints(operation, app: str, released: Released, state: ProjectState) -> Iterator[str]:
    """`state`: before the operation."""
    if isinstance(operation, SeparateDatabaseAndState):
        yield from _separated(operation, app, released, state)
    elif isinstance(operation, RunSQL):
        yield from _in_sql(operation, released)
    elif isinstance(operation, AddField):
        if released.knows(app, operation.model_name) and not _may_be_left_out(operation.field):
            yield f"adds {operation.model_name}.{operation.name} NOT NULL: give it a db_default, or null=True"
    elif isinstance(operation, RemoveField):
        if released.field(app, operation.model_name, operation.name) is not None:
            yield f"drops {operation.model_name}.{operation.name}: {LATER}"
    elif isinstance(operation, AlterField):
        before = released.field(app, operation.model_name, operation.name)
        if before is not None:
            yield from _narrowed(operation, before)
    elif isinstance(operation, RenameField):
        if released.field(app, operation.model_name, operation.old_name) is not None:
            yield f"renames {operation.model_name}.{operation.old_name}: add a new one, or keep the column by db_column"
    elif isinstance(operation, DeleteModel):
        if released.knows(app, operation.name):
            yield f"drops {operation.name}: {LATER}"
    elif isinstance(operation, RenameModel):
        if released.knows(app, operation.old_name):
            yield f"renames {operation.old_name}: keep the table by db_table"
    elif isinstance(operation, on_models.AlterModelTable) and released.knows(app, operation.name):
        yield f"renames the table of {operation.name}"


def _narrowed(operation: AlterField, before: Field) -> Iterator[str]:
    """What the release before writes must still fit."""
    after, name = operation.field, f"{operation.model_name}.{operation.name}"
    if _column(operation.name, before) != _column(operation.name, after):
        yield f"renames the column of {name}"
    if before.null and not after.null and after.db_default is NOT_PROVIDED:
        yield f"makes {name} NOT NULL: the release before may leave it out"
    if before.db_default is not NOT_PROVIDED and not _may_be_left_out(after):
        yield f"takes the db_default of {name} away"
    if before.get_internal_type() != after.get_internal_type() and not _is_wider(before, after):
        yield f"makes {name} a {after.get_internal_type()} of a {before.get_internal_type()}"
    if before.max_length and after.max_length and after.max_length < before.max_length:
        yield f"makes {name} shorter than {before.max_length}"


WIDER = [
    ("PositiveSmallIntegerField", "SmallIntegerField", "PositiveIntegerField", "IntegerField", "PositiveBigIntegerField", "BigIntegerField"),
    ("AutoField", "BigAutoField"),
    ("SlugField", "CharField", "TextField"),
]  # fmt: skip


def _is_wider(before: Field, after: Field) -> bool:
    one, other = before.get_internal_type(), after.get_internal_type()
    return any(one in row and other in row and row.index(one) < row.index(other) for row in WIDER)


def _in_sql(operation: RunSQL, released: Released) -> Iterator[str]:
    statements = operation.sql if isinstance(operation.sql, list | tuple) else [operation.sql]
    for statement in statements:
        for table, column, dropped in DROPS.findall(
            statement if isinstance(statement, str) else statement[0]
        ):
            if dropped in released.columns or column in released.columns.get(table, ()):
                yield f"changes {dropped or f'{table}.{column}'} by SQL: {LATER}"


def _separated(operation, app: str, released: Released, state: ProjectState) -> Iterator[str]:
    """The state may forget what the database keeps, if our code, which no longer names it, can still insert."""
    for inner in operation.database_operations:
        yield from complaints(inner, app, released, state)
    eased = {
        (one.model_name, one.name)
        for one in operation.database_operations
        if isinstance(one, AlterField) and _may_be_left_out(one.field)
    }
    for inner in operation.state_operations:
        if isinstance(inner, RemoveField):
            field = state.models[app, inner.model_name.lower()].fields[inner.name]
            if not _may_be_left_out(field) and (inner.model_name, inner.name) not in eased:
                yield f"forgets {inner.model_name}.{inner.name}, which stays NOT NULL: alter it to null or a db_default"


def wrong_since(baseline: list[tuple[str, str]], loader: MigrationLoader) -> list[str]:
    """What the migrations after a release may not do, a line each."""
    nodes = [node for node in baseline if node in loader.graph.nodes]
    state = loader.project_state(nodes)
    released, done, found = Released(loader.project_state(nodes)), set(), []
    for node in nodes:
        done |= set(loader.graph.forwards_plan(node))
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            if node in done:
                continue
            done.add(node)
            for operation in loader.graph.nodes[node].operations:
                found += [
                    f"{node[0]}.{node[1]} {one}" for one in complaints(operation, node[0], released, state)
                ]
                operation.state_forwards(node[0], state)
    return found
