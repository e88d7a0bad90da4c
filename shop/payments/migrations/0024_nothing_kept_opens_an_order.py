from django.db import migrations


def cut(apps, schema_editor):
    from shop.web.secret_links import without_secret_links_inside

    payments = apps.get_model("payments", "Payment").objects
    for pk, params in payments.exclude(session_id=None).values_list("pk", "params").iterator(chunk_size=500):
        payments.filter(pk=pk).update(params=without_secret_links_inside(params))
    events = apps.get_model("payments", "StripeEvent").objects
    for pk, body in events.values_list("pk", "body").iterator(chunk_size=500):
        events.filter(pk=pk).update(body=without_secret_links_inside(body))


class Migration(migrations.Migration):
    """What Stripe was told, and tells, of the way back names an order's link (shop/payments/sessions.py)."""

    dependencies = [("payments", "0023_paid_outside")]

    operations = [migrations.RunPython(cut, migrations.RunPython.noop, elidable=True)]
