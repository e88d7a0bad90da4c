"""While a new version takes over, the one before still serves: on the new tables, with its own models."""

import pytest
from django.db import DatabaseError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from shop.regions import rate_triggers
from tests.support.migration_rules import Released, complaints, wrong_since
from tests.support.orders import a_paid_order
from tests.support.released import baseline

HOW = "docs/operations.md, “Two versions at once”"
# What a migration since the last release narrows, by the words of the rule; and why all that its code writes will fit.
KNOWN_TO_FIT: dict[str, str] = {}


@pytest.mark.slow
@pytest.mark.no_database
def test_no_migration_since_the_last_release_takes_away_what_its_code_uses():
    loader = MigrationLoader(None)
    gone = [node for node in baseline() if node not in loader.graph.nodes]
    assert gone == [], "a released migration is never renamed or deleted"
    assert set(wrong_since(baseline(), loader)) == set(KNOWN_TO_FIT), HOW


# --- the rule, on a table that was released and one that was not -----------------------------------------------------


def text(**options) -> models.Field:
    return models.CharField(**{"max_length": 40, **options})


PACK = {
    "id": models.BigAutoField(primary_key=True),
    "name": text(),
    "note": text(null=True),
    "count": models.PositiveIntegerField(default=0),
    "kind": text(db_default="x", default="x"),
    "box": models.ForeignKey("depot.Box", models.CASCADE),
}
BOX = {"id": models.BigAutoField(primary_key=True)}
NEW = {"id": models.BigAutoField(primary_key=True), "name": text()}


def state_of(**tables: dict) -> ProjectState:
    state = ProjectState()
    for name, fields in tables.items():
        state.add_model(ModelState("depot", name, [(key, field.clone()) for key, field in fields.items()]))
    return state


def said_of(operation) -> list[str]:
    """Of an operation after a release that had packs and boxes; a new table was added since."""
    released = Released(state_of(Pack=PACK, Box=BOX))
    return list(complaints(operation, "depot", released, state_of(Pack=PACK, Box=BOX, New=NEW)))


def forgotten(name: str, *first) -> migrations.SeparateDatabaseAndState:
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("pack", name)], database_operations=list(first)
    )


WRONG = {
    "a column that must be named": migrations.AddField("pack", "size", models.IntegerField(default=1)),
    "a foreign key that must be named": migrations.AddField("Pack", "other", models.ForeignKey("depot.Box", models.CASCADE, default=1)),
    "a column dropped": migrations.RemoveField("pack", "note"),
    "a column dropped, in the database alone": migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("pack", "name")]),
    "a column renamed": migrations.RenameField("pack", "name", "title"),
    "a column renamed by its field": migrations.AlterField("pack", "name", text(db_column="title")),
    "a table dropped": migrations.DeleteModel("Pack"),
    "a table renamed": migrations.RenameModel("Pack", "Parcel"),
    "a table renamed by its option": migrations.AlterModelTable("Pack", "packs"),
    "null no more": migrations.AlterField("pack", "note", text(default="")),
    "a default no more": migrations.AlterField("pack", "kind", text(default="x")),
    "shorter": migrations.AlterField("pack", "name", text(max_length=39)),
    "narrower": migrations.AlterField("pack", "count", models.PositiveSmallIntegerField()),
    "of another kind": migrations.AlterField("pack", "count", models.DateField()),
    "dropped by SQL": migrations.RunSQL('ALTER TABLE depot_pack DROP COLUMN "note"'),
    "the column of a foreign key, by SQL": migrations.RunSQL(["alter table depot_pack drop box_id"]),
    "renamed by SQL": migrations.RunSQL([("ALTER TABLE depot_pack RENAME COLUMN name TO title", None)]),
    "a table dropped by SQL": migrations.RunSQL("DROP TABLE IF EXISTS depot_pack"),
    "forgotten while the database insists on it": forgotten("name"),
}  # fmt: skip
RIGHT = {
    "null": migrations.AddField("pack", "size", models.IntegerField(null=True)),
    "with a default of the database": migrations.AddField("pack", "size", models.IntegerField(default=1, db_default=1)),
    "many to many": migrations.AddField("pack", "boxes", models.ManyToManyField("depot.Box")),
    "a table": migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
    "longer": migrations.AlterField("pack", "name", text(max_length=80)),
    "wider": migrations.AlterField("pack", "count", models.BigIntegerField()),
    "null now": migrations.AlterField("pack", "name", text(null=True)),
    "words for people": migrations.AlterField("pack", "note", text(null=True, help_text="New words.")),
    "an index": migrations.AddIndex("pack", models.Index(fields=["name"], name="pack_name")),
    "forgotten, as it may be left out": forgotten("note"),
    "forgotten, and may be left out from now on": forgotten("name", migrations.AlterField("pack", "name", text(null=True))),
    "dropped once no release names it": migrations.RunSQL("ALTER TABLE depot_pack DROP COLUMN IF EXISTS old_column"),
    "what was never released, dropped": migrations.RemoveField("new", "name"),
    "what was never released, renamed": migrations.RenameField("new", "name", "title"),
    "what was never released, gone": migrations.DeleteModel("New"),
    "what was never released, with a column more": migrations.AddField("new", "size", models.IntegerField(default=1)),
}  # fmt: skip


@pytest.mark.no_database
@pytest.mark.parametrize("what", WRONG)
def test_what_would_break_the_release_before_is_found(what):
    assert said_of(WRONG[what])


@pytest.mark.no_database
@pytest.mark.parametrize("what", RIGHT)
def test_what_it_does_not_notice_is_allowed(what):
    assert said_of(RIGHT[what]) == []


# --- the release before, at work on our tables -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def apps_of_the_last_release():
    loader = MigrationLoader(None)
    return loader.project_state([node for node in baseline() if node in loader.graph.nodes]).apps


def what_fails(apps) -> list[str]:
    """Each table is read by the models of that release, and a row of it, where there is one, is written by them anew."""
    failed = []
    for model in apps.get_models():
        try:
            with transaction.atomic():
                row = model._base_manager.first()
                if row is not None:
                    model._base_manager.filter(pk=row.pk)._raw_delete(model._base_manager.db)
                    row.save(force_insert=True)
        except DatabaseError as error:
            failed.append(f"{model._meta.label}: {error}")
    return failed


@pytest.fixture
def a_purchase(db):
    """Paid, and sent in part: rows in all tables of a purchase."""
    return a_paid_order()


OF_A_PURCHASE = {
    "orders.Order",
    "orders.OrderLine",
    "orders.OrderEvent",
    "payments.Payment",
    "catalogue.Stock",
    "outbox.Mail",
}


@pytest.mark.slow
def test_the_release_before_reads_and_writes_our_tables(a_purchase, apps_of_the_last_release):
    with_rows = {
        model._meta.label for model in apps_of_the_last_release.get_models() if model._base_manager.exists()
    }
    assert with_rows >= OF_A_PURCHASE
    rate_triggers.drop()  # that release changes no rate that has begun either: its forms refuse it
    assert what_fails(apps_of_the_last_release) == [], HOW
    connection.check_constraints()


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE orders_order ADD COLUMN colour varchar(9) NOT NULL",
        "ALTER TABLE payments_payment RENAME COLUMN amount TO total",
        "ALTER TABLE outbox_mail RENAME TO letters",
    ],
)
def test_a_change_that_it_can_not_live_with_is_found(a_purchase, apps_of_the_last_release, change):
    table = change.split()[2]
    with connection.cursor() as cursor:
        for step in _steps(change):
            cursor.execute(step)
    assert table.replace("_", ".") in "".join(what_fails(apps_of_the_last_release)).lower()


def _steps(change: str) -> list[str]:
    """A column NOT NULL without a default, as a migration leaves it."""
    if not change.endswith("NOT NULL"):
        return [change]
    if connection.vendor == "postgresql":
        return [f"{change} DEFAULT ''", "ALTER TABLE orders_order ALTER COLUMN colour DROP DEFAULT"]
    refusing = "SELECT RAISE(ABORT, 'NOT NULL constraint failed')"  # SQLite can't take a default away
    return [f"CREATE TRIGGER colour BEFORE INSERT ON orders_order BEGIN {refusing}; END"]
