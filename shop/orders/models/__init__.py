from shop.orders.models.orders import Order, OrderEvent, OrderLine
from shop.orders.models.parcels import Outcome, Parcel, ParcelLine, Return
from shop.orders.models.states import (
    DEAD,
    LEGAL_MOVES,
    LIVING,
    NUMBER_PREFIX,
    IllegalMove,
    OrderStatus,
    new_token,
)

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
    "Outcome",
    "Parcel",
    "ParcelLine",
    "Return",
    "new_token",
]
