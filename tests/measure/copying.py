"""Copies rows inside the database, a table at a time, so that they hang together as the first ones do."""

from dataclasses import dataclass, field

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max


@dataclass
class Copying:
    """What is copied: the rows of each model by their keys, in an order in which foreign keys are known.

    Copy k (from 1) of the row at place i of a model has the key `start + (k - 1) * rows + i`.
    """

    times: int
    sources: dict[type[models.Model], list] = field(default_factory=dict)
    starts: dict[type[models.Model], int] = field(default_factory=dict)

    def key(self, model, pk, k: int) -> int:
        rows = self.sources[model]
        return self.starts[model] + (k - 1) * len(rows) + rows.index(pk)

    def copy(self, rows, **columns: str) -> None:
        """Copy the rows of a queryset; `columns` are expressions in SQL, with {c} for the column and k for the copy.

        A foreign key to a model that was copied before leads to the copy; all else stays as it is.
        """
        model = rows.model
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        self.sources[model] = pks
        self.starts[model] = (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        if not pks or not self.times:
            return
        quote, meta = connection.ops.quote_name, model._meta
        names, values, joins = [], [], []
        for column in meta.concrete_fields:
            name = f"src.{quote(column.column)}"
            if column.primary_key:
                value = f"{self.starts[model]} + (k - 1) * {len(pks)} + place.i"
            elif column.name in columns:
                value = columns[column.name].replace("{c}", name)
            elif column.is_relation and column.related_model in self.sources:
                to, alias = column.related_model, f"p{len(joins)}"
                joins.append(
                    f"LEFT JOIN copied {alias} ON {alias}.model = '{to._meta.label}' AND {alias}.pk = {name}"
                )
                step = f"{self.starts[to]} + (k - 1) * {len(self.sources[to])} + {alias}.i"
                value = f"CASE WHEN {alias}.i IS NULL THEN {name} ELSE {step} END"
            elif isinstance(column, models.UUIDField):
                value = NEW_UUID[connection.vendor]
            elif column.unique and isinstance(column, models.CharField | models.SlugField):
                value = f"substr({name}, 1, {column.max_length - 9}) || '-' || k"
            else:
                value = name
            names.append(quote(column.column))
            values.append(value)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO copied (model, pk, i) VALUES (%s, %s, %s)",
                [(meta.label, pk, place) for place, pk in enumerate(pks)],
            )
            cursor.execute(
                f"INSERT INTO {quote(meta.db_table)} ({', '.join(names)}) SELECT {', '.join(values)} "
                f"FROM {quote(meta.db_table)} src JOIN copied place ON place.model = '{meta.label}' "
                f"AND place.pk = src.{quote(meta.pk.column)} {' '.join(joins)} JOIN numbers ON k <= {self.times}"
            )

    def copied_key(self, model, pk) -> str:
        """The key of copy k as an expression in SQL."""
        rows = self.sources[model]
        return f"({self.starts[model]} + (k - 1) * {len(rows)} + {rows.index(pk)})"

    def end(self) -> None:
        """Let the database go on counting behind the copies."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.sources)):
                cursor.execute(statement)


NEW_UUID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
RANDOM = {  # text
    "postgresql": "md5(random()::text)",
    "sqlite": "lower(hex(randomblob(16)))",
}
EARLIER = {
    "postgresql": "({{c}} - make_interval(secs => (k * {step})))",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', {{c}}, '-' || (k * {step}) || ' seconds')",
}


def earlier(step: int) -> str:
    """For a moment: so many seconds earlier with each copy."""
    return EARLIER[connection.vendor].format(step=step)


def begin(most: int) -> None:
    """Make the tables that counting and looking up need, gone with the connection. `most`: copies of a row.

    Where the user may say so, PostgreSQL does not look up each copied foreign key: copies lead where their sources do.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone()[0]:
                cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("CREATE TEMP TABLE copied (model varchar(60), pk bigint, i bigint)")
        cursor.execute("CREATE TEMP TABLE numbers (k bigint)")
        series = "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < %s) "
        cursor.execute(f"INSERT INTO numbers {series}SELECT k FROM n", [most])
        cursor.execute("ANALYZE numbers" if connection.vendor == "postgresql" else "SELECT 1")
