from django.core.management.base import BaseCommand

from shop.catalogue.shelf_check import drift, miscounted, shelve_all


class Command(BaseCommand):
    help = "Work out anew what lists choose products by. --check only tells which products stand wrongly."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 if anything is wrong"
        )

    def handle(self, *args, check=False, **options):
        if check:
            wrong, counts = drift(), miscounted().wrong
            if wrong or counts:
                self.stderr.write(
                    f"{len(wrong)} products stand wrongly in lists ({wrong[:20]}), {len(counts)} counts are wrong."
                )
                raise SystemExit(1)
            self.stdout.write("All products stand rightly in lists.")
            return
        self.stdout.write(f"{shelve_all()} rows and counts were wrong and are right now.")
