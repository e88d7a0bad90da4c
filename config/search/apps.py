from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "config.search"
    label = "search"
    verbose_name = "Search"

    def ready(self):
        from config.search.names import connect

        connect()
