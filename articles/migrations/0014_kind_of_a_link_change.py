"""`LinkChange.kind` is the column `deed`, by the name that the code gives it now. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_old_addresses_of_authors")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("linkchange", "deed", "kind"),
                migrations.AlterField(
                    "linkchange",
                    "kind",
                    models.CharField(
                        choices=[
                            ("pin", "Show a product first"),
                            ("exclude", "Never show a product"),
                            ("remove", "Take a product’s link away"),
                            ("tag", "Add a related-product tag"),
                            ("untag", "Take a related-product tag away"),
                        ],
                        db_column="deed",
                        max_length=8,
                    ),
                ),
            ]
        )
    ]
