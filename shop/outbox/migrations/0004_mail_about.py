import re

from django.db import migrations, models


def find_orders(apps, schema_editor):
    """Mails written before the column was there name their order in their key alone."""
    Mail = apps.get_model("outbox", "Mail")
    found = []
    for mail in Mail.objects.filter(key__startswith="order-").only("pk", "key").iterator(2000):
        match = re.match(r"order-[a-z_]+:(\d{1,18})(:|$)", mail.key)
        if match:
            mail.about = f"order:{match[1]}"
            found.append(mail)
        if len(found) == 2000:
            Mail.objects.bulk_update(found, ["about"])
            found = []
    Mail.objects.bulk_update(found, ["about"])


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_giving_up_and_forgetting")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="about",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                editable=False,
                help_text="What several mails are about, such as order:17; they are found by it.",
                max_length=40,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(find_orders, migrations.RunPython.noop),
    ]
