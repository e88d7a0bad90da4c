import django.utils.timezone
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Now


def fill(apps, schema_editor):
    """When the last of its versions was changed."""
    articles = apps.get_model("articles", "Article")._base_manager
    versions = apps.get_model("articles", "Version")._base_manager.filter(article=OuterRef("pk"))
    last = versions.order_by("-changed_at").values("changed_at")[:1]
    articles.update(changed_at=Coalesce(Subquery(last), "changed_at"))


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_publications_know_their_end")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="changed_at",
            field=models.DateTimeField(
                db_default=Now(), default=django.utils.timezone.now, editable=False
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["-changed_at", "-id"], name="article_changed_last"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
