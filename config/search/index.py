"""Keeps the tables of the index true: adds what is new, takes out what is gone, leaves the rest. Safe to run twice at once."""

import time
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from articles.models import Article, Publication
from config.pages.help import PAGES
from config.search.documents import documents_of, weigh
from config.search.models import Document, IndexState, Kind, Posting, StemCount, Word
from config.search.names import WORDS, write_names
from shop.catalogue.models import Product, ProductTag
from shop.catalogue.offers import repriced
from shop.content.models import count_what_was_not, moved_since
from shop.content.scopes import SITE, row_of
from shop.pages.models import PageVersion
from shop.regions.models import Region
from shop.sweeps.alone import each_alone, passed_over
from shop.sweeps.models import Setback

BATCH = 1000
SWEEP = "reindex"
CHUNK = 200  # keys that are compared together
INDEX_BATCH = 60  # documents that the worker changes in a row, before other sweeps have their turn
ALL_EVERY = 24 * 3600  # seconds

Chunk = tuple[str, tuple[str, ...]]  # a kind and keys of it


def reindex(*, anew: bool = False, most: int | None = None) -> int:
    """Bring the whole index up to date (`anew`: from nothing); how many documents changed, at most `most`.

    0 when there is nothing left to do. A page is found by its new words from then on; whether it may be shown is
    looked up when somebody searches. A document that can't be read waits as a setback; its old words stay.
    """
    if anew:
        Document.objects.all().delete()
        Word.objects.all().delete()
        StemCount.objects.all().delete()
    changed = 0
    for chunk in chunks_of_all():
        if most is not None and changed >= most:
            break
        changed += index(chunk, None if most is None else most - changed)[0]
    if most is None:
        count_stems()
    return changed


@transaction.atomic
def count_stems() -> None:
    """Count anew in how many documents each stem stands, for whatever an older version or SQL put into the index."""
    for kind in Kind.values:
        Posting.objects.filter(kind="", document__kind=kind).update(kind=kind)
    rows = Posting.objects.order_by().values_list("stem").annotate(count=Count("pk"))
    StemCount.objects.all().delete()
    counted = [StemCount(stem=one, documents=count) for one, count in rows]
    StemCount.objects.bulk_create([StemCount(stem="", documents=Document.objects.count()), *counted], BATCH)


def chunks_of_all() -> list[Chunk]:
    """All that there is, and all that is in the index."""
    keys: dict[str, set[str]] = {
        Kind.HELP: set(PAGES),
        Kind.ARTICLE: set(map(str, Article.objects.order_by().values_list("pk", flat=True))),
        Kind.PRODUCT: set(map(str, Product.objects.order_by().values_list("pk", flat=True))),
    }
    for kind, key in Document.objects.order_by().values_list("kind", "key").distinct():
        keys[kind].add(key)
    return [chunk for kind, found in keys.items() for chunk in _chunks(kind, found)]


def _chunks(kind: str, keys: Iterable[str], size: int = CHUNK) -> Iterator[Chunk]:
    found = sorted(keys, key=lambda key: (len(key), key))
    for start in range(0, len(found), size):
        yield kind, tuple(found[start : start + size])


def index(chunk: Chunk, most: int | None = None) -> tuple[int, list[Chunk]]:
    """(how many documents of a chunk changed, at most about `most`; what of it is left, in parts as large as what was done).

    Keys are done whole, so that what is left is compared once more and no oftener.
    """
    kind, keys = chunk
    if kind in WORDS:
        write_names(kind, map(int, keys))
    wanted: dict[tuple, list] = {}
    for region, found in documents_of(kind, keys):
        wanted.setdefault(found.name, [found, set()])[1].add(region.pk)
    rows = Document.objects.filter(kind=kind, key__in=keys).prefetch_related("regions")
    known = {(row.kind, row.key, row.source): row for row in rows}
    late = passed_over(SWEEP, timezone.now())
    new = [
        name
        for name, (_, regions) in wanted.items()
        if (name not in known or {region.pk for region in known[name].regions.all()} != regions)
        and "|".join(name) not in late
    ]
    done, left = keys, list[Chunk]()
    if most is not None and len(new) > most:
        place = {key: number for number, key in enumerate(keys)}
        new.sort(key=lambda name: place[name[1]])
        done = keys[: place[new[most][1]] or 1]
        left = list(_chunks(kind, keys[len(done) :], len(done)))
    these = set(done)
    brought = set()

    def bring_in(name) -> bool:
        found, regions = wanted[name]
        if name in known:
            known[name].regions.set(regions)
        else:
            _add(found, regions)
        brought.add(name)
        return True

    changed = each_alone([name for name in new if name[1] in these], bring_in, sweep=SWEEP, key="|".join)
    missing = {name[:2] for name in wanted if name not in known and name not in brought}
    gone = [
        row
        for name, row in known.items()
        if name[1] in these and name not in wanted and name[:2] not in missing
    ]
    changed += _take_out(gone)
    return (max(changed, 1) if left else changed), left  # there is more to do, even if all of these failed


def _take_out(rows) -> int:
    """With the words that nothing else has."""
    pks = [row.pk for row in rows]
    if pks:
        with transaction.atomic():
            rows = Document.objects.select_for_update().filter(pk__in=pks).order_by("pk")
            pks = [row.pk for row in rows]
            said = Posting.objects.filter(document__in=pks).order_by().values_list("stem")
            counts = dict(said.annotate(count=Count("pk")))
            Document.objects.filter(pk__in=pks).delete()
            _count({"": len(pks), **counts}, -1)
            unsaid = Word.objects.filter(
                ~Exists(Posting.objects.filter(stem=OuterRef("stem"))), stem__in=list(counts)
            )
            if unsaid.delete()[0]:
                IndexState.move()
    return len(pks)


def _count(stems: dict[str, int], one: int) -> None:
    """So many documents more (or with -1 fewer) have each of these stems. Rows change in one order, so that nobody waits
    for each other.
    """
    if one > 0:
        StemCount.objects.bulk_create(
            [StemCount(stem=stem) for stem in sorted(stems)], BATCH, ignore_conflicts=True
        )
    rows = StemCount.objects.select_for_update().filter(stem__in=stems).order_by("stem")
    held = list(rows.values_list("stem", flat=True))
    for number in set(stems.values()):
        those = StemCount.objects.filter(stem__in=[stem for stem in held if stems[stem] == number])
        those.update(documents=Greatest(F("documents") + one * number, 0))
    if one < 0:
        StemCount.objects.filter(stem__in=held, documents=0).delete()


@transaction.atomic
def _add(found, regions) -> None:
    row, is_new = Document.objects.get_or_create(kind=found.kind, key=found.key, source=found.source)
    if not is_new:  # another worker was quicker
        return
    weights, stems = weigh(found.fields(), found.language)
    Posting.objects.bulk_create(
        [
            Posting(document=row, kind=found.kind, stem=one, weight=weight)
            for one, weight in sorted(weights.items())
        ],
        BATCH,
    )
    _count(dict.fromkeys(["", *weights], 1), 1)
    known = set(Word.objects.filter(text__in=stems).values_list("text", flat=True))
    new = [Word(text=text, stem=one) for text, one in sorted(stems.items()) if text not in known]
    if new:
        Word.objects.bulk_create(new, BATCH, ignore_conflicts=True)
        IndexState.move()
    row.regions.set(Region.objects.filter(pk__in=regions))


class KeepIndex:
    """The worker's sweep: looks at what moved since the last time, and at what began or ended by the clock; true while
    there is more. After a start, after a change of the site and once a day it looks at everything, a chunk at a time.
    """

    __name__ = SWEEP

    def __init__(self):
        self.count: int | None = None
        self.looked_at = timezone.now()
        self.next_all = 0.0
        self.waiting: list[Chunk] = []

    def __call__(self) -> bool:
        self._find()
        if not self.waiting:
            return False
        _, left = index(self.waiting[0], INDEX_BATCH)
        self.waiting[:1] = left
        return True

    def _find(self) -> None:
        count_what_was_not()
        since, self.looked_at = self.looked_at, timezone.now()
        now, scopes = moved_since(self.count or 0)
        if self.count is None or SITE in scopes or time.monotonic() >= self.next_all:
            self.next_all = time.monotonic() + ALL_EVERY
            self.waiting = chunks_of_all()
            if self.count is None:
                count_stems()
        else:
            found = [*_moved(scopes, since, self.looked_at), *_late(self.looked_at)]
            self.waiting += [chunk for chunk in found if chunk not in self.waiting]
        self.count = now


def _moved(scopes: Iterable[str], since, until) -> Iterator[Chunk]:
    rows: dict[str, set[int]] = {"article": set(), "product": set(), "tag": set()}
    for kind, pk in filter(None, map(row_of, scopes)):
        if kind in rows:
            rows[kind].add(pk)
    begun = Q(starts_at__range=(since, until)) | Q(ends_at__range=(since, until))
    tagged = ProductTag.objects.filter(tag__in=rows["tag"]).order_by().values_list("product", flat=True)
    articles = rows["article"] | set(Publication.objects.filter(begun).values_list("article", flat=True))
    products = rows["product"] | set(tagged) | repriced(since, until)
    yield from _chunks(Kind.ARTICLE, map(str, articles))
    yield from _chunks(Kind.PRODUCT, map(str, products))
    yield from _chunks(Kind.HELP, set(PAGES) & (_pages_in(scopes) | _pages_begun(since, until)))


def _pages_in(scopes: Iterable[str]) -> set[str]:
    """The pages of words that moved."""
    return {words[2] for scope in scopes if (words := scope.split())[0] == "page" and len(words) == 3}


def _pages_begun(since, until) -> set[str]:
    rows = PageVersion.objects.filter(starts_at__range=(since, until)).order_by()
    return set(rows.values_list("page", flat=True))


def _late(now) -> Iterator[Chunk]:
    """What could not be read and is tried again."""
    rows = Setback.objects.filter(sweep=SWEEP, next_at__lte=now).values_list("about", flat=True)
    for kind, key in {tuple(about.split("|")[:2]) for about in rows}:
        if kind in Kind.values:
            yield kind, (key,)
