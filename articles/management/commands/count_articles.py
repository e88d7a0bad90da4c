from django.core.management.base import BaseCommand

from articles.models.counting import drift, recount_all


class Command(BaseCommand):
    help = (
        "Count anew how many articles are published, by topic and author. --check only tells what is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 if anything is wrong"
        )

    def handle(self, *args, check=False, **options):
        if check:
            if wrong := drift():
                self.stderr.write(f"{wrong} counts of articles are wrong.")
                raise SystemExit(1)
            self.stdout.write("All articles are counted rightly.")
            return
        self.stdout.write(f"{recount_all()} counts were wrong and are right now.")
