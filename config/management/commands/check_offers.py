import sys

from django.core.management.base import BaseCommand, CommandError

from config.audit.report import as_json, as_table, walk_all
from shop.regions.models import Region


class Command(BaseCommand):
    help = (
        "Compare what every place says (lists, pages, article cards, basket, checkout, Stripe, mail, …) with the "
        "offer of every variant in every region. Ends with 1 on any difference. Purchases on the way are taken back; "
        "run it where the shop runs, at a quiet hour."
    )

    def add_arguments(self, parser):
        parser.add_argument("--region", help="one region's code, such as uk")
        parser.add_argument("--json", action="store_true", help="faults alone, as JSON")

    def handle(self, *args, region, json, **options):
        regions = Region.all_open()
        if region:
            regions = [row for row in regions if row.code == region]
            if not regions:
                raise CommandError(f"There is no open region {region!r}.")
        lines, faults = as_table(walk_all(regions))
        if json:
            self.stdout.write(as_json(faults))
        else:
            for line in lines:
                self.stdout.write(line)
            for fault in faults:
                self.stdout.write(f"{fault['region']} {fault['sku']}, {fault['surface']}: {fault['fault']}")
            self.stdout.write(f"{len(lines) - 1} offers walked; {len(faults)} differences.")
        if faults:
            sys.exit(1)
