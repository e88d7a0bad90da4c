from django.db import migrations

WHY = "The log of what staff did is only added to."
SQLITE = [
    f"CREATE TRIGGER deeds_stay_as_they_are BEFORE UPDATE ON deeds_deed BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
    "CREATE TRIGGER deeds_stay_their_time BEFORE DELETE ON deeds_deed WHEN OLD.at > datetime('now', '-729 days') "
    f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
]
POSTGRES = [
    f"CREATE FUNCTION deeds_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WHY}' "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER deeds_stay_as_they_are BEFORE UPDATE ON deeds_deed FOR EACH ROW EXECUTE FUNCTION deeds_refuse()",
    "CREATE TRIGGER deeds_stay_their_time BEFORE DELETE ON deeds_deed FOR EACH ROW "
    "WHEN (OLD.at > now() - interval '729 days') EXECUTE FUNCTION deeds_refuse()",
]


def add(apps, editor):
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def remove(apps, editor):
    on = " ON deeds_deed" if editor.connection.vendor == "postgresql" else ""
    for name in ("deeds_stay_as_they_are", "deeds_stay_their_time"):
        editor.execute(f"DROP TRIGGER {name}{on}")
    if on:
        editor.execute("DROP FUNCTION deeds_refuse()")


class Migration(migrations.Migration):
    dependencies = [("deeds", "0001_log")]
    operations = [migrations.RunPython(add, remove)]
