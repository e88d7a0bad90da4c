from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0004_sandboxevent_sandbox_event_due_and_more")]

    operations = [
        migrations.AddField(
            model_name="sandboxswitches",
            name="slow_seconds",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Stripe's API takes this long; what it did stays done for those who no longer wait.",
            ),
        ),
        migrations.AddField(
            model_name="sandboxswitches",
            name="silent",
            field=models.BooleanField(
                default=False,
                help_text="Stripe's API takes what is asked and never answers; nothing is done.",
            ),
        ),
    ]
