from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "config.entry"
    label = "entry"
    verbose_name = "Sign-in"

    def ready(self):
        from config.entry import log

        log.listen()
