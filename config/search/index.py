"""Keeps the tables of the index true: adds what is new, takes out what is gone, leaves the rest. Safe to run twice at once."""

from django.db import transaction

from config.search.documents import all_documents, weigh
from config.search.models import Document, IndexState, Posting, Word
from shop.regions.models import Region

AT_ONCE = 1000


def reindex(*, anew: bool = False) -> int:
    """Bring the index up to date (`anew`: from nothing); how many documents changed.

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
    changed = 0
    for name, (found, regions) in wanted.items():
        row = known.pop(name, None)
        if row is None:
            _add(found, regions)
        elif {region.pk for region in row.regions.all()} != regions:
            row.regions.set(regions)
        else:
            continue
        changed += 1
    if known:
        Document.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
        Word.objects.exclude(stem__in=Posting.objects.values("stem")).delete()
        changed += len(known)
    if changed:
        IndexState.move()
    return changed


@transaction.atomic
def _add(found, regions) -> None:
    row, is_new = Document.objects.get_or_create(kind=found.kind, key=found.key, source=found.source)
    if not is_new:  # another worker was quicker
        return
    weights, stems = weigh(found.fields())
    Posting.objects.bulk_create(
        [Posting(document=row, stem=one, weight=weight) for one, weight in sorted(weights.items())], AT_ONCE
    )
    Word.objects.bulk_create(
        [Word(text=text, stem=one) for text, one in sorted(stems.items())], AT_ONCE, ignore_conflicts=True
    )
    row.regions.set(Region.objects.filter(pk__in=regions))
