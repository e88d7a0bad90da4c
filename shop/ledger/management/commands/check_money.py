import json
import sys

from django.core.management.base import BaseCommand

from shop.ledger.check import RULES, breaches


class Command(BaseCommand):
    help = (
        "Check what must always be true of stock, orders, payments, refunds, codes and mails. A line for each breach, "
        "and 1 at the end if there is any. Changes nothing; safe to run at any time."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json", help="the breaches as JSON")

    def handle(self, *args, as_json, **options):
        found = breaches()
        if as_json:
            self.stdout.write(
                json.dumps({"breaches": [row.as_dict() for row in found]}, ensure_ascii=False, indent=1)
            )
        else:
            for row in found:
                self.stdout.write(f"{row.rule}: {row.words}")
            self.stdout.write(f"{len(RULES)} rules checked; {len(found)} breaches.")
        if found:
            sys.exit(1)
