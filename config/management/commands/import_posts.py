from pathlib import Path

from django.core.management.base import BaseCommand

from config.management.asked_for import folder_of, region_of, text_of
from config.moving.drafts import State, bring_in, drafts_of, redirects_of
from config.moving.posts import posts_in


class Command(BaseCommand):
    help = (
        "Read the posts of another shop or blog (WordPress's export, an Atom or RSS feed such as Shopify's, or a table with "
        "“Title” and “Body HTML”), and say what would become of each. With --save, make drafts of them, and redirects from "
        "their old addresses, in one transaction. Done again it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--save", action="store_true", help="make the drafts; else it only looks")
        parser.add_argument("--pictures", type=Path, help="a folder with the files that the posts show")
        parser.add_argument(
            "--region", default="", help="where old addresses lead; the first region unless it is given"
        )
        parser.add_argument(
            "--no-claims", action="store_true", help="look without the claims check, which takes longest"
        )

    def handle(self, *args, file, save, pictures, region, no_claims, **options):
        text, folder, where = text_of(file), folder_of(pictures), region_of(region)
        drafts = []
        for draft in drafts_of(posts_in(text), folder, check=save or not no_claims):
            self.tell(draft)
            drafts.append(draft)
        counts = ", ".join(f"{sum(row.state == state for row in drafts)} {state}" for state in State)
        if save:
            made, saved = bring_in(drafts, where, "import")
            self.stdout.write(f"{counts}. {made} drafts made, {saved} redirects saved.")
            return
        led = redirects_of([draft for draft in drafts if draft.state == State.NEW], where)
        for row in led.outcomes:
            self.stdout.write(f"  {row.source} → {row.target}" + (f" ({row.said})" if row.said else ""))
        self.stdout.write(f"{counts}. Nothing is saved: say --save.")

    def tell(self, draft):
        told = f"line {draft.post.line}: {draft.post.title[:70] or '–'}: {draft.state}"
        if draft.state == State.NEW:
            told += f", at {draft.slug}" + (f", {draft.findings} findings" if draft.findings else "")
        self.stdout.write(f"{told}. {draft.words}".rstrip())
        for note in draft.notes:
            self.stdout.write(f"    {note}")
