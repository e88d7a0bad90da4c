"""One mail that somebody asked for: before a pack is reckoned to be empty, or when a basket was left behind.

The way in: `packs.offered` and `packs.ask` for the order's page, `baskets.ask` for the basket, and what both send.
"""
