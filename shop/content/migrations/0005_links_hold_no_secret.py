from django.db import migrations


class Migration(migrations.Migration):
    """Marks the moment from which on links are opened by names and codes (shop/content/link_tokens.py)."""

    dependencies = [("content", "0004_moves_are_counted")]

    operations = []
