"""Addresses of this shop by the names of their views: worked out once in a process, since they stay the same."""

from functools import lru_cache

from django.urls import reverse


def address(name: str, **parts: object) -> str:
    """As `reverse` with these kwargs. Raises NoReverseMatch."""
    return reversed_once(name, (), tuple(parts.items()), "")


@lru_cache(2000, typed=True)
def reversed_once(name: str, args: tuple, parts: tuple[tuple[str, object], ...], app: str) -> str:
    """The same with positional arguments, and with `app` for current_app."""
    return reverse(name, args=args, kwargs=dict(parts), current_app=app or None)
