from django.db import migrations

import shop.attribution.sealed


class Migration(migrations.Migration):
    """The column stays as it is; what is written into it from now on is sealed (shop/attribution/sealed.py)."""

    dependencies = [("orders", "0025_orders_with_an_address")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="orderline",
                    name="origins",
                    field=shop.attribution.sealed.SealedOrigins(default=list, editable=False),
                ),
            ],
        ),
    ]
