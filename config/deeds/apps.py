from django.apps import AppConfig


class DeedsConfig(AppConfig):
    name = "config.deeds"
    label = "deeds"
    verbose_name = "What staff did"

    def ready(self):
        from config.deeds import record

        record.install()
