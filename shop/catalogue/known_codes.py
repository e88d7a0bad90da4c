"""Triggers that let a row name only a code that is known, on both databases. `install` after each migration.

Kinds of product, forms of magnesium and laws are rows; other rows hold their codes, as they did when they were values in the
code. A code that is in use stays known.
"""

from django.db import connection

NAME, RELEASE = "known_code", "2"
# (table, column, table of the codes)
TIES = [
    ("catalogue_product", "kind", "catalogue_productkind"),
    ("catalogue_product", "form", "catalogue_formofmagnesium"),
    ("catalogue_particular", "kind", "catalogue_productkind"),
    ("catalogue_particular", "law", "regions_lawpack"),
    ("regions_region", "law", "regions_lawpack"),
]


def _key(table: str, column: str) -> str:
    return f"{table.partition('_')[2]}_{column}"


def _sqlite() -> dict[str, str]:
    found = {}
    for table, column, codes in TIES:
        refuse = f"SELECT RAISE(ABORT, 'FOREIGN KEY: {table}.{column} names no row of {codes}.');"
        unknown = f"NOT EXISTS (SELECT 1 FROM {codes} WHERE code = NEW.{column})"  # noqa: S608 - constants
        for name, event in (("add", "INSERT ON"), ("set", f"UPDATE OF {column} ON")):
            found[f"{_key(table, column)}_{name}"] = (
                f"BEFORE {event} {table} WHEN {unknown} BEGIN {refuse} END"
            )
        used = f"EXISTS (SELECT 1 FROM {table} WHERE {column} = OLD.code)"  # noqa: S608 - constants
        kept = f"SELECT RAISE(ABORT, 'FOREIGN KEY: {table}.{column} names this row of {codes}.');"
        found[f"{_key(table, column)}_stays"] = (
            f"BEFORE UPDATE OF code ON {codes} WHEN OLD.code <> NEW.code AND {used} BEGIN {kept} END"
        )
        found[f"{_key(table, column)}_kept"] = f"BEFORE DELETE ON {codes} WHEN {used} BEGIN {kept} END"
    return found


FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION known_code_named_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT true FROM %I WHERE code = ($1).%I FOR KEY SHARE', TG_ARGV[1], TG_ARGV[0]) INTO found USING NEW;
    IF found IS NULL THEN
        RAISE EXCEPTION '%.% names no row of %', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1] USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION known_code_stays_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT true FROM %I WHERE %I = $1 LIMIT 1', TG_ARGV[0], TG_ARGV[1]) INTO found USING OLD.code;
    IF found THEN
        RAISE EXCEPTION '%.% names this row of %', TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""  # noqa: S608 - constants


def _postgres() -> dict[str, str]:
    found = {}
    for table, column, codes in TIES:
        found[f"{_key(table, column)}_named"] = (
            f"BEFORE INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION known_code_named_{RELEASE}('{column}', '{codes}')"
        )
        found[f"{_key(table, column)}_moves"] = (
            f"AFTER UPDATE OF code ON {codes} FOR EACH ROW WHEN (OLD.code <> NEW.code) "
            f"EXECUTE FUNCTION known_code_stays_{RELEASE}('{table}', '{column}')"
        )
        found[f"{_key(table, column)}_goes"] = (
            f"AFTER DELETE ON {codes} FOR EACH ROW EXECUTE FUNCTION known_code_stays_{RELEASE}('{table}', '{column}')"
        )
    return found


def installed() -> dict[str, str]:
    """The triggers that there are, by name, with their table."""
    if connection.vendor == "sqlite":
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    else:
        sql = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{NAME}%"])
        return dict(cursor.fetchall())


def install() -> None:
    """What is missing comes, what an older release left goes."""
    there = installed()
    wants = {
        f"{NAME}_{name}_{RELEASE}": text
        for name, text in (_sqlite() if connection.vendor == "sqlite" else _postgres()).items()
    }
    if set(there) == set(wants):
        return
    drop()
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(FUNCTIONS)
        for name, text in wants.items():
            cursor.execute(f"CREATE TRIGGER {name} {text}")


def drop() -> None:
    with connection.cursor() as cursor:
        for name, table in installed().items():
            cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
