import csv
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError

from articles.models import Article, Reference, ReferenceBlock

FORMATS = ("%Y-%m-%d", "%m/%d/%Y %H:%M", "%m/%d/%Y 0:00", "%m/%d/%Y")


class Command(BaseCommand):
    help = (
        "Mark the sources that a list of retractions names, by DOI, and list the articles that cite them. FILE is a CSV "
        "with the columns OriginalPaperDOI and RetractionDate, as the Retraction Watch data set has them."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")

    def handle(self, *args, file, **options):
        retracted = self.read(file)
        sources = [row for row in Reference.objects.exclude(doi="") if row.doi.lower() in retracted]
        for source in sources:
            Reference.objects.filter(pk=source.pk).update(retracted_on=retracted[source.doi.lower()])
            cited = ReferenceBlock.objects.filter(reference=source).values("parent__article")
            slugs = Article.objects.filter(pk__in=cited).values_list("slug", flat=True)
            self.stdout.write(f"{source.key} ({source.doi}): {', '.join(slugs) or 'no article cites it'}")
        self.stdout.write(f"{len(sources)} of {Reference.objects.count()} sources are retracted.")

    def read(self, file) -> dict[str, date]:
        try:
            with open(file, newline="", encoding="utf-8-sig") as lines:
                rows = csv.DictReader(lines)
                return {row["OriginalPaperDOI"].strip().lower(): self.day(row) for row in rows}
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} can’t be read: {error}")
        except KeyError as error:
            raise CommandError(f"{file} has no column {error}.")

    @staticmethod
    def day(row) -> date:
        for format in FORMATS:
            try:
                return datetime.strptime(row["RetractionDate"].strip(), format).date()
            except ValueError:
                continue
        raise CommandError(f"“{row['RetractionDate']}” is no date such as 2026-01-31.")
