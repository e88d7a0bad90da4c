"""Documents of many parts: drawn ahead by the worker, streamed to who asks, never with anything that is no longer so.

A request reads which scopes moved since the kept parts were known to be right, and draws those parts itself. It keeps nothing:
looking writes nothing.
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import partial

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

from config.discovery.models import KeptPart, PartsState
from config.discovery.parts import Document, number_of
from shop.content.models import count_what_was_not, moved_since, one_state
from shop.content.release import release
from shop.content.scopes import SITE, place_of
from shop.regions.models import Region
from shop.sweeps.alone import each_alone
from shop.web.visitor import visit_of

READ = 10  # parts in memory
MADE = 5  # parts that the worker draws in a row
SWEEP = "keep_parts"


def drawn(document: Document, region, number: int) -> str:
    """A part as for nobody, from one state of what shoppers see."""
    with one_state(), visit_of(None):
        return document.draw(region, number)


def texts(document: Document, region, numbers: list[int]) -> Iterator[str]:
    """The parts of a document, one after the other."""
    if len(numbers) == 1:
        yield drawn(document, region, numbers[0])
        return
    wrong = moved_parts(moved_since(PartsState.current())[1])
    for start in range(0, len(numbers), READ):
        some = {document.part_name(region, number): number for number in numbers[start : start + READ]}
        rows = KeptPart.objects.filter(name__in=some, release=release(), ends__gt=timezone.now())
        bodies = dict(rows.values_list("name", "body"))
        for name, number in some.items():
            is_right = name in bodies and not is_moved(document, region, number, wrong)
            yield zlib.decompress(bodies[name]).decode() if is_right else drawn(document, region, number)


def moved_parts(scopes: Iterable[str]) -> set[tuple[str, str, int]] | None:
    """(kind of row, region code, number) of each part with a row that moved; None if all may have."""
    scopes = set(scopes)
    if SITE in scopes:
        return None
    places = filter(None, map(place_of, scopes))
    return {(kind, code, number_of(pk)) for kind, code, pk in places}


def is_moved(document: Document, region, number: int, moved: set[tuple[str, str, int]] | None) -> bool:
    return moved is None or (document.row, region.code, number) in moved


def answer(pieces: Iterable[str], *, parts: int, content_type: str) -> HttpResponse | StreamingHttpResponse:
    """Whole where it is of one part, and kept like any page; else as it is made."""
    if parts > 1:
        return StreamingHttpResponse(map(str.encode, pieces), content_type=content_type)
    return HttpResponse("".join(pieces), content_type=content_type)


class KeepParts:
    """The worker's sweep: what moved is forgotten at once and drawn anew, a few parts at a time; true while there is more.

    After a start, after a change of the site, and where a moment has come, it looks for parts that are missing in all documents.
    """

    __name__ = SWEEP

    def __init__(self, documents: tuple[Document, ...]):
        self.documents = documents
        self.waiting: dict[str, tuple[Document, Region, int]] | None = None

    def __call__(self) -> bool:
        gone = self._forget()
        if self.waiting is None or gone:
            self.waiting = self._missing()
        batch = list(self.waiting)[:MADE]
        rows = [(name, *self.waiting.pop(name)) for name in batch]
        each_alone(
            rows, partial(_make, PartsState.current()), sweep=SWEEP, key=lambda row: row[0], atomic=False
        )
        return bool(self.waiting or batch)

    def _forget(self) -> bool:
        """Delete what is no longer right; whether there was anything. From then on requests believe the rest."""
        count_what_was_not()
        now, scopes = moved_since(PartsState.current())
        moved = moved_parts(scopes)
        rows = KeptPart.objects.all()
        if moved is not None:
            names = {
                f"{document.name} {code} {number}"
                for kind, code, number in moved
                for document in self.documents
                if document.row == kind
            }
            rows = rows.filter(name__in=names)
        with transaction.atomic():
            PartsState.objects.get_or_create(pk=1)
            state = PartsState.objects.select_for_update().get(pk=1)
            gone = bool(moved is None or moved)
            rows.delete()
            ended = KeptPart.objects.exclude(release=release(), ends__gt=timezone.now()).delete()[0]
            if state.count != now:
                PartsState.objects.filter(pk=1).update(count=now)
        return gone or bool(ended)

    def _missing(self) -> dict[str, tuple[Document, Region, int]]:
        there = set(KeptPart.objects.values_list("name", flat=True))
        found: dict[str, tuple[Document, Region, int]] = {}
        for region in Region.all_open():
            numbers: dict[str, list[int]] = {}
            for document in self.documents:
                if document.row not in numbers:
                    numbers[document.row] = document.numbers(region)
                own = numbers[document.row]
                if len(own) > 1:  # what is of one part is kept as a page
                    found |= {document.part_name(region, one): (document, region, one) for one in own}
        return {name: row for name, row in found.items() if name not in there}


def _make(count: int, row: tuple[str, Document, Region, int]) -> bool:
    """Draw and keep a part, unless something of it moved after `count`: then it may be of before."""
    name, document, region, number = row
    ends = document.ends(region, number, timezone.now())
    body = zlib.compress(drawn(document, region, number).encode(), 6)
    with transaction.atomic():
        PartsState.objects.select_for_update().get(pk=1)
        if is_moved(document, region, number, moved_parts(moved_since(count)[1])):
            return False
        facts = {"body": body, "ends": ends, "release": release()}
        KeptPart.objects.update_or_create(name=name, defaults=facts)
    return True
