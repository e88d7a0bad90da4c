from django.db import migrations, models

AT_ONCE = 300
SHOWN = {
    "all": lambda code, codes: True,
    "only": lambda code, codes: code in codes,
    "not": lambda code, codes: code not in codes,
}


def fill(apps, schema_editor):
    """How many different sources the readers of each publication find in its region."""
    publications = apps.get_model("articles", "Publication")._base_manager
    blocks = apps.get_model("articles", "ReferenceBlock")._base_manager
    pks = list(publications.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        rows = list(publications.filter(pk__in=pks[start : start + AT_ONCE]).select_related("region"))
        cited: dict[int, list] = {}
        found = blocks.filter(parent__in={row.version_id for row in rows})
        for version, *block in found.values_list("parent", "reference", "show_in", "region_codes"):
            cited.setdefault(version, []).append(block)
        for row in rows:
            own = cited.get(row.version_id, ())
            row.sources = len(
                {pk for pk, show_in, only in own if SHOWN[show_in](row.region.code, only.split())}
            )
        publications.bulk_update([row for row in rows if row.sources], ["sources"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_lists_of_staff"), ("regions", "0007_plainer_names")]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="sources",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="How many different ones its readers find there.",
            ),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(
                fields=["region", "-sources", "-first_at", "-article"], name="publication_most_sources"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
