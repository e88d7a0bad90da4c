from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pictures", "0002_role")]

    operations = [
        migrations.AlterField(
            model_name="picture",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "None of its own"),
                    ("home", "At the top of the home page"),
                    ("guarantee", "The EU’s notice on the legal guarantee"),
                ],
                default="",
                help_text="For a place that shows one picture. That of the home page is on the card of shared links too.",
                max_length=20,
                verbose_name="place",
            ),
        ),
    ]
