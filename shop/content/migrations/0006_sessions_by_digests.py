from django.db import migrations


class Migration(migrations.Migration):
    """Marks the moment from which on sessions are named by digests of their keys (shop/content/sessions.py)."""

    dependencies = [("content", "0005_links_hold_no_secret"), ("sessions", "0001_initial")]

    operations = []
