from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    label = "articles"

    def ready(self):
        from articles import notices
        from articles.evidence.shown import listen
        from articles.models import counting, standing_in
        from articles.reading import of_codes
        from articles.reading.published import spoken_in
        from shop.web.components import FILTERS

        listen()
        counting.listen()
        standing_in.listen()
        notices.listen()
        of_codes.answer()
        FILTERS["spoken_in"] = spoken_in
        pre_migrate.connect(make_room, sender=self, dispatch_uid="no triggers on articles that are made anew")
        post_migrate.connect(keep_translations, sender=self, dispatch_uid="translations of originals")


def keep_translations(**kwargs) -> None:
    """The triggers are as this code wants them whatever a migration did to their table."""
    from articles.models.translation_triggers import TABLE, install

    if TABLE in connection.introspection.table_names():
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, TABLE)
        if any(column.name == "original_id" for column in columns):
            install()


def make_room(plan=(), **kwargs) -> None:
    """A migration may copy the rows of this table."""
    from articles.models.translation_triggers import drop

    if any(migration.app_label == "articles" for migration, _ in plan):
        drop()
