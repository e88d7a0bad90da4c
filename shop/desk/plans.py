"""What an action of the desk is made of: what it would do, in words, and its refusals in words."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.desk.forms import text_of, words_to_shopper
from shop.desk.once import CannotDo
from shop.orders.models import IllegalMove, Order
from shop.payments.left import TooMuch
from shop.text.numbers import whole_or_none
from shop.web.actions import Action


@dataclass(frozen=True)
class Plan:
    """What a form would do, for the page that asks before it is done. `amount`: minor units that would go back."""

    title: str
    lines: list[str]
    button: str
    amount: int = 0


@dataclass(frozen=True)
class OrderAction(Action):
    """`perform` returns what was done, in words. `plan` reads the form and changes nothing; without one, nobody is asked."""

    plan: Callable[[Order, dict], Plan] | None = None
    has_turn: bool = False  # works once for each page, see shop.desk.once


def message_lines(typed, *, by_mail=True) -> list[str]:
    lines = [f"For colleagues: “{text_of(typed, 'why')}”"] if text_of(typed, "why") else []
    if words_to_shopper(typed):
        return [*lines, f"To the shopper: “{words_to_shopper(typed)}”"]
    return [*lines, "The shopper gets a mail, without words of yours."] if by_mail else lines


def refusing_in_words(call):
    """Turn what the shop refuses into words."""

    def done(order, *args):
        try:
            return call(order, *args)
        except IllegalMove as error:
            raise CannotDo(str(error))
        except TooMuch as error:
            raise CannotDo(f"{error.words} Nothing was done.")

    return done


def as_asked(order, typed, amount: int) -> None:
    """The sum that moves is the one that was named when it was asked. Raises CannotDo: the whole action is undone."""
    if whole_or_none(typed.get("sum")) != amount:
        raise CannotDo(
            f"It would be {order.region.money(amount)} now, so nothing was done. Look at it again."
        )
