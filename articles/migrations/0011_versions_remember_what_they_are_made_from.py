from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models


def name_articles(apps, schema_editor):
    Article = apps.get_model("articles", "Article")
    for pk in Article.objects.values_list("pk", flat=True):
        Article.objects.filter(pk=pk).update(uid=uuid4())


def remember_copies(apps, schema_editor):
    """Copies that earlier changes of links made, and those of them that were taken back."""
    Version, LinkChange = apps.get_model("articles", "Version"), apps.get_model("articles", "LinkChange")
    Publication = apps.get_model("articles", "Publication")
    for row in LinkChange.objects.all():
        copies = {part["now"]: part["was"] for part in row.done if part["now"] != part["was"]}
        known = set(Version.objects.filter(pk__in=copies.values()).values_list("pk", flat=True))
        for now, was in copies.items():
            if was in known:
                Version.objects.filter(pk=now).update(made_from=was)
        if row.undone_at:
            shown = Publication.objects.filter(version__in=copies).values("version")
            Version.objects.filter(pk__in=copies, is_draft=False).exclude(pk__in=shown).update(
                is_taken_back=True
            )


def nothing(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0010_alter_outsidelink_checked_at"),
    ]

    operations = [
        migrations.AddField("article", "uid", models.UUIDField(editable=False, null=True)),
        migrations.AddField("version", "is_taken_back", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "version",
            "made_from",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="articles.version",
            ),
        ),
        migrations.AlterModelOptions(
            "version",
            {"ordering": ["-is_draft", "is_taken_back", "-changed_at", "-pk"], "verbose_name": "draft"},
        ),
        migrations.RunPython(name_articles, nothing),
        migrations.RunPython(remember_copies, nothing),
    ]
