from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.operation.backup import CannotBackUp, back_up


class Command(BaseCommand):
    help = "Write the database and the pictures into one file, while the shop runs. `restore` reads it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a new file, such as /backups/fellbrook-2026-11-27.tar")

    def handle(self, *args, file, **options):
        done = MigrationRecorder(connection).applied_migrations()
        about = {"made_at": timezone.now().isoformat(timespec="seconds"), "migrations": sorted(".".join(key) for key in done)}  # fmt: skip
        try:
            said = back_up(connection.settings_dict, default_storage, file, about)
        except CannotBackUp as error:
            raise CommandError(str(error))
        pictures = len(said["files"]) - 1
        self.stdout.write(
            f"{file}: the database and {pictures} files of pictures, {file.stat().st_size // 1024:,} kB."
        )
        self.stdout.write("Keep it away from this machine. SECRET_KEY and Stripe's secrets are not in it.")
