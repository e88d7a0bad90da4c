from shop.catalogue.models.collections import Collection, CollectionProduct, OldCollection
from shop.catalogue.models.products import (
    SKU_PATTERN,
    Form,
    Kind,
    OldProduct,
    Price,
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    RelatedProductTag,
    Variant,
    with_wording,
)
from shop.catalogue.models.shelf import ShelfCount, ShelfRow
from shop.catalogue.models.stock import Hold, NotHeld, OutOfStock, Stock, StockQuerySet

__all__ = [
    "SKU_PATTERN",
    "Collection",
    "CollectionProduct",
    "Form",
    "Hold",
    "Kind",
    "NotHeld",
    "OldCollection",
    "OldProduct",
    "OutOfStock",
    "Price",
    "Product",
    "ProductPicture",
    "ProductTag",
    "ProductWording",
    "RelatedProductTag",
    "ShelfCount",
    "ShelfRow",
    "Stock",
    "StockQuerySet",
    "Variant",
    "with_wording",
]
