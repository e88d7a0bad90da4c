from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate


class RegionsConfig(AppConfig):
    name = "shop.regions"
    label = "regions"

    def ready(self):
        from shop.content.memo import also_ends
        from shop.regions.delivery import next_cutoff
        from shop.regions.templatetags.local import day, iso_day
        from shop.web.components import FILTERS

        FILTERS.update(day=day, iso_day=iso_day)
        also_ends(next_cutoff)
        pre_migrate.connect(make_room, sender=self, dispatch_uid="no triggers on rates that are made anew")
        post_migrate.connect(keep_rates, sender=self, dispatch_uid="rates that have begun stay")


def keep_rates(**kwargs) -> None:
    """The triggers are as this code wants them whatever a migration did to their tables."""
    from shop.regions.rate_triggers import KEYS, install

    if set(KEYS) <= set(connection.introspection.table_names()):
        install()


def make_room(plan=(), **kwargs) -> None:
    """A migration may copy the rows of these tables, or correct them."""
    from shop.regions.rate_triggers import drop

    if any(migration.app_label == "regions" for migration, _ in plan):
        drop()
