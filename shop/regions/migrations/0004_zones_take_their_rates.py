"""Zones that stood there get a code, a rule and, as dated rows, the rate that had no date."""

from datetime import UTC, datetime

from django.db import migrations
from django.utils.text import slugify

CODES = {
    ("DE", "Büsingen am Hochrhein"): "busingen", ("ES", "Canary Islands"): "canary", ("FR", "French Guiana"): "french-guiana",
    ("GR", "Mount Athos"): "athos", ("IT", "Campione d'Italia"): "campione", ("FI", "Åland"): "aland",
    ("GB", "the Isle of Man"): "isle-of-man",
}  # fmt: skip
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def fill(apps, schema_editor):
    zones, rates = apps.get_model("regions", "PostalZone"), apps.get_model("regions", "VatRate")
    taken = set()
    for zone in zones.objects.select_related("country").order_by("pk"):
        code = CODES.get((zone.country.code, zone.name)) or slugify(zone.name)[:30] or "zone"
        zone.code = code if (zone.country_id, code) not in taken else f"{code}-{zone.pk}"
        taken.add((zone.country_id, zone.code))
        zone.rule = "none" if zone.vat_rate is None else "rate"
        zone.reason = "other tax rules hold there." if zone.vat_rate is None else ""
        zone.save()
        if zone.vat_rate is not None:
            rates.objects.create(
                country=zone.country, zone=zone, rate=zone.vat_rate, valid_from=LONG_AGO, source="Kept with the zone"
            )
        if zone.code == "azores" and zone.vat_rate == 18:
            rates.objects.create(
                country=zone.country,
                zone=zone,
                rate=16,
                valid_from=datetime(2021, 7, 1, tzinfo=UTC),
                source="Portuguese tax authority, circular letter 30237 of 22 June 2021",
            )


class Migration(migrations.Migration):
    dependencies = [("regions", "0003_zones_have_rules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
