"""Customers of another shop: who agreed there to letters of this seller gets ours; nothing else of anybody is taken.

What they bought there is no order of this shop, and an account is made by a link that its owner presses. So a row
without consent leaves nothing behind. Who stopped letters here stays away, whatever the file says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from config.moving.aside import set_aside
from config.moving.posts import moment_of
from config.newsletter.models import Subscriber
from config.newsletter.stopped import stopped_among
from shop.content.link_tokens import kept_at_first
from shop.regions.models import Country, Region
from shop.text.tables import Row, heading, read_rows
from shop.text.typed import address_anywhere, typed_mail

A_BATCH = 500
WHERE = 60  # signs of the other shop's name
COLUMNS = {
    "email": ("email", "e mail", "email address", "billing email", "customer email", "user email"),
    # Shopify's own, Matrixify's for Shopify, and what plugins of WooCommerce call it.
    "consent": ("accepts email marketing", "accepts marketing", "email marketing: status", "email marketing consent",
                "marketing consent", "newsletter", "newsletter consent", "opted in", "opt in", "subscribed"),
    "when": ("marketing consent date", "email marketing: updated at", "accepts marketing updated at", "consent date"),
    "source": ("marketing consent source",),  # of our own export
    "region": ("region",),
    "country": ("default address country code", "billing country", "country code", "default address country",
                "address country code", "address country", "country / region", "country"),
}  # fmt: skip
YES = {"yes", "true", "1", "y", "on", "subscribed", "opted in"}
OTHER_CODES = {"uk": "gb", "el": "gr", "great britain": "gb", "england": "gb", "usa": "us", "united states of america": "us"}  # fmt: skip


class State(StrEnum):
    NEW = "new"
    SAME = "there already"
    NONE = "did not agree to letters"
    STOPPED = "stopped letters here"
    REFUSED = "left out"


@dataclass(frozen=True)
class Customer:
    """A row of the file. `consent`: the heading and the cell that say that letters were agreed to."""

    line: int
    email: str = ""
    consent: tuple[str, str] = ("", "")
    agreed: bool = False
    when: datetime | None = None
    source: str = ""
    region: str = ""
    country: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class Found:
    """A row and what becomes of it. `row`: of who will get letters, not saved."""

    line: int
    state: State
    words: str = ""
    row: Subscriber | None = None


@dataclass(frozen=True)
class Lists:
    """Where letters go. `shop`: what the other shop is called; `home`: the region of who names no country."""

    shop: str
    home: Region


def customers_in(text: str) -> Iterator[Customer]:
    """The rows of a table of customers, in its order. It never raises: what can't be read says so."""
    rows = read_rows(text)
    first = next(rows, None)
    heads = [heading(cell) for cell in first.cells] if first else []
    places = {
        part: found
        for part, names in COLUMNS.items()
        if (found := [heads.index(name) for name in names if name in heads])
    }
    line = first.line if first else 1
    if "email" not in places:
        yield Customer(line, trouble="The first line has to name the columns; “Email” is wanted.")
    elif "consent" not in places:
        yield Customer(
            line,
            trouble="No column says who agreed to letters, so nobody can be taken over. Export it with “Accepts Email "
            "Marketing”, or add that column with “yes” for those whose consent you can show.",
        )
    else:
        for row in rows:
            yield _customer(row, places, first.cells if first else ())


def _customer(row: Row, places: dict[str, list[int]], names: tuple[str, ...]) -> Customer:
    if row.trouble:
        return Customer(row.line, trouble=row.trouble)
    said = {
        part: next((row.cells[at] for at in found if at < len(row.cells) and row.cells[at]), "")
        for part, found in places.items()
    }
    email = typed_mail(said["email"].lstrip("'").removeprefix("mailto:")).lower()
    head, cell = names[places["consent"][0]], said["consent"].lstrip("'")
    trouble = ""
    try:
        address_anywhere(email if len(email) <= 254 else "")
    except ValidationError:
        trouble = f"Column “{names[places['email'][0]]}”: " + (
            "it is empty."
            if not email
            else "what stands there is no address: mend it, and bring the file in again."
        )
    return Customer(
        line=row.line,
        email=email,
        consent=(" ".join(head.split())[:40], cell[:20]),
        agreed=cell.casefold() in YES,
        when=moment_of(said.get("when", "").lstrip("'")),
        source=" ".join(said.get("source", "").split()),
        region=said.get("region", "").casefold(),
        country=said.get("country", "").lstrip("'"),
        trouble=trouble,
    )  # fmt: skip


def found_in(text: str, lists: Lists) -> Iterator[Found]:
    """What would become of each row. It reads alone, and asks for a batch at a time."""
    refused = {one.email for one in customers_in(text) if not one.trouble and not one.agreed}
    regions = {region.code: region for region in Region.all_open()}
    by_pk = {region.pk: region for region in regions.values()}
    countries: dict[str, Region | None] = {}
    for code, name, pk in Country.objects.values_list("code", "name", "region"):
        countries[code.casefold()] = countries[name.casefold()] = by_pk.get(pk)
    lines: dict[str, int] = {}
    rows = customers_in(text)
    while some := list(islice(rows, A_BATCH)):
        emails = [one.email for one in some]
        there = set(Subscriber.objects.filter(email__in=emails).values_list("email", flat=True))
        stopped = stopped_among(emails)
        for one in some:
            state, words = _state(one, there, stopped, refused, lines)
            region = None
            if state == State.NEW:
                region = _region(one, regions, countries, lists)
                if region is None:
                    state, words = State.REFUSED, (
                        f"No open region delivers to “{one.country[:30]}”: add a column “Region” with one of "
                        f"{', '.join(regions)}."
                    )  # fmt: skip
            lines.setdefault(one.email, one.line)
            yield Found(one.line, state, words, _row(one, region, lists) if region else None)


def _state(
    one: Customer, there: set[str], stopped: set[str], refused: set[str], lines: dict[str, int]
) -> tuple[State, str]:
    if one.trouble:
        return State.REFUSED, one.trouble
    if not one.agreed:
        return State.NONE, ""
    if one.email in stopped:
        return State.STOPPED, "This address stopped letters here: only its owner can ask for them again."
    if one.email in refused:
        return State.NONE, "Another line of the same address says no: that counts."
    if one.email in lines:
        return State.SAME, f"Line {lines[one.email]} has the same address."
    if one.email in there:
        return State.SAME, "This address is among the subscribers already; it stays as it is."
    return State.NEW, ""


def _region(
    one: Customer, regions: dict[str, Region], countries: dict[str, Region | None], lists: Lists
) -> Region | None:
    if one.region in regions:
        return regions[one.region]
    country = one.country.casefold()
    return countries.get(OTHER_CODES.get(country, country)) if country else lists.home


def _row(one: Customer, region: Region, lists: Lists) -> Subscriber:
    now = timezone.now()
    when = one.when if one.when and one.when < now else None
    proof = one.source or f"{one.consent[0]}: {one.consent[1]}"
    on = f" on {when:%-d %B %Y}" if when else ""
    end = f"; agreed to at {lists.shop[:WHERE]}{on}; brought in on {now:%-d %B %Y}"
    return Subscriber(
        email=one.email,
        region=region,
        asked_at=when or now,
        confirmed_at=when or now,
        agreed_to=f"“{proof[: 190 - len(end)]}”{end}",
        kept_token=kept_at_first(),
    )


def bring_in(found: Iterable[Found]) -> int:
    """Make the new ones subscribers who have confirmed, in one short transaction; how many."""
    waiting, count = set_aside(one.row for one in found if one.row is not None), 0
    with transaction.atomic():
        while rows := list(islice(waiting, A_BATCH)):
            Subscriber.objects.bulk_create(rows, ignore_conflicts=True)
            made = Subscriber.objects.filter(kept_token__in=[row.kept_token for row in rows])
            # Asked again now that the rows are there: who stops at this moment has waited for them, or is known by now.
            if late := stopped_among(row.email for row in rows):
                made.filter(email__in=late).delete()
            count += made.count()
    return count
