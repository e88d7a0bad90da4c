from django.db import migrations, models


def from_title(apps, schema_editor):
    """Until now the home page showed the picture whose title began with these words."""
    pictures = apps.get_model("pictures", "Picture").objects
    shown = pictures.filter(title__startswith="Home page").order_by("title").first()
    if shown is not None:
        pictures.filter(pk=shown.pk).update(role="home")


class Migration(migrations.Migration):
    dependencies = [("pictures", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="picture",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[("", "None of its own"), ("home", "At the top of the home page")],
                default="",
                help_text="For a place that shows one picture. It is also on the card of shared links to the home page.",
                max_length=20,
                verbose_name="place",
            ),
        ),
        migrations.RunPython(from_title, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="picture",
            constraint=models.UniqueConstraint(
                condition=~models.Q(role=""), fields=("role",), name="picture_one_in_a_role"
            ),
        ),
    ]
