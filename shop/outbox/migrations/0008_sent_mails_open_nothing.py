from django.db import migrations


def cut(apps, schema_editor):
    from shop.outbox.send import without_links

    mails = apps.get_model("outbox", "Mail").objects
    for mail in mails.filter(sent_at__isnull=False).exclude(text="").iterator(chunk_size=500):
        mails.filter(pk=mail.pk).update(**without_links(mail))


class Migration(migrations.Migration):
    """Mails that were sent before held links that open orders (shop/web/secret_links.py)."""

    dependencies = [("outbox", "0007_addresses_by_age")]

    operations = [migrations.RunPython(cut, migrations.RunPython.noop, elidable=True)]
