"""Holes: what of a page is personal.

A template says `{% hole "count" region=region.code %}`; what belongs there is drawn by templates/holes/count.html, from these
plain facts of the page and from the visitor, and from nothing else. Public pages are drawn once for everybody, with a
mark at each hole, and are filled as they leave (page_cache.py); all other pages are filled as they are drawn.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.messages import get_messages
from django.template.loader import get_template

from config.pages.appearance import Appearance
from shop.basket.models import quantity_in
from shop.basket.session import KEY
from shop.content.models import content_version
from shop.content.scopes import SITE
from shop.regions.choice import COOKIE
from shop.regions.languages import speaking
from shop.regions.models import Region

MAX_FILLS = 2000  # in one process


@dataclass(frozen=True)
class Staff:
    """What the bar for staff shows of who is signed in."""

    name: str
    sees_articles: bool
    sees_products: bool


class Visitor:
    """For whom holes are filled. What costs a query is asked for only where a page shows it."""

    def __init__(self, cookies: Mapping, session=None, user=None, messages=(), count=quantity_in):
        """`session`: a mapping, None for those without. `messages`: iterating takes them away from the session.

        `count`: how many packs of a basket can be bought in a region; quantity_for_all where nothing is held for it.
        """
        self.cookies, self.session, self.user, self._messages = cookies, session, user, messages
        self._count = count

    @cached_property
    def appearance(self) -> Appearance:
        return Appearance.of(self.cookies)

    @cached_property
    def chosen(self) -> Region | None:
        """The region that they chose before."""
        return Region.by_code(self.cookies.get(COOKIE, ""))

    @cached_property
    def messages(self) -> list:
        return list(self._messages)

    @cached_property
    def staff(self) -> Staff | None:
        user = self.user if self.session is not None else None
        if user is None or not user.is_staff:
            return None
        may = user.has_perm
        return Staff(user.get_username(), may("articles.view_version"), may("catalogue.view_product"))

    def quantity(self, region: Region | None) -> int:
        """How many packs of their basket can be bought in a region."""
        pk = self.session.get(KEY) if self.session is not None else None
        return self._count(pk, region) if pk and region else 0


NOBODY = Visitor({})


def visitor_of(request, count=quantity_in) -> Visitor:
    """Whose request it is; without one, nobody."""
    if not hasattr(request, "COOKIES"):
        return NOBODY
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    return Visitor(
        request.COOKIES,
        getattr(request, "session", None),
        getattr(request, "user", None) if is_known else None,
        get_messages(request),
        count,
    )


# --- the holes --------------------------------------------------------------------------------------------------------

NOTHING = ""  # leaves a hole empty
Facts = tuple[tuple[str, str | int], ...]


def _region(facts: Facts) -> Region | None:
    return Region.by_code(str(dict(facts).get("region", "")))


def _count(visitor: Visitor, facts: Facts):
    """Pages that have just counted say it themselves."""
    known = dict(facts).get("quantity")
    return (known if isinstance(known, int) else visitor.quantity(_region(facts))) or NOTHING


def _other(visitor: Visitor, facts: Facts):
    """None for those who have not chosen, the region they chose where it is not the page's, else nothing."""
    region = _region(facts)
    return NOTHING if region is None or visitor.chosen == region else visitor.chosen


def _same(visitor: Visitor, facts: Facts):
    return visitor.chosen if visitor.chosen and visitor.chosen == _region(facts) else NOTHING


# By name: what of the visitor decides the fill; its template reads it as `given`. A list holds
# what is this visitor's alone, such as words about their order, and is not remembered.
HOLES: dict[str, Callable[[Visitor, Facts], Hashable | list]] = {
    "look": lambda visitor, facts: visitor.appearance,
    "colours": lambda visitor, facts: visitor.appearance,
    "dark": lambda visitor, facts: visitor.appearance,
    "pressed": lambda visitor, facts: visitor.appearance,
    "count": _count,
    "suggestion": _other,
    "last_choice": _same,
    "titles": lambda visitor, facts: visitor.messages or NOTHING,
    "messages": lambda visitor, facts: visitor.messages or NOTHING,
    "staff_bar": lambda visitor, facts: visitor.staff or NOTHING,
}

_fills: dict[tuple, str] = {}


def fill(name: str, facts: Facts, visitor: Visitor) -> str:
    """What belongs into a hole of a page for a visitor. Remembered until regions or other things of the whole site change."""
    given = HOLES[name](visitor, facts)
    if given is NOTHING:
        return ""
    if isinstance(given, list):
        return _drawn(name, facts, given)
    key = (name, facts, given, content_version(SITE))
    found = _fills.get(key)
    if found is None:
        found = _drawn(name, facts, given)
        if len(_fills) >= MAX_FILLS:
            _fills.clear()
        _fills[key] = found
    return found


def _drawn(name: str, facts: Facts, given) -> str:
    region = _region(facts)
    context = {**dict(facts), "region": region, "regions": Region.all_open(), "given": given}
    with speaking(region):  # a kept page leaves before anything of the request speaks
        return get_template(f"holes/{name}.html").render(context).removesuffix("\n")


def forget_fills() -> None:
    _fills.clear()


# --- marks ------------------------------------------------------------------------------------------------------------

_SECRET = secrets.token_hex(8)  # of this process: nothing that anybody writes can hold it
_MARK = re.compile(rf"\x02{_SECRET}:(\d+)\x03".encode())
_holes: ContextVar[list[tuple[str, Facts]] | None] = ContextVar("holes", default=None)


@contextmanager
def leaving_holes() -> Iterator[list[tuple[str, Facts]]]:
    """What is drawn inside has marks instead of fills; yields the list of its holes, in the order of their numbers."""
    holes: list[tuple[str, Facts]] = []
    token = _holes.set(holes)
    try:
        yield holes
    finally:
        _holes.reset(token)


def hole(name: str, facts: Facts, request) -> str:
    """A mark where the page is for everybody, else the fill for whose request it is."""
    holes = _holes.get()
    if holes is None:
        return fill(name, facts, visitor_of(request))
    holes.append((name, facts))
    return f"\x02{_SECRET}:{len(holes) - 1}\x03"


def cut(body: bytes) -> tuple[list[bytes], list[int]]:
    """A page between its marks, one part more than marks; and the numbers of its holes, in the order of the page."""
    pieces = _MARK.split(body)
    return pieces[::2], [int(number) for number in pieces[1::2]]
