from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PagesConfig(AppConfig):
    name = "shop.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        post_migrate.connect(keep_what_is_published, sender=self, dispatch_uid="triggers of pages")
        pre_migrate.connect(make_room, sender=self, dispatch_uid="no triggers on pages that are made anew")


def keep_what_is_published(**kwargs: object) -> None:
    """Where the tables are there: a migration backwards may have taken them away."""
    from shop.pages.triggers import install, tables_are_there

    if tables_are_there():
        install()


def make_room(plan=(), **kwargs: object) -> None:
    """SQLite makes a table anew to change it, which it refuses while a trigger of another one names it."""
    from django.db import connection

    from shop.pages.triggers import drop

    if connection.vendor == "sqlite" and any(migration.app_label == "pages" for migration, _ in plan):
        drop()
