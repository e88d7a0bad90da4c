"""Keeps the tables of the index true: adds what is new, takes out what is gone, leaves the rest. Safe to run twice at once."""

from django.db import transaction
from django.utils import timezone

from config.search.documents import all_documents, weigh
from config.search.models import Document, IndexState, Posting, Word
from shop.regions.models import Region
from shop.sweeps.alone import each_alone, passed_over

BATCH = 1000
SWEEP = "reindex"


def reindex(*, anew: bool = False, most: int | None = None) -> int:
    """Bring the index up to date (`anew`: from nothing); how many documents changed, at most `most`.

    0 when there is nothing left to do. A page is found by its new words from then on; whether it may be shown is
    looked up when somebody searches. A document that can't be read waits as a setback; its old words stay.
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
    late = passed_over(SWEEP, timezone.now())
    new = [
        name
        for name, (_, regions) in wanted.items()
        if (name not in known or {region.pk for region in known[name].regions.all()} != regions)
        and "|".join(name) not in late
    ]
    brought = set()

    def bring_in(name) -> bool:
        found, regions = wanted[name]
        if name in known:
            known[name].regions.set(regions)
        else:
            _add(found, regions, words)
        brought.add(name)
        return True

    changed = each_alone(new, bring_in, sweep=SWEEP, most=most, key="|".join)
    if most is not None and len(new) > most:
        changed = max(changed, 1)  # there is more to do, even if all of these failed
    else:
        missing = {name[:2] for name in wanted if name not in known and name not in brought}
        changed += _take_out(
            [row for name, row in known.items() if name not in wanted and name[:2] not in missing]
        )
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
        [Posting(document=row, stem=one, weight=weight) for one, weight in sorted(weights.items())], BATCH
    )
    Word.objects.bulk_create(
        [Word(text=text, stem=one) for text, one in sorted(stems.items()) if text not in words],
        BATCH,
        ignore_conflicts=True,
    )
    words.update(stems)
    row.regions.set(Region.objects.filter(pk__in=regions))
