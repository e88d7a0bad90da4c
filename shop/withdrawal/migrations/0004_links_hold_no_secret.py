from django.db import migrations, models

import shop.content.link_tokens


class Migration(migrations.Migration):
    """The column stays as it is and holds a name instead of a secret (shop/content/link_tokens.py)."""

    dependencies = [("withdrawal", "0003_asked_once_paid"), ("content", "0005_links_hold_no_secret")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField(model_name="withdrawal", old_name="proof", new_name="kept_token"),
                migrations.AlterField(
                    model_name="withdrawal",
                    name="kept_token",
                    field=models.CharField(
                        db_column="proof",
                        default=shop.content.link_tokens.kept_at_first,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
            ],
        ),
    ]
