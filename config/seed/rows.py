"""One row of the content files after the other: one that can't be taken is told in a line and stops no other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction

CANNOT_BE_TAKEN = (
    ValidationError,
    ObjectDoesNotExist,
    IntegrityError,
    KeyError,
    TypeError,
    ValueError,
    ArithmeticError,
)


class Rows:
    """Loads rows each on its own. `say` takes a line; `lost` has what was not loaded, as (what it is, its key)."""

    def __init__(self, say: Callable[[str], object]):
        self.say = say
        self.lost: set[tuple[str, str]] = set()

    @contextmanager
    def one(self, what: str, key: object) -> Iterator[None]:
        """Around all that is written of one row: written as a whole, or told and lost."""
        try:
            with transaction.atomic():
                yield
        except CANNOT_BE_TAKEN as error:
            self.lost.add((what, str(key)))
            self.say(f"Not loaded: {what} “{key}”: {_why(error)}")

    def has_lost(self, what: str, key: object) -> bool:
        return (what, str(key)) in self.lost


def checked(row):
    """The row, if its texts are what a form would take. Raises ValidationError: nothing comes in past the claims check."""
    row.clean_fields()
    row.clean()
    return row


@contextmanager
def part(name: str) -> Iterator[None]:
    """Name the part of a row, such as a pack of a product, in what is wrong with its fields."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError(
            {f"{name}, {field}": messages for field, messages in _by_field(error).items()}
        ) from error


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"as a whole": error.messages}


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        told = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in _by_field(error).items())
    elif isinstance(error, KeyError):
        told = f"“{error.args[0]}” is missing."
    else:
        told = str(error)
    return " ".join(told.split())
