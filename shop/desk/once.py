"""The same form works once: double clicks, the back button, two tabs, two machines. See shop.desk.models.Turn."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.db.models import Max

from shop.desk.models import Turn
from shop.orders.models import Order
from shop.text.numbers import whole_or_none


class CannotDo(Exception):
    """Why it can't be done, in words for staff."""

    again = False  # it was done before, by the very same form


class DoneBefore(CannotDo):
    """The turn of this form is taken. `again`: by the very same form, so nothing that was typed is lost."""

    def __init__(self, turn: Turn, typed):
        self.again = turn.form == _hash(typed)
        done = f"{turn.words} ({turn.who}, {turn.at:%-d %B %Y, %H:%M} UTC)"
        super().__init__(
            f"This was done already, and not a second time: {done}"
            if self.again
            else f"Meanwhile somebody did this: {done}. Look at the order as it is now; nothing else was done yet."
        )


def next_turn(order: Order) -> int:
    """What the forms of a page carry."""
    return (order.turns.aggregate(n=Max("number"))["n"] or 0) + 1


def turn_of(typed) -> int | None:
    return whole_or_none(typed.get("turn"), digits=9)


def check_turn(order: Order, typed) -> None:
    """Raises DoneBefore for a form whose turn is taken. Only `in_turn` guarantees it."""
    taken = order.turns.filter(number=turn_of(typed) or 0).first()
    if taken:
        raise DoneBefore(taken, typed)


def in_turn(order: Order, typed, who: str, work) -> str:
    """Take the turn that the form carries and do `work`, both or neither; the words that `work` returns.

    Raises DoneBefore, and CannotDo for a number that no page can have carried.
    """
    number = turn_of(typed) or 0
    with transaction.atomic():
        if not 1 <= number <= next_turn(order):
            raise CannotDo("This form is not of this page. Nothing was done; send it again.")
        try:
            with transaction.atomic():
                turn = Turn.objects.create(order=order, number=number, form=_hash(typed), who=who)
        except IntegrityError:
            raise DoneBefore(Turn.objects.get(order=order, number=number), typed)
        words = work()
        Turn.objects.filter(pk=turn.pk).update(words=words[:300])
    return words


def _hash(typed) -> str:
    rows = sorted((name, str(value)) for name, value in typed.items() if name != "csrfmiddlewaretoken")
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
