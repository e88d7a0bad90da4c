from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.management.asked_for import region_of, text_of
from config.moving.customers import WHERE, Found, Lists, State, bring_in, found_in


class Command(BaseCommand):
    help = (
        "Read the customers of another shop (Shopify's table, or WooCommerce's with a column of consent), and say what would "
        "become of each. With --save, those who agreed to letters there become subscribers here, with where and when that "
        "was. Nothing else is taken over. Who stopped letters here stays away. Done again it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--shop", required=True, help="what the other shop is called: kept with each consent"
        )
        parser.add_argument(
            "--region", default="", help="letters for who names no country; the first region unless given"
        )
        parser.add_argument("--save", action="store_true", help="make them subscribers; else it only looks")

    def handle(self, *args, file, shop, region, save, **options):
        text, lists = text_of(file), Lists(" ".join(shop.split()), region_of(region))
        if not 1 <= len(lists.shop) <= WHERE:
            raise CommandError(f"Say what the other shop is called, in {WHERE} signs at most.")
        counts = dict.fromkeys(State, 0)
        found = self.told(found_in(text, lists), counts)
        made = bring_in(found) if save else None
        for _ in found:  # what is only looked at
            pass
        said = ", ".join(f"{count} {state}" for state, count in counts.items())
        end = "Nothing is saved: say --save." if made is None else f"{made} get letters from now on."
        self.stdout.write(f"{said}. {end}")

    def told(self, found, counts):
        """Each, once it is told; none is kept. Nobody is named: the file is at hand."""
        one: Found
        for count, one in enumerate(found, 1):
            counts[one.state] += 1
            if one.words:
                self.stdout.write(f"line {one.line}: {one.state}. {one.words}")
            if count % 5000 == 0:
                self.stderr.write(f"{count} looked at")
            yield one
