from django.core.management.base import BaseCommand, CommandError

from config.seed.loader import Loader


class Command(BaseCommand):
    help = (
        "Load the content that ships with the project: regions, taxes, products, articles. Only what is missing is "
        "made, so it may run again at any time; what staff changed stays."
    )

    def handle(self, *args, **options):
        loader = Loader(self.stdout.write, warn=self.stderr.write)
        made = loader.load()
        self.stdout.write(f"Content is loaded ({made} new)." if made else "Content is there already.")
        if loader.rows.lost:
            raise CommandError(
                f"{len(loader.rows.lost)} of its rows are not loaded; see above. All others are."
            )
