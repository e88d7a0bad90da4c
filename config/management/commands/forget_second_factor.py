from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from config.entry import log
from config.staff.people import User


class Command(BaseCommand):
    help = "Take apps, passkeys and recovery codes from somebody who lost them; the password stays."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody is called {username}.")
        count, _ = Authenticator.objects.filter(user=user).delete()
        log.forgotten(user)
        self.stdout.write(f"{username} has no second factor any more ({count} taken away).")
