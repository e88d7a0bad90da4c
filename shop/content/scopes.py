"""Scopes: what a change may show in, and what a page shows.

A change of content moves the numbers of its scopes (shop.content.models.content_changed); a page that was kept with
the numbers of all scopes that it shows is true as long as none of them has moved. Scopes are named here and nowhere
else, by region code and primary key, so that both sides mean the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ANYTHING = "anything"  # the content version itself: moves with every change that shows anywhere
SITE = "site"  # what any page may show: regions, law, seller; and what is known of no narrower scope
HOME_PICTURE = "home picture"
NAMES = "names of products"  # by which rules and searches know our own products; no page shows them for themselves


def products_in(code: str) -> str:
    """A region's lists of products: which there are, in which order, and what their cards say."""
    return f"products {code}"


def discounts_in(code: str) -> str:
    """What is taken off by itself in a region."""
    return f"discounts {code}"


def product(code: str, pk: int) -> str:
    """All that a region's pages show of a product, its packs, prices and pictures: its own page."""
    return f"product {code} {pk}"


def card(code: str, pk: int) -> str:
    """What cards and links say of a product in a region, and whether it can be had there."""
    return f"card {code} {pk}"


def articles_in(code: str) -> str:
    """A region's lists of articles: which there are, in which order, and what their cards say."""
    return f"articles {code}"


def article(code: str, pk: int) -> str:
    """What a region's pages show of an article."""
    return f"article {code} {pk}"


def articles_about(code: str, pk: int) -> str:
    """Which of a region's published articles name a product by hand, and what their cards say."""
    return f"about {code} {pk}"


def tag(code: str, pk: int) -> str:
    """What is linked by a related-product tag in a region: products that bear it, and published articles."""
    return f"tag {code} {pk}"


def topic(code: str, pk: int) -> str:
    """What is filed under a topic in a region."""
    return f"topic {code} {pk}"


def place_of(scope: str) -> tuple[str, str, int] | None:
    """(kind, region code, primary key) of a scope of one row, such as (“product”, “uk”, 7); None of others."""
    kind, *rest = scope.split()
    return (kind, rest[0], int(rest[1])) if len(rest) == 2 and rest[1].isdecimal() else None


def row_of(scope: str) -> tuple[str, int] | None:
    """The same in whichever region."""
    place = place_of(scope)
    return (place[0], place[2]) if place else None


_shown: ContextVar[set[str] | None] = ContextVar("scopes shown", default=None)


def shows(*scopes: str) -> None:
    """Say that what is being drawn shows these scopes, or would if there were something to show."""
    shown = _shown.get()
    if shown is not None:
        shown.update(scopes)


@contextmanager
def scopes_shown() -> Iterator[set[str]]:
    """The set of all that is said by `shows` inside; what stands around it shows it as well."""
    outer, shown = _shown.get(), set[str]()
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)
        if outer is not None:
            outer.update(shown)
