from shop.catalogue.models.batches import Batch
from shop.catalogue.models.collections import Collection, CollectionProduct, OldCollection
from shop.catalogue.models.kinds import FormOfMagnesium, ProductKind
from shop.catalogue.models.particulars import Fact, Lack, Particular
from shop.catalogue.models.price_log import PriceLog
from shop.catalogue.models.prices import Price
from shop.catalogue.models.products import (
    OldProduct,
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    RelatedProductTag,
    Variant,
    with_wording,
)
from shop.catalogue.models.rating import Rating, rating_of
from shop.catalogue.models.shelf import ShelfCount, ShelfRow
from shop.catalogue.models.stock import Hold, NotHeld, OutOfStock, Stock, StockQuerySet
from shop.catalogue.models.stock_log import StockCause, StockMovement, Told

__all__ = [
    "Batch",
    "Collection",
    "CollectionProduct",
    "Fact",
    "FormOfMagnesium",
    "Hold",
    "Lack",
    "NotHeld",
    "OldCollection",
    "OldProduct",
    "OutOfStock",
    "Particular",
    "Price",
    "PriceLog",
    "Product",
    "ProductKind",
    "ProductPicture",
    "ProductTag",
    "ProductWording",
    "Rating",
    "RelatedProductTag",
    "ShelfCount",
    "ShelfRow",
    "Stock",
    "StockCause",
    "StockMovement",
    "StockQuerySet",
    "Told",
    "Variant",
    "rating_of",
    "with_wording",
]
