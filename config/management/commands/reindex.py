from django.core.management.base import BaseCommand

from config.search.index import reindex


class Command(BaseCommand):
    help = "Bring the search index up to date. The worker does so by itself; --anew builds it from nothing."

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true")

    def handle(self, *args, anew, **options):
        self.stdout.write(f"{reindex(anew=anew)} documents changed.")
