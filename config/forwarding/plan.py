"""What a table of redirects would change, said before anything is; then all of it at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from config.forwarding.addresses import Page, page_at
from config.forwarding.models import Redirect
from config.forwarding.spelling import LONGEST, BadAddress, key_of, old_address
from shop.content.models import one_state
from shop.text.tables import heading, read_rows

MOST_ROWS = 20_000
A_BATCH = 500
# Headings of Shopify, the plugins Redirection, Yoast and Rank Math for WordPress, and what people write by hand.
FROM = {"redirect from", "from", "source", "source url", "origin", "old", "old url", "old address", "path", "url", "sources"}  # fmt: skip
TO = {"redirect to", "to", "target", "target url", "destination", "new", "new url", "new address", "leads to", "url to"}  # fmt: skip
COLUMNS = {"source": "Old address", "target": "Where it leads"}


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Wish:
    """A row of a table, as it was typed. `line`: of the file, from 1."""

    line: int
    source: str
    target: str
    trouble: str = ""


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row. `words`: why it is refused, or what was done to it; `before`: where the address led."""

    line: int
    source: str
    target: str
    state: State
    words: str = ""
    before: str = ""
    key: str = ""  # of the target, where that is a page of this shop
    column: str = ""  # which of the two a refusal is about: “source” or “target”

    @property
    def said(self) -> str:
        """All that staff are told of the row."""
        words = f"{COLUMNS[self.column]}: {self.words}" if self.column else self.words
        left = f"So far it leads to {self.before}." if self.state == State.CHANGED else ""
        return " ".join(part for part in (words, left) if part)


@dataclass(frozen=True)
class Plan:
    outcomes: tuple[Outcome, ...]

    def of(self, *states: State) -> list[Outcome]:
        return [row for row in self.outcomes if row.state in states]

    @property
    def changes(self) -> list[Outcome]:
        return self.of(State.NEW, State.CHANGED)

    @property
    def counts(self) -> dict[str, int]:
        return {state.value: len(self.of(state)) for state in State}


def wishes_in(text: str) -> Iterator[Wish]:
    """The rows of a table with two columns or more. Its first line may name them; else the first two count."""
    old, new = 0, 1
    for place, row in enumerate(read_rows(text)):
        if place == 0 and (named := _columns(row.cells)):
            old, new = named
            continue
        if place > MOST_ROWS:
            yield Wish(
                row.line, "", "", f"The table has more than {MOST_ROWS} rows: bring the rest in another one."
            )
            return
        if row.trouble:
            yield Wish(row.line, "", "", row.trouble)
        elif len(row.cells) <= max(old, new):
            yield Wish(
                row.line, row.cells[0], "", "The row has one column: the old address, then where it leads."
            )
        else:
            yield Wish(row.line, row.cells[old], row.cells[new])


def _columns(cells: tuple[str, ...]) -> tuple[int, int] | None:
    names = [heading(cell) for cell in cells]
    old = next((place for place, name in enumerate(names) if name in FROM), None)
    new = next((place for place, name in enumerate(names) if name in TO), None)
    return None if old is None or new is None else (old, new)


def plan(wishes: Iterable[Wish]) -> Plan:
    """What saving these rows would do. It reads alone, and looks at each address that is led to once."""
    with one_state():
        return _planned(wishes)


def _planned(wishes: Iterable[Wish]) -> Plan:
    refused, wanted = _spelled(wishes)
    for source, row in list(wanted.items()):
        page = page_at(source)
        if page.answers:
            refused.append(_no(row, f"A page of this shop answers at it already: {page.address}.", "source"))
            del wanted[source]
    standing = _redirects_along(wanted)
    seen: dict[str, Page] = {}
    ends: Ends = {}
    found = [_outcome(row, wanted, standing, seen, ends) for row in wanted.values()]
    return Plan(tuple(sorted([*found, *refused], key=lambda row: row.line)))


def _spelled(wishes: Iterable[Wish]) -> tuple[list[Outcome], dict[str, Outcome]]:
    """(what can't be read or comes twice, the others by the old address in its one spelling)."""
    refused: list[Outcome] = []
    wanted: dict[str, Outcome] = {}
    for wish in wishes:
        row = Outcome(wish.line, wish.source[:LONGEST], wish.target[:LONGEST], State.NEW)
        if wish.trouble:
            refused.append(_no(row, wish.trouble))
            continue
        try:
            source = old_address(wish.source)
        except BadAddress as error:
            refused.append(_no(row, str(error), "source"))
            continue
        try:
            target, key = _target(wish.target)
        except BadAddress as error:
            refused.append(_no(row, str(error), "target"))
            continue
        row = replace(row, source=source, target=target, key=key)
        first = wanted.get(source)
        if first is None:
            wanted[source] = row
        elif first.target == target:
            refused.append(replace(row, state=State.SAME, words=f"Line {first.line} says the same."))
        else:
            refused.append(_no(row, f"Line {first.line} leads the same address to {first.target}.", "source"))
    return refused, wanted


def _target(text: str) -> tuple[str, str]:
    """(where a redirect leads, its one spelling as an old address would have it; "" outside of this shop)."""
    text = text.strip()
    if len(text) > LONGEST:
        raise BadAddress(f"An address may have {LONGEST} signs; this one has {len(text)}.")
    key = old_address(text)
    parts = urlsplit(text)
    if parts.netloc and parts.netloc.lower() != urlsplit(settings.SITE_URL).netloc.lower():
        if parts.scheme.lower() != "https" or "@" in parts.netloc:
            raise BadAddress("To another site it may lead by https alone.")
        return text, ""
    path = parts.path or "/"
    query, fragment = f"?{parts.query}" if parts.query else "", f"#{parts.fragment}" if parts.fragment else ""
    return path + query + fragment, key


def _redirects_along(wanted: dict[str, Outcome]) -> dict[str, Redirect]:
    """The redirects that are there already: of the same old addresses, and of those that any of them leads to."""
    found: dict[str, Redirect] = {}
    ask = set(wanted) | {row.key for row in wanted.values()}
    asked: set[str] = {""}
    while ask := ask - asked:
        rows = [row for some in _in_batches(sorted(ask)) for row in Redirect.objects.filter(source__in=some)]
        found |= {row.source: row for row in rows}
        asked |= ask
        ask = {row.target_key for row in rows if row.source not in wanted}
    return found


Ends = dict[str, tuple[str, str] | None]  # by an old address where it leads in the end; None: in a circle


def _outcome(
    row: Outcome, wanted: dict[str, Outcome], standing: dict[str, Redirect], seen: dict[str, Page], ends: Ends
) -> Outcome:
    target, key, passed = row.target, row.key, {row.source: None}  # in their order
    while key and (key in wanted or key in standing):
        if key in passed or (key in ends and ends[key] is None):
            ends |= dict.fromkeys(passed)
            return _no(row, f"In a circle: {_way([*passed, key])}.", "target")
        passed[key] = None
        if (end := ends.get(key)) is not None:
            target, key = end
            break
        following = wanted.get(key)
        target, key = (following.target, following.key) if following else (standing[key].target, standing[key].target_key)  # fmt: skip
    ends |= dict.fromkeys(passed, (target, key))
    words = [f"Shortened: it led on from {next(reversed(passed))}."] if len(passed) > 1 else []
    if key:
        page = seen[target] = seen.get(target) or page_at(target)
        if page.trouble:
            return _no(row, page.trouble, "target")
        target, key = page.address, key_of(*page.address.partition("#")[0].partition("?")[::2])
        words += [f"{page.waits} Until then it leads nowhere."] if page.waits else []
    before = standing.get(row.source)
    state = State.NEW if before is None else State.SAME if before.target == target else State.CHANGED
    return replace(
        row,
        target=target,
        key=key,
        state=state,
        words=" ".join(words),
        before=before.target if before else "",
    )


def _way(passed: list[str]) -> str:
    return " → ".join(passed if len(passed) <= 6 else [*passed[:3], "…", *passed[-2:]])


def _no(row: Outcome, words: str, column: str = "") -> Outcome:
    return replace(row, state=State.REFUSED, words=words, column=column)


@transaction.atomic
def carry_out(wanted: Plan) -> int:
    """Save what is new or changed of a plan; how many. Redirects that led to one of these lead on at once.

    Done again it changes nothing.
    """
    changes = {row.source: row for row in wanted.changes}
    Redirect.objects.bulk_create(
        (Redirect(source=row.source, target=row.target, target_key=row.key) for row in changes.values()),
        update_conflicts=True, unique_fields=["source"], update_fields=["target", "target_key"], batch_size=A_BATCH,
    )  # fmt: skip
    for some in _in_batches(sorted(changes)):
        led = Redirect.objects.filter(target_key__in=some)
        for row in led.iterator(A_BATCH):
            onward = changes[row.target_key]
            Redirect.objects.filter(pk=row.pk).update(target=onward.target, target_key=onward.key)
    return len(changes)


def _in_batches(names: list[str]) -> Iterator[list[str]]:
    return (names[place : place + A_BATCH] for place in range(0, len(names), A_BATCH))
