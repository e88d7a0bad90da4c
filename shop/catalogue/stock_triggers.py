"""The triggers that write the stock log, and that keep anybody from changing it. Installed after every migration.

SQLite drops a table's triggers where a migration makes the table anew. They name no other table than these two, since
SQLite refuses to rename a table while a trigger names one that is missing.
"""

STOCK, LOG = "catalogue_stock", "catalogue_stockmovement"
COLUMNS = "variant_id, region_id, change, was, became, cause, who, why, reference, at"
TOLD = ("cause", "who", "why", "reference")

_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"


def _sqlite_row(row: str, was: str, became: str, told: str) -> str:
    said = ", ".join(f"CASE WHEN {told} THEN NEW.log_{name} ELSE '' END" for name in TOLD)
    if row == "OLD":
        said = "'', '', '', ''"
    return (
        f"INSERT INTO {LOG} ({COLUMNS}) VALUES "  # noqa: S608 - constants
        f"({row}.variant_id, {row}.region_id, {became} - {was}, {was}, {became}, {said}, {_SQLITE_NOW});"
    )


def _on_sqlite() -> list[str]:
    rows = {
        "added": (f"AFTER INSERT ON {STOCK} WHEN NEW.on_hand <> 0", ("NEW", "0", "NEW.on_hand", "NEW.log_turn <> 0")),
        "changed": (
            f"AFTER UPDATE OF on_hand ON {STOCK} WHEN NEW.on_hand <> OLD.on_hand",
            ("NEW", "OLD.on_hand", "NEW.on_hand", "NEW.log_turn <> OLD.log_turn"),
        ),
        "gone": (f"AFTER DELETE ON {STOCK} WHEN OLD.on_hand <> 0", ("OLD", "OLD.on_hand", "0", "")),
    }  # fmt: skip
    steps = []
    for name, (when, row) in rows.items():
        steps += [
            f"DROP TRIGGER IF EXISTS stock_{name}",
            f"CREATE TRIGGER stock_{name} {when} BEGIN {_sqlite_row(*row)} END",
        ]
    for what in ("UPDATE", "DELETE"):
        name = f"stocklog_no_{what.lower()}"
        steps += [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {what} ON {LOG} "
            "BEGIN SELECT RAISE(ABORT, 'The stock log is never changed.'); END",
        ]
    return steps


_WRITE = f"""
CREATE OR REPLACE FUNCTION catalogue_log_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was integer := 0; became integer := 0; is_told boolean := false;
BEGIN
  IF TG_OP <> 'INSERT' THEN was := OLD.on_hand; END IF;
  IF TG_OP <> 'DELETE' THEN became := NEW.on_hand; END IF;
  IF was = became THEN RETURN NULL; END IF;
  IF TG_OP = 'DELETE' THEN
    INSERT INTO {LOG} ({COLUMNS}) VALUES
      (OLD.variant_id, OLD.region_id, became - was, was, became, '', '', '', '', clock_timestamp());
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN is_told := NEW.log_turn <> 0; ELSE is_told := NEW.log_turn <> OLD.log_turn; END IF;
  INSERT INTO {LOG} ({COLUMNS}) VALUES
    (NEW.variant_id, NEW.region_id, became - was, was, became,
     CASE WHEN is_told THEN NEW.log_cause ELSE '' END, CASE WHEN is_told THEN NEW.log_who ELSE '' END,
     CASE WHEN is_told THEN NEW.log_why ELSE '' END, CASE WHEN is_told THEN NEW.log_reference ELSE '' END,
     clock_timestamp());
  RETURN NULL;
END $$
"""  # noqa: S608 - constants
_KEEP = """
CREATE OR REPLACE FUNCTION catalogue_keep_stock_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The stock log is never changed.' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def _on_postgresql() -> list[str]:
    return [
        _WRITE,
        _KEEP,
        f"CREATE OR REPLACE TRIGGER stock_logged AFTER INSERT OR DELETE OR UPDATE OF on_hand ON {STOCK} "
        "FOR EACH ROW EXECUTE FUNCTION catalogue_log_stock()",
        f"CREATE OR REPLACE TRIGGER stocklog_kept BEFORE UPDATE OR DELETE ON {LOG} "
        "FOR EACH ROW EXECUTE FUNCTION catalogue_keep_stock_log()",
    ]


def install(connection) -> None:
    """Safe to repeat. Changes of stock by an older release, or past the shop, are logged as well."""
    steps = _on_postgresql() if connection.vendor == "postgresql" else _on_sqlite()
    with connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step)
