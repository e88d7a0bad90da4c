"""What staff can do on a page of theirs: a table of actions, each with its name, what it needs and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404


@dataclass(frozen=True)
class Action:
    """`name` is what its button posts as `action`; whoever uses it needs all of `permissions`.

    `perform` gets what it is done to, the form as posted, and who does it. `keeps_typed`: a refusal shows the page
    with what was typed still in its form.
    """

    name: str
    permissions: tuple[str, ...]
    perform: Callable
    keeps_typed: bool = True


A = TypeVar("A", bound=Action)


def by_name(*actions: A) -> dict[str, A]:
    return {action.name: action for action in actions}


def chosen(actions: dict[str, A], request) -> A:
    """The action that a form asks for. Raises Http404 where there is none of that name, and PermissionDenied."""
    action = actions.get(request.POST.get("action", ""))
    if action is None:
        raise Http404("There is no such action.")
    if not request.user.has_perms(action.permissions):
        raise PermissionDenied
    return action
