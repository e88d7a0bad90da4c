"""Issuing by the worker: what was paid lately at once, and once an hour whatever else has no document."""

import time
from datetime import timedelta

from django.utils import timezone

from shop.invoices.issue import issue_documents

LAST_DAYS, WHOLE_EVERY = timedelta(days=2), 3600  # seconds


class IssueDocuments:
    """The worker's sweep: once an hour it looks at all that was ever paid, in between at the last days."""

    __name__ = "issue_documents"

    def __init__(self):
        self.next_whole = 0.0

    def __call__(self) -> int:
        clock = time.monotonic()
        if clock < self.next_whole:
            return issue_documents(timezone.now() - LAST_DAYS)
        done = issue_documents()
        if not done:  # else there may be more
            self.next_whole = clock + WHOLE_EVERY
        return done
