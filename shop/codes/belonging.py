"""What a code was made for: an article, a podcast or a campaign, so that it has a row of its own in the earnings.

An order names its code. A code of an article on a condition would join a buyer to that condition, so there is none.
Articles are not known here; their room answers (`articles_answer`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError

from shop.claims.conditions import names_condition


@dataclass(frozen=True)
class Named:
    """An article: what staff call it, its page in the admin, and whether any of its versions names a condition."""

    uid: UUID
    title: str
    url: str
    path: str
    names_condition: bool


@dataclass(frozen=True)
class Answers:
    """`find`: an article by what somebody typed (an address or a part of one); `named`: those of these numbers."""

    find: Callable[[str], Named | None]
    named: Callable[[Iterable[UUID]], dict[UUID, Named]]


_answers: list[Answers] = []
TELLS_TOO_MUCH = (
    "This names a condition. An order keeps its code, so the shop would know of each buyer what ails them. "
    "Name a campaign by its season or place instead."
)


def articles_answer(answers: Answers) -> None:
    _answers[:] = [answers]


def article_typed(text: str) -> Named:
    """Raises ValidationError, in words for the form."""
    found = _answers[0].find(text) if _answers else None
    if found is None:
        raise ValidationError("There is no article at this address. Copy it from the article’s own page.")
    if found.names_condition:
        raise ValidationError(TELLS_TOO_MUCH)
    return found


def articles_named(uids: Iterable[UUID | None]) -> dict[UUID, Named]:
    wanted = {uid for uid in uids if uid}
    return _answers[0].named(wanted) if _answers and wanted else {}


def refuse_condition(name: str) -> None:
    if names_condition(name):
        raise ValidationError(TELLS_TOO_MUCH)
