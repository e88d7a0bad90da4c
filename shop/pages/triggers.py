"""What is published, or agreed to, stays as it was: triggers on both databases. `install` after each migration."""

from django.db import connection

NAME = "pages_keep"  # begins the name of each; the last part is the release of their text
RELEASE = "1"
REFUSED = "What was published stays as it was."
VERSION, BLOCK, AGREED = "pages_pageversion", "pages_pageblock", "pages_agreedtext"

_NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
_STOP = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
# Taking back what is not yet seen makes it a draft again, which begins nothing and changes no word.
_TAKEN_BACK = "OLD.starts_at > {now} AND NEW.starts_at IS NULL"


def _published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {VERSION} WHERE id = {row}.version_id AND starts_at IS NOT NULL)"  # noqa: S608 - constants


SQLITE = {
    "version": f"BEFORE UPDATE ON {VERSION} WHEN OLD.starts_at IS NOT NULL AND NOT ({_TAKEN_BACK.format(now=_NOW)}) {_STOP}",
    "version_stays": f"BEFORE DELETE ON {VERSION} WHEN OLD.starts_at IS NOT NULL {_STOP}",
    "block_new": f"BEFORE INSERT ON {BLOCK} WHEN {_published('NEW')} {_STOP}",
    "block": f"BEFORE UPDATE ON {BLOCK} WHEN {_published('OLD')} OR {_published('NEW')} {_STOP}",
    "block_stays": f"BEFORE DELETE ON {BLOCK} WHEN {_published('OLD')} {_STOP}",
    "agreed": f"BEFORE UPDATE ON {AGREED} {_STOP}",
    "agreed_stays": f"BEFORE DELETE ON {AGREED} {_STOP}",
}
POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held boolean := true;
BEGIN
    IF TG_TABLE_NAME = '{VERSION}' THEN
        held := OLD.starts_at IS NOT NULL;
        IF TG_OP = 'UPDATE' THEN
            held := held AND NOT ({_TAKEN_BACK.format(now="clock_timestamp()")});
        END IF;
    ELSIF TG_TABLE_NAME = '{BLOCK}' THEN
        held := false;
        IF TG_OP <> 'INSERT' THEN held := {_published("OLD")}; END IF;
        IF TG_OP <> 'DELETE' THEN held := held OR {_published("NEW")}; END IF;
    END IF;
    IF held THEN
        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""
POSTGRES = {
    "version": f"BEFORE UPDATE OR DELETE ON {VERSION} FOR EACH ROW EXECUTE FUNCTION {NAME}_{RELEASE}()",
    "block": f"BEFORE INSERT OR UPDATE OR DELETE ON {BLOCK} FOR EACH ROW EXECUTE FUNCTION {NAME}_{RELEASE}()",
    "agreed": f"BEFORE UPDATE OR DELETE ON {AGREED} FOR EACH ROW EXECUTE FUNCTION {NAME}_{RELEASE}()",
}


def tables_are_there() -> bool:
    return {VERSION, BLOCK, AGREED} <= set(connection.introspection.table_names())


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
