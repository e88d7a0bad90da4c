from django.db import migrations

AT_ONCE = 2000


def cut(apps, schema_editor):
    """A part at a time, by the primary key; only what is changed by it is written."""
    from shop.outbox.send import without_links

    model, connection = apps.get_model("outbox", "Mail"), schema_editor.connection
    sent = model.objects.using(connection.alias).filter(sent_at__isnull=False).exclude(text="")
    sent.exclude(headers={}).update(headers={})
    name = connection.ops.quote_name
    sql = f"UPDATE {name(model._meta.db_table)} SET text = %s, html = %s WHERE id = %s"
    rows, last = sent.order_by("pk").only("text", "html"), 0
    while part := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = part[-1].pk
        cuts = [(without_links(mail), mail) for mail in part]
        changed = [
            (new["text"], new["html"], mail.pk)
            for new, mail in cuts
            if (new["text"], new["html"]) != (mail.text, mail.html)
        ]
        if changed:
            with connection.cursor() as cursor:
                cursor.executemany(sql, changed)


class Migration(migrations.Migration):
    """Mails that were sent before held links that open orders (shop/web/secret_links.py)."""

    dependencies = [("outbox", "0007_addresses_by_age")]

    operations = [migrations.RunPython(cut, migrations.RunPython.noop, elidable=True)]
