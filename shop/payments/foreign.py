"""Reading what comes from outside: any value may be missing, of another type, absurd, or another application's."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from shop.orders.models import NUMBER_PREFIX
from shop.text.characters import clean_text

FIRST_EVENT = datetime(2011, 1, 1, tzinfo=UTC)  # Stripe is no older
NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what no database takes for text
ID_LENGTH = 120


class NotOurs(Exception):
    """It belongs to another application on the same Stripe account."""


def text(value: Any, most: int = ID_LENGTH) -> str:
    """An id that a column of `most` characters can hold; "" for anything else, which then equals no id of ours."""
    return value if isinstance(value, str) and len(value) <= most and not NO_TEXT.search(value) else ""


def words(value: Any, most: int) -> str:
    """Text for people, cut to `most` characters; "" for anything that is no text."""
    return clean_text(value)[:most] if isinstance(value, str) else ""


def as_amount(value: Any) -> int:
    """An amount in minor units. Raises ValueError for anything but a whole number above zero."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise ValueError(f"{str(value)[:40]!r} is no amount")
    return value


def key_in(metadata: Any, name: str) -> UUID | None:
    """The key of ours that metadata carries under `name`; None for "booking-17", lists, numbers and the like."""
    value = metadata.get(name) if isinstance(metadata, dict) else None
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def is_ours(metadata: Any) -> bool:
    """Whether metadata looks like what this shop gives to Stripe: a payment's key, an order number of this mode, its site.

    A copy of this shop (for staging, say) may use the same Stripe account; it names another site. The payment's row is committed before Stripe is asked, so what looks so and is not known was lost, or is on its way.
    """
    if not isinstance(metadata, dict) or metadata.get("site", settings.SITE_URL) != settings.SITE_URL:
        return False
    number = metadata.get("order")
    pattern = rf"{NUMBER_PREFIX[settings.PAYMENT_MODE]}\d{{6,}}"
    return (
        key_in(metadata, "payment") is not None
        and isinstance(number, str)
        and bool(re.fullmatch(pattern, number))
    )


def moment(value: Any, now: datetime) -> datetime | None:
    """A time in seconds since 1970 as Stripe gives it; None where no event can have happened then."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if not FIRST_EVENT.timestamp() <= value <= (now + timedelta(days=1)).timestamp():
        return None
    return datetime.fromtimestamp(value, UTC)


def storable(value: Any) -> Any:
    """The same JSON without what a database refuses: bad characters, numbers that are none."""
    if isinstance(value, dict):
        return {clean_text(str(key)): storable(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [storable(inside) for inside in value]
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
