"""Triggers that write the history of prices and keep it as it was, on both databases. `install` after each migration."""

from django.db import connection

NAME = "price_log"  # begins the name of each; the last part is the release of their text
RELEASE = "1"
DAYS = 30  # how long a change may be told of as a reduction: see shop.catalogue.reductions
COLUMNS = "price, variant_id, region_id, amount, valid_from, gone, recorded_at, quiet_at"
REFUSED = "The history of prices is never changed."

_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
_SQLITE_ROW = f"""INSERT INTO catalogue_pricelog ({COLUMNS})
    SELECT {{row}}.id, {{row}}.variant_id, {{row}}.region_id, {{row}}.amount, {{row}}.valid_from, {{gone}}, {_SQLITE_NOW},
    CASE WHEN EXISTS (
        SELECT 1 FROM catalogue_pricelog WHERE variant_id = {{row}}.variant_id AND region_id = {{row}}.region_id
    ) THEN strftime('%Y-%m-%d %H:%M:%f000', max({{row}}.valid_from, {_SQLITE_NOW}), '+{DAYS} days') END;"""  # noqa: S608
_CHANGED = "UPDATE OF variant_id, region_id, amount, valid_from"
_MOVED = "(OLD.variant_id, OLD.region_id) <> (NEW.variant_id, NEW.region_id)"

SQLITE = {
    "insert": f"AFTER INSERT ON catalogue_price BEGIN {_SQLITE_ROW.format(row='NEW', gone=0)} END",
    "move": f"AFTER {_CHANGED} ON catalogue_price WHEN {_MOVED} BEGIN {_SQLITE_ROW.format(row='OLD', gone=1)} END",
    "update": f"AFTER {_CHANGED} ON catalogue_price BEGIN {_SQLITE_ROW.format(row='NEW', gone=0)} END",
    "delete": f"AFTER DELETE ON catalogue_price BEGIN {_SQLITE_ROW.format(row='OLD', gone=1)} END",
    "kept": f"BEFORE UPDATE ON catalogue_pricelog BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "stays": f"BEFORE DELETE ON catalogue_pricelog BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
}

_POSTGRES_ROW = f"""INSERT INTO catalogue_pricelog ({COLUMNS})
    VALUES ({{row}}.id, {{row}}.variant_id, {{row}}.region_id, {{row}}.amount, {{row}}.valid_from, {{gone}}, clock_timestamp(),
    CASE WHEN EXISTS (
        SELECT 1 FROM catalogue_pricelog WHERE variant_id = {{row}}.variant_id AND region_id = {{row}}.region_id
    ) THEN greatest({{row}}.valid_from, clock_timestamp()) + interval '{DAYS} days' END);"""  # noqa: S608

POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION price_log_write_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND {_MOVED}) THEN
        {_POSTGRES_ROW.format(row="OLD", gone="true")}
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {_POSTGRES_ROW.format(row="NEW", gone="false")}
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION price_log_keep_{RELEASE}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
POSTGRES = {
    "write": f"AFTER INSERT OR {_CHANGED} OR DELETE ON catalogue_price "
    f"FOR EACH ROW EXECUTE FUNCTION price_log_write_{RELEASE}()",
    "keep": "BEFORE UPDATE OR DELETE ON catalogue_pricelog "
    f"FOR EACH ROW EXECUTE FUNCTION price_log_keep_{RELEASE}()",
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


def wanted() -> dict[str, str]:
    triggers = SQLITE if connection.vendor == "sqlite" else POSTGRES
    return {f"{NAME}_{name}_{RELEASE}": text for name, text in triggers.items()}


def install() -> None:
    """What is missing comes, what an older release left goes; then prices without a history get one."""
    there, wants = installed(), wanted()
    if set(there) != set(wants):
        drop()
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute(POSTGRES_FUNCTIONS)
            for name, text in wants.items():
                cursor.execute(f"CREATE TRIGGER {name} {text}")
    _catch_up()


def drop() -> None:
    with connection.cursor() as cursor:
        for name, table in installed().items():
            cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


def _catch_up() -> None:
    """Prices from before there was a history count as seen from their start on."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO catalogue_pricelog ({COLUMNS}) "  # noqa: S608
            "SELECT id, variant_id, region_id, amount, valid_from, false, valid_from, NULL FROM catalogue_price row "
            "WHERE NOT EXISTS (SELECT 1 FROM catalogue_pricelog log WHERE log.price = row.id) ORDER BY valid_from, id"
        )
