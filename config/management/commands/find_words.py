from django.core.management.base import BaseCommand

from config.words.gathered import compile_words, languages, write_missing


class Command(BaseCommand):
    help = "Gather what templates and code say to shoppers into locale/<language>/<room>.po, and compile it."

    def add_arguments(self, parser):
        parser.add_argument(
            "language", nargs="*", help="such as it, for a new one; by default all that there are"
        )

    def handle(self, *args, language, **options):
        for one in language or languages():
            self.stdout.write(f"{one}: {write_missing(one)} to be translated")
        compile_words()
