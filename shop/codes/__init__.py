"""Discount codes. The way in: `discount`: what a code takes off, and `use`, which keeps its limits."""
