from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Has a command and no tables: what it found stands in a row of the desk's app."""

    name = "shop.ledger"
