from django.core.management.base import BaseCommand

from articles.evidence.recheck import recheck, versions_in_use
from shop.claims.rules import version


class Command(BaseCommand):
    help = "Check every live, scheduled or drafted article against the claim rules of today, and list what changed."

    def handle(self, *args, **options):
        versions = versions_in_use()
        changed = []
        for number, row in enumerate(versions, 1):
            changed += recheck([row])
            if number % 100 == 0:
                self.stderr.write(f"{number} of {len(versions)} checked.")
        for change in changed:
            self.stdout.write(f"{change.version.article.slug} in {change}")
        self.stdout.write(f"{len(versions)} versions checked by rules {version()}; {len(changed)} changed.")
