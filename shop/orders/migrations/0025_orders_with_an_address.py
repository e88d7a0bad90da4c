from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0024_alter_order_state")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=~models.Q(email=""), fields=["placed_at"], name="order_with_address"
            ),
        ),
    ]
