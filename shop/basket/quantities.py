"""Quantities as shoppers type them."""

from shop.text.numbers import Unreadable, read_whole


def whole_number(text: str) -> int | None:
    """A quantity as typed; None for anything that is none. Huge ones come back as a million: no amount of money."""
    try:
        return min(read_whole(text), 10**6)
    except Unreadable:
        return None
