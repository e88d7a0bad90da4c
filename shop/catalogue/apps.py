from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate


class CatalogueConfig(AppConfig):
    name = "shop.catalogue"
    label = "catalogue"

    def ready(self):
        from shop.catalogue.models.particulars import copy_particulars
        from shop.catalogue.shelving import connect
        from shop.regions.laws import law_copied

        connect()
        law_copied.connect(copy_particulars, dispatch_uid="particulars of a copied law")
        post_migrate.connect(write_down_prices, sender=self, dispatch_uid="triggers of the price history")
        pre_migrate.connect(make_room, sender=self, dispatch_uid="no triggers on tables that are made anew")
        post_migrate.connect(know_the_codes, sender=self, dispatch_uid="codes of rows that must be known")
        post_migrate.connect(keep_the_stock_log, sender=self, dispatch_uid="stock log after migrate")
        post_migrate.connect(shelve_what_was_there, sender=self, dispatch_uid="shelving after migrate")


def keep_the_stock_log(using="default", **kwargs) -> None:
    """Where its table is there: a migration backwards may have taken it away."""
    from django.db import connections

    from shop.catalogue.models import StockMovement
    from shop.catalogue.stock_triggers import install

    if StockMovement._meta.db_table in connections[using].introspection.table_names():
        install(connections[using])


def write_down_prices(**kwargs) -> None:
    """The triggers are as this code wants them whatever a migration did to their tables."""
    from shop.catalogue.models import PriceLog
    from shop.catalogue.price_triggers import install

    if PriceLog._meta.db_table in connection.introspection.table_names():
        install()


def know_the_codes(**kwargs) -> None:
    """Where the tables of this code are there: a migration backwards may have taken them away."""
    from shop.catalogue.known_codes import TIES, drop, install

    tables = connection.introspection.table_names()
    install() if all(codes in tables for *_, codes in TIES) else drop()


def make_room(plan=(), **kwargs) -> None:
    """SQLite makes a table anew to change it, which it refuses while a trigger of another one names it."""
    from shop.catalogue import known_codes, price_triggers

    if connection.vendor == "sqlite" and any(
        migration.app_label in {"catalogue", "regions"} for migration, _ in plan
    ):
        price_triggers.drop()
        known_codes.drop()


def shelve_what_was_there(plan=(), **kwargs) -> None:
    """A shop that is older than the shelf gets it as soon as its tables are those of this code. Emptying them has no plan."""
    from django.db.migrations.executor import MigrationExecutor

    from shop.catalogue.models import Product, ShelfRow
    from shop.catalogue.shelf_check import shelve_all

    if not any(migration.app_label == "catalogue" and not backwards for migration, backwards in plan):
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if Product.objects.exists() and not ShelfRow.objects.exists():
        shelve_all()
