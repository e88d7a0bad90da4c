from django.core.management.base import BaseCommand

from config.seed.loader import Loader


class Command(BaseCommand):
    help = (
        "Load the content that ships with the project: regions, taxes, products, articles. Only what is missing is "
        "made, so it may run again at any time; what staff changed stays."
    )

    def handle(self, *args, **options):
        made = Loader(self.stdout.write).load()
        self.stdout.write(f"Content is loaded ({made} new)." if made else "Content is there already.")
