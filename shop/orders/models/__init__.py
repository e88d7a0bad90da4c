from shop.orders.models.events import OrderEvent
from shop.orders.models.orders import Order, OrderLine
from shop.orders.models.parcels import Outcome, Parcel, ParcelLine, Return
from shop.orders.models.states import (
    DEAD,
    LEGAL_MOVES,
    LIVING,
    NUMBER_PREFIX,
    IllegalMove,
    OrderStatus,
    ReviewCause,
    new_token,
)
from shop.orders.models.words import OrderWord, with_words

__all__ = [
    "DEAD",
    "LEGAL_MOVES",
    "LIVING",
    "NUMBER_PREFIX",
    "IllegalMove",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "OrderWord",
    "Outcome",
    "Parcel",
    "ParcelLine",
    "Return",
    "ReviewCause",
    "new_token",
    "with_words",
]
