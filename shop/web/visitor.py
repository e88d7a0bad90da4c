"""Whose request this is, as far as pages differ by it: the name that stock holds carry ("basket:<pk>"), or nobody."""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar


class Visit:
    """`name` is asked for only where something depends on it. `notes` are kept until the request ends."""

    def __init__(self, name: Callable[[], str]):
        self.name = name
        self.notes: dict = {}


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visit_of(name: Callable[[], str] | None):
    """For all that is done inside; None stands for nobody, so that what is made there can be shared by all."""
    token = _visit.set(Visit(name) if name else None)
    try:
        yield
    finally:
        _visit.reset(token)


def visitor() -> str:
    """ "" for nobody."""
    visit = _visit.get()
    return visit.name() if visit else ""


def notes() -> dict:
    """What was looked up for this visitor in this request."""
    visit = _visit.get()
    return visit.notes if visit else {}
