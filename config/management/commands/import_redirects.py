from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.forwarding.plan import State, carry_out, plan, wishes_in
from shop.text.tables import decoded


class Command(BaseCommand):
    help = (
        "Read a table of old addresses and where they lead (CSV of Shopify, WordPress, or two columns), and say what "
        "saving it would do. With --save, do it, in one transaction. Done again it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--save", action="store_true", help="save what is new or changed; else it only looks"
        )

    def handle(self, *args, file, save, **options):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} can’t be read: {error.strerror}.") from error
        found = plan(wishes_in(decoded(data)))
        for row in found.of(State.REFUSED):
            self.stdout.write(f"line {row.line}: {row.source or '–'} is left out. {row.said}")
        counts = ", ".join(f"{count} {name}" for name, count in found.counts.items())
        if save:
            carry_out(found)
        self.stdout.write(f"{counts}. {'Saved.' if save else 'Nothing is saved: say --save.'}")
