"""The admin of the catalogue; importing it registers all of it."""

from shop.catalogue.admin import collections, kinds, packs, particulars, prices, products, stock_log  # noqa: F401
