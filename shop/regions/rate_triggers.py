"""Triggers that keep VAT and sales tax rates which have begun as they are, on both databases. `install` after each migration.

A rate that has begun may have been charged. It is never changed or deleted, and no other one of the same place and class
begins before it: what held on a day stays what held.
"""

from django.db import connection

NAME = "tax_rate"  # begins the name of each; the last part is the release of their text
RELEASE = "1"
REFUSED = "A rate that has begun stays as it is: add one that begins later."
KEYS = {"regions_vatrate": ("country_id", "zone_id", "tax_class"), "regions_salestaxrate": ("state",)}

_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def _before(table: str, now: str) -> str:
    same = " AND ".join(
        f"(row.{key} = NEW.{key} OR (row.{key} IS NULL AND NEW.{key} IS NULL))" for key in KEYS[table]
    )
    return (
        f"EXISTS (SELECT 1 FROM {table} row WHERE {same} "  # noqa: S608
        f"AND row.valid_from > NEW.valid_from AND row.valid_from <= {now})"
    )


def _sqlite() -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    found = {}
    for table in KEYS:
        begun = f"OLD.valid_from <= {_SQLITE_NOW}"
        found[f"kept_{table}"] = f"BEFORE UPDATE ON {table} WHEN {begun} {refuse}"
        found[f"stays_{table}"] = f"BEFORE DELETE ON {table} WHEN {begun} {refuse}"
        found[f"after_{table}"] = f"BEFORE INSERT ON {table} WHEN {_before(table, _SQLITE_NOW)} {refuse}"
    return found


def _postgres() -> dict[str, str]:
    call = f"FOR EACH ROW {{}} EXECUTE FUNCTION tax_rate_refuse_{RELEASE}()"
    found = {}
    for table in KEYS:
        begun = "WHEN (OLD.valid_from <= clock_timestamp())"
        found[f"kept_{table}"] = f"BEFORE UPDATE OR DELETE ON {table} {call.format(begun)}"
        found[f"after_{table}"] = (
            f"BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_order_{RELEASE}()"
        )
    return found


def _functions() -> str:
    text = f"""CREATE OR REPLACE FUNCTION tax_rate_refuse_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;"""
    for table in KEYS:
        text += f"""
CREATE OR REPLACE FUNCTION {table}_order_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_before(table, "clock_timestamp()")} THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;"""
    return text


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
    wants = _sqlite() if connection.vendor == "sqlite" else _postgres()
    wants = {f"{NAME}_{name}_{RELEASE}": text for name, text in wants.items()}
    if set(installed()) == set(wants):
        return
    drop()
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_functions())
        for name, text in wants.items():
            cursor.execute(f"CREATE TRIGGER {name} {text}")


def drop() -> None:
    with connection.cursor() as cursor:
        for name, table in installed().items():
            cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
