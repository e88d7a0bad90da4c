from django.db import migrations, models

from shop.claims.statements import as_listed


def in_the_words_of_the_list(apps, schema_editor):
    """What is there stays; spelling alone is brought to that of the list."""
    for wording in apps.get_model("catalogue", "ProductWording").objects.exclude(statements="").select_related("region"):
        lines = "\n".join(as_listed(wording.statements.splitlines(), wording.region.law))
        if lines != wording.statements:
            wording.statements = lines
            wording.save(update_fields=["statements"])


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_old_addresses")]

    operations = [
        migrations.AlterField(
            model_name="productwording",
            name="statements",
            field=models.TextField(
                blank=True, help_text="Sentences of the list, word for word, one per line. Empty for cosmetics."
            ),
        ),
        migrations.RunPython(in_the_words_of_the_list, migrations.RunPython.noop),
    ]
