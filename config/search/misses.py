"""What was looked for in vain: words and a number, so that somebody may write about it."""

import re
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from config.search.models import EmptySearch
from config.search.words import words_of

KEEP = timedelta(days=180)
MAX_ROWS = 5000  # rows; what nobody repeats goes first
PRIVATE = re.compile(
    r"@|\d{4}|\w\.\w{2,}|https?:", re.IGNORECASE
)  # mail, number, host: of a person, not of a subject


def note_miss(question, region) -> None:
    """Count a query without a result. What may name a person is not kept: addresses, numbers, long texts."""
    words = " ".join(words_of(question.said))
    if not words or len(words) > 60 or len(words.split()) > 6 or PRIVATE.search(question.said):
        return
    row, is_new = EmptySearch.objects.get_or_create(words=words, region=region)
    if not is_new:
        EmptySearch.objects.filter(pk=row.pk).update(count=F("count") + 1, last_on=timezone.localdate())


def forget_old_misses(at=None) -> int:
    """Delete what nobody looked for in half a year, and the rarest beyond a few thousand; how many."""
    today = timezone.localdate(at)
    gone = EmptySearch.objects.filter(last_on__lt=today - KEEP).delete()[0]
    beyond = EmptySearch.objects.order_by("-count", "-last_on").values_list("pk", flat=True)[
        MAX_ROWS : MAX_ROWS + 1000
    ]
    return gone + EmptySearch.objects.filter(pk__in=list(beyond)).delete()[0]
