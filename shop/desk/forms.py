"""What staff type about an order, read one field at a time. Each raises CannotDo, in words for staff."""

from typing import TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model

from shop.claims.refuse import refuse_in
from shop.content.texts import Scope, texts_of
from shop.desk.once import CannotDo
from shop.orders.models import Parcel
from shop.payments.models import Refund
from shop.text.numbers import Unreadable, mark_of, read_money, read_whole
from shop.text.typed import without_format

MAX_PACKS = 99_999


def text_of(typed, name, most=200) -> str:
    """As typed, without what nobody sees; never cut. Raises CannotDo for what is too long."""
    text = without_format(typed.get(name, "")).strip()
    if len(text) > most:
        raise CannotDo(f"“{text[:30]}…” has {len(text)} characters; {most} fit here. Nothing was done.")
    return text


def words_to_shopper(typed) -> str:
    """What the shopper is to read in the mail and on the credit note. Raises CannotDo, also for a claim in it."""
    return _shown(text_of(typed, "words"), Refund, "words", "The words to the shopper")


class TypedParcel(TypedDict):
    carrier: str
    tracking: str
    tracking_url: str


def parcel_of(typed) -> TypedParcel:
    """What the shopper is to read of a parcel, by column. Raises CannotDo, also for a claim in it."""
    url = text_of(typed, "tracking_url", 300)
    if url:
        try:
            URLValidator(["http", "https"])(url)
        except ValidationError:
            raise CannotDo("The tracking link must be a whole address, such as https://track.example/AB123.")
    return {
        "carrier": _shown(text_of(typed, "carrier", 60), Parcel, "carrier", "The carrier"),
        "tracking": _shown(text_of(typed, "tracking", 80), Parcel, "tracking", "The tracking number"),
        "tracking_url": url,
    }


def _shown(text: str, model: type[Model], field: str, label: str) -> str:
    try:
        refuse_in(field, text, Scope(), texts_of(model)[field])
    except ValidationError as error:
        raise CannotDo(f"{label}: {' '.join(error.messages)} Nothing was done.")
    return text


def packs_of(order, typed, prefix, left: str = "") -> dict[int, int]:
    """{order line pk: packs} as typed, without zeros; at most `left` (a property of lines) of each. Raises CannotDo."""
    found = {}
    for line in order.lines.all():
        text = typed.get(f"{prefix}-{line.pk}", "").strip()
        if not text:
            continue
        try:
            count = read_whole(text, mark=mark_of(order.currency), noun="number of packs")
        except Unreadable as error:
            raise CannotDo(f"{line.sku}: {error}")
        if count > MAX_PACKS:
            raise CannotDo(f"{line.sku}: “{text[:20]}” is no number of packs; it is too high.")
        if left and count > getattr(line, left):
            raise CannotDo(f"{line.sku}: only {getattr(line, left)} {LEFT[left]}.")
        if count:
            found[line.pk] = count
    return found


LEFT = {
    "to_send": "left that can be cancelled",
    "to_return": "were sent and are not back yet",
    "quantity": "were bought",
}


def listed(order, packs) -> list[str]:
    lines = {line.pk: line for line in order.lines.all()}
    return [
        f"{count} × {lines[pk].title}, {lines[pk].label} ({lines[pk].sku})" for pk, count in packs.items()
    ]


def amount_of(order, text) -> int:
    """Minor units as typed; empty is nothing. Raises CannotDo."""
    if not text.strip():
        return 0
    try:
        amount = read_money(text, order.currency)
    except Unreadable as error:
        raise CannotDo(str(error))
    if amount < 1:
        raise CannotDo(f"“{text.strip()[:20]}” is no amount that can go back. Type it such as 5.00.")
    return amount
