from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from config.management.asked_for import folder_of, region_of, text_of
from config.moving.drafts import State
from config.moving.goods import goods_in
from config.moving.products import Arrival, Destination, arrivals_of, bring_in
from shop.catalogue.models.kinds import magnesium_forms


class Command(BaseCommand):
    help = (
        "Read the products of another shop (the tables that Shopify and WooCommerce export), and say what would become of each. "
        "With --save, make drafts of them, and redirects from their old addresses, in one transaction. Done again it changes "
        "nothing. Stock is not taken over: count it, and type it into the grid."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--save", action="store_true", help="make the drafts; else it only looks")
        parser.add_argument("--pictures", type=Path, help="a folder with the files that the products show")
        parser.add_argument(
            "--region",
            default="",
            help="where prices without a market count; the first region unless it is given",
        )
        parser.add_argument("--form", default="", help="form of magnesium of products whose words name none")

    def handle(self, *args, file, save, pictures, region, form, **options):
        text, folder, home = text_of(file), folder_of(pictures), region_of(region)
        if form and form not in magnesium_forms():
            raise CommandError(
                f"There is no form of magnesium “{form}”: it may be {', '.join(magnesium_forms())}."
            )
        destination, counts = Destination(home, folder, form), dict.fromkeys(State, 0)
        arrivals = self.told(arrivals_of(goods_in(text), destination), counts)
        made = bring_in(arrivals, destination) if save else None
        for _ in arrivals:  # what is only looked at
            pass
        said = ", ".join(f"{count} {state}" for state, count in counts.items())
        if made is None:
            self.stdout.write(f"{said}. Nothing is saved: say --save.")
        else:
            products, packs, redirects = made
            self.stdout.write(
                f"{said}. {products} products with {packs} packs made, {redirects} redirects saved."
            )

    def told(self, arrivals, counts):
        """Each, once it is told; none is kept."""
        for count, one in enumerate(arrivals, 1):
            counts[one.state] += 1
            self.tell(one)
            if count % 500 == 0:
                self.stderr.write(f"{count} looked at")
            yield one

    def tell(self, one: Arrival):
        told = f"line {one.goods.line}: {one.goods.title[:70] or '–'}: {one.state}"
        if one.product is not None:
            told += f", at {one.product.slug}, {one.product.form}, {len(one.packs)} packs"
        self.stdout.write(f"{told}. {one.words}".rstrip())
        for note in one.said:
            self.stdout.write(f"    {note}")
