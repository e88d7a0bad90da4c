from shop.catalogue.models.collections import Collection, CollectionProduct, tags_by_product
from shop.catalogue.models.products import (
    SKU_PATTERN,
    Form,
    Kind,
    Price,
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    RelatedProductTag,
    Variant,
    with_wording,
)
from shop.catalogue.models.stock import Hold, NotHeld, OutOfStock, Stock, StockQuerySet

__all__ = [
    "SKU_PATTERN",
    "Collection",
    "CollectionProduct",
    "Form",
    "Hold",
    "Kind",
    "NotHeld",
    "OutOfStock",
    "Price",
    "Product",
    "ProductPicture",
    "ProductTag",
    "ProductWording",
    "RelatedProductTag",
    "Stock",
    "StockQuerySet",
    "Variant",
    "tags_by_product",
    "with_wording",
]
