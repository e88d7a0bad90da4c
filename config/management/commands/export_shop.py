from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.moving.whole.archive import write_folder, zipped
from config.moving.whole.out import entries


class Command(BaseCommand):
    help = (
        "Write all that was put into the shop as open files: products in Shopify's columns, articles as Markdown with their "
        "pictures, pages, orders, customers, redirects, codes, and every row as JSON for import_shop. Give a folder that is "
        "empty or not there yet, or the name of a .zip."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", type=Path, help="a folder, or a file that ends in .zip")

    def handle(self, *args, target, **options):
        is_archive = target.suffix.lower() == ".zip"
        if target.exists() and (is_archive or not target.is_dir() or any(target.iterdir())):
            raise CommandError(f"{target} is there already: give another name.")
        try:
            if is_archive:
                part = target.with_name(f"{target.name}.part")
                with part.open("wb") as file:
                    file.writelines(zipped(self.told(entries())))
                part.rename(target)
            else:
                write_folder(target, self.told(entries()))
        except OSError as error:
            raise CommandError(f"{target} can’t be written: {error.strerror}.") from error
        self.stdout.write(f"Written to {target}. It names people: keep it as you keep the database.")

    def told(self, files):
        for name, data in files:
            if not name.startswith(("articles/", "pictures/", "pages/")):
                self.stderr.write(name)
            yield name, data
