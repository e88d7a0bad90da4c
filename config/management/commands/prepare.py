import hashlib
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.staticfiles import forget_old_files, named_in_manifest


class Command(BaseCommand):
    help = "Make a machine ready to serve: migrate, load the content, collect static files, make the first admin."

    def handle(self, *args, **options):
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        self.keep_to_this_user()
        self.migrate()
        self.load_content()
        self.collect_static()
        self.first_admin()

    def migrate(self):
        """PostgreSQL is told to look at its tables after migrations. It would look at a new column once many rows had changed,
        which may be never, and meanwhile takes half of all rows for one of its two values.
        """
        applied = set(MigrationRecorder(connection).applied_migrations())
        call_command("migrate", verbosity=0)
        if (
            connection.vendor == "postgresql"
            and set(MigrationRecorder(connection).applied_migrations()) != applied
        ):
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def keep_to_this_user(self):
        """SQLite's file holds orders and addresses; what lies beside it takes its mode. Pictures stay what a web server reads."""
        database = settings.DATABASES["default"]
        if "sqlite" in database["ENGINE"] and not str(database["NAME"]).startswith(("file:", ":")):
            path = Path(database["NAME"])
            path.touch(mode=0o600)
            for one in path.parent.glob(f"{path.name}*"):
                one.chmod(0o600)

    def load_content(self):
        """What of it can't be loaded is told, and is no reason not to serve the rest."""
        try:
            call_command("load_content", stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(str(error))

    def collect_static(self):
        """Only when a static file changed: hashing and compressing take seconds.

        Files of the release before stay for a while: its processes serve beside ours until they are restarted.
        """
        digest = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list([]):
                stat = Path(storage.path(name)).stat()
                digest.update(f"{name}{stat.st_size}{stat.st_mtime_ns}".encode())
        stamp = settings.DATA_DIR / "static.sha256"
        if stamp.is_file() and stamp.read_text() == digest.hexdigest():
            return
        self.stdout.write("Compressing static files …")
        before = named_in_manifest(settings.STATIC_ROOT)
        call_command("collectstatic", interactive=False, verbosity=0)
        forget_old_files(settings.STATIC_ROOT, before=before, now=time.time())
        stamp.write_text(digest.hexdigest())

    def first_admin(self):
        """A random password, once, in a file that only this user can read and git does not know."""
        if User.objects.filter(is_staff=True).exists():
            return
        password = secrets.token_urlsafe(12)
        path = settings.DATA_DIR / "admin-password.txt"
        path.touch(mode=0o600)
        path.write_text(password + "\n")
        User.objects.create_superuser("admin", "", password)
