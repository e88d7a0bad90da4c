"""Triggers that keep translations one step from their original, on both databases. `install` after each migration.

A translation is made of an article that is none itself, and is in another language than that.
"""

from django.db import connection

NAME = "translation"  # begins the name of each; the last part is the release of their text
RELEASE = "1"
TABLE = "articles_article"
REFUSED = "A translation is made of an original, and in another language."

_WRONG = (
    f"NEW.original_id IS NOT NULL AND (NEW.original_id = NEW.id OR EXISTS (SELECT 1 FROM {TABLE} WHERE "  # noqa: S608
    "id = NEW.original_id AND (original_id IS NOT NULL OR language = NEW.language)) "
    f"OR EXISTS (SELECT 1 FROM {TABLE} WHERE original_id = NEW.id)) "
    f"OR NEW.original_id IS NULL AND EXISTS (SELECT 1 FROM {TABLE} WHERE original_id = NEW.id AND language = NEW.language)"
)
_STOP = f"BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: {REFUSED}'); END"
SQLITE = {
    "made": f"BEFORE INSERT ON {TABLE} WHEN {_WRONG} {_STOP}",
    "moved": f"BEFORE UPDATE OF original_id, language ON {TABLE} WHEN {_WRONG} {_STOP}",
}
POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}_of_an_original_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_WRONG} THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
POSTGRES = {
    "made": f"BEFORE INSERT OR UPDATE OF original_id, language ON {TABLE} FOR EACH ROW "
    f"EXECUTE FUNCTION {NAME}_of_an_original_{RELEASE}()",
}


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
    triggers = SQLITE if connection.vendor == "sqlite" else POSTGRES
    wanted = {f"{NAME}_{name}_{RELEASE}": text for name, text in triggers.items()}
    if set(installed()) == set(wanted):
        return
    drop()
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(POSTGRES_FUNCTION)
        for name, text in wanted.items():
            cursor.execute(f"CREATE TRIGGER {name} {text}")


def drop() -> None:
    with connection.cursor() as cursor:
        for name, table in installed().items():
            cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
