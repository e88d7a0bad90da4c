from django.db import migrations, models


def name_causes(apps, schema_editor):
    """Until now the words alone said it: read them once, here, and never again."""
    waiting = apps.get_model("orders", "Order").objects.exclude(needs_review="")
    waiting.update(review_cause="money")
    waiting.filter(needs_review__startswith="The mail “", needs_review__contains="can’t be delivered to").update(
        review_cause="mail"
    )
    waiting.filter(needs_review__startswith="Northern Ireland:").update(review_cause="place")


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0009_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='review_cause',
            field=models.CharField(blank=True, choices=[('mail', 'A mail can’t be delivered'), ('money', 'Its money'), ('place', 'Where it goes')], default='', editable=False, max_length=8),
            preserve_default=False,
        ),
        migrations.RunPython(name_causes, migrations.RunPython.noop),
    ]
