from uuid import uuid4

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0011_versions_remember_what_they_are_made_from"),
    ]

    operations = [
        migrations.AlterField("article", "uid", models.UUIDField(default=uuid4, editable=False, unique=True)),
    ]
