from shop.orders.models.events import OrderEvent
from shop.orders.models.lines import OrderLine
from shop.orders.models.orders import Order
from shop.orders.models.parcels import Outcome, Parcel, ParcelBatch, ParcelLine, Return
from shop.orders.models.states import (
    ACTIVE,
    ENDED,
    LEGAL_MOVES,
    NUMBER_PREFIX,
    IllegalMove,
    OrderStatus,
    ReviewCause,
)
from shop.orders.models.vat_number import BuyerVatNumber, Vies
from shop.orders.models.words import OrderWord, found_by_words, with_words

__all__ = [
    "ACTIVE",
    "ENDED",
    "LEGAL_MOVES",
    "NUMBER_PREFIX",
    "BuyerVatNumber",
    "IllegalMove",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "OrderWord",
    "Outcome",
    "Parcel",
    "ParcelBatch",
    "ParcelLine",
    "Return",
    "ReviewCause",
    "Vies",
    "found_by_words",
    "with_words",
]
