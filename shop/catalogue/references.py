"""The names under which packs are held and codes are used: whose they are, by a text that both sides spell alike."""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

ORDER, BASKET = "order:", "basket:"


def order_reference(pk: int) -> str:
    """What an order's holds and its use of a code stand under."""
    return f"{ORDER}{pk}"


def order_reference_in_rows(pk) -> Concat:
    """The same inside a query. `pk`: an expression."""
    return Concat(Value(ORDER), Cast(pk, CharField()))


def basket_reference(pk: int | None) -> str:
    """Whose basket it is that holds packs; "" where there is none."""
    return f"{BASKET}{pk}" if pk else ""
