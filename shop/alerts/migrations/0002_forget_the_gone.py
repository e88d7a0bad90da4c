from django.db import migrations


def forget(apps, schema_editor):
    """Mails about wishes that are gone still stood in the outbox."""
    known = apps.get_model("alerts", "StockAlert").objects.values("token")
    mails = apps.get_model("outbox", "Mail").objects.exclude(person="").exclude(person__in=known)
    mails.filter(key__startswith="alert-confirm:").delete()


class Migration(migrations.Migration):
    dependencies = [("alerts", "0001_initial"), ("outbox", "0003_giving_up_and_forgetting")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
