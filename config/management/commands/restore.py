from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.operation.backup import CannotBackUp, count_orders_from, restore

NEXT = """What happened since is at Stripe and in mailboxes. Next:
  1. manage.py prepare
  2. empty Redis, if there is one
  3. start the web with MAINTENANCE=1, then the worker: it asks Stripe what happened to the orders that are here
  4. manage.py check_money, and the rest of “Back up and restore” in docs/operations.md
  5. open: MAINTENANCE off"""


class Command(BaseCommand):
    help = "Put a file that `backup` wrote into an empty database and an empty folder of pictures."
    requires_system_checks = []  # the tables they look at are not there yet

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--next-order",
            type=int,
            metavar="N",
            help="the next order's number: above the last that a customer has",
        )

    def handle(self, *args, file, next_order, **options):
        if next_order is not None and not 0 < next_order < 2**62:
            raise CommandError("--next-order: a number above 0, such as 1200.")
        connection.close()
        try:
            said = restore(connection.settings_dict, default_storage, file, Path(settings.DATA_DIR))
            if next_order:
                count_orders_from(connection.settings_dict, next_order)
        except CannotBackUp as error:
            raise CommandError(str(error))
        self.stdout.write(
            f"Restored as of {said['made_at']}, with {len(said['files']) - 1} files of pictures."
        )
        known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
        newer = sorted(set(said["migrations"]) - known)
        if newer:
            self.stderr.write(
                f"It was made by a newer version of the shop, which this one can't serve: {newer[0]}."
            )
        self.stdout.write(NEXT)
