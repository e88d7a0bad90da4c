from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.moving.whole.coming import come_in
from config.moving.whole.read import Unreadable, files_of
from config.search.index import reindex


class Command(BaseCommand):
    help = (
        "Bring in what export_shop wrote, a folder or a .zip: looks and says what would become of each table; with --save it "
        "is done, in one transaction. Into an empty shop all of it comes; into another one what is missing. Done again it "
        "changes nothing. Orders and customers do not come in. Close the shop meanwhile (MAINTENANCE=1)."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, help="the folder or .zip")
        parser.add_argument("--save", action="store_true", help="bring it in; else it only looks")

    def handle(self, *args, source, save, **options):
        try:
            counts = come_in(files_of(source), save=save, tell=self.stdout.write, step=self.step)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        new, lost = (sum(getattr(one, name) for one in counts.values()) for name in ("new", "left_out"))
        if save:
            reindex()
            self.stdout.write(f"{new} rows brought in, {lost} left out.")
        else:
            self.stdout.write(f"{new} rows would come in, {lost} are left out. Nothing is saved: say --save.")

    def step(self, label, count):
        if said := str(count):
            self.stdout.write(f"{label}: {said}")
