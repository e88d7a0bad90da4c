"""The admin of the catalogue; importing it registers all of it."""

from shop.catalogue.admin import (  # noqa: F401
    collections,
    kinds,
    packs,
    particulars,
    price_log,
    prices,
    products,
    stock_log,
)
