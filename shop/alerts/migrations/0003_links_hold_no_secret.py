from django.db import migrations, models

import shop.content.link_tokens


class Migration(migrations.Migration):
    """The column stays as it is and holds a name instead of a secret (shop/content/link_tokens.py)."""

    dependencies = [("alerts", "0002_forget_the_gone"), ("content", "0005_links_hold_no_secret")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="stockalert", old_name="token", new_name="kept_token"),
                migrations.AlterField(
                    model_name="stockalert",
                    name="kept_token",
                    field=models.CharField(
                        db_column="token",
                        default=shop.content.link_tokens.kept_at_first,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
            ],
        ),
    ]
