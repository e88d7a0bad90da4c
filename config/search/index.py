"""Keeps the tables of the index true: adds what is new, takes out what is gone, leaves the rest. Safe to run twice at once."""

from django.db import transaction

from config.search.documents import all_documents, weigh
from config.search.models import Document, IndexState, Posting, Word
from shop.regions.models import Region

AT_ONCE = 1000


def reindex(*, anew: bool = False, most: int | None = None) -> int:
    """Bring the index up to date (`anew`: from nothing); how many documents changed, at most `most`. 0: it is true.

    A page is found by its new words from then on; whether it may be shown is looked up when somebody searches.
    """
    if anew:
        Document.objects.all().delete()
        Word.objects.all().delete()
    wanted: dict[tuple, list] = {}
    for region, found in all_documents():
        wanted.setdefault(found.name, [found, set()])[1].add(region.pk)
    known: dict[tuple, Document] = {}
    for row in Document.objects.prefetch_related("regions"):
        known[row.kind, row.key, row.source] = row
    words = set(Word.objects.values_list("text", flat=True))
    changed = 0
    for name, (found, regions) in wanted.items():
        row = known.pop(name, None)
        if row is None:
            _add(found, regions, words)
        elif {region.pk for region in row.regions.all()} != regions:
            row.regions.set(regions)
        else:
            continue
        changed += 1
        if changed == most:
            break
    else:
        changed += _take_out(known.values())
    if changed:
        IndexState.move()
    return changed


def _take_out(rows) -> int:
    if rows:
        Document.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Word.objects.exclude(stem__in=Posting.objects.values("stem")).delete()
    return len(rows)


@transaction.atomic
def _add(found, regions, words: set[str]) -> None:
    """`words`: those that are known; new ones are put in."""
    row, is_new = Document.objects.get_or_create(kind=found.kind, key=found.key, source=found.source)
    if not is_new:  # another worker was quicker
        return
    weights, stems = weigh(found.fields())
    Posting.objects.bulk_create(
        [Posting(document=row, stem=one, weight=weight) for one, weight in sorted(weights.items())], AT_ONCE
    )
    Word.objects.bulk_create(
        [Word(text=text, stem=one) for text, one in sorted(stems.items()) if text not in words],
        AT_ONCE,
        ignore_conflicts=True,
    )
    words.update(stems)
    row.regions.set(Region.objects.filter(pk__in=regions))
