from django.db import migrations


def forget(apps, schema_editor):
    """Mails to readers who are gone still stood in the outbox, and the admin's log named them by their address."""
    known = apps.get_model("letters", "Subscriber").objects.values("token")
    mails = apps.get_model("outbox", "Mail").objects.exclude(person="").exclude(person__in=known)
    mails.filter(key__startswith="letter").delete()
    log = apps.get_model("admin", "LogEntry").objects
    log.filter(content_type__app_label="letters", content_type__model="subscriber").update(
        object_repr="A reader"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0001_initial"),
        ("outbox", "0003_giving_up_and_forgetting"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
