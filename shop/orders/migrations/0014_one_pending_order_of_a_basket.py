from django.db import migrations, models
from django.db.models import Exists, OuterRef


def let_older_ones_leave(apps, schema_editor):
    """Of several orders of one basket that wait for payment, the last stays the basket's; the others end by themselves."""
    pending = apps.get_model("orders", "Order").objects.filter(status="pending", basket_pk__isnull=False)
    newer = pending.filter(
        basket_pk=OuterRef("basket_pk"), payment_mode=OuterRef("payment_mode"), pk__gt=OuterRef("pk")
    )
    older = pending.filter(Exists(newer)).values_list("pk", flat=True)
    pending.filter(pk__in=list(older)).update(basket_pk=None)


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_unsent_and_to_review")]

    operations = [
        migrations.RunPython(let_older_ones_leave, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "pending")),
                fields=("basket_pk", "payment_mode"),
                name="order_one_pending_per_basket",
            ),
        ),
        migrations.RemoveIndex(model_name="order", name="order_basket"),
    ]
