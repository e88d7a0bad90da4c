import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.evidence.claims import check_version
from articles.evidence.no_claims import REASONS, waiting
from articles.models import Article


class Command(BaseCommand):
    help = (
        "List the sentences of articles that no claim rule recognises as allowed and nobody ticked, as the head of an "
        "article's content file wants them. Put the reason in. Nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="*", help="of an article; without any, all that are not in the bin")

    def handle(self, *args, slug: list[str], **options) -> None:
        articles = Article.objects.filter(binned_at=None).order_by("slug")
        if slug:
            articles = articles.filter(slug__in=slug)
            missing = set(slug) - {article.slug for article in articles}
            if missing:
                raise CommandError(f"There is no article {', '.join(sorted(missing))}.")
        count = 0
        for article in articles:
            version = article.newest()
            if version is None:
                continue
            version.claims = check_version(version)
            found = waiting(version)
            count += len(found)
            if found:
                self.stdout.write(f"# {article.slug}: {len(found)}")
            for row in found.values():
                sentence = json.dumps(" ".join(row["sentence"].split()), ensure_ascii=False)
                self.stdout.write(f'[[no_claim]]  # {row["place"]}\nsentence = {sentence}\nreason = ""')
        self.stderr.write(f"{count} wait. Reasons: {'; '.join(REASONS)}; or your own.")
