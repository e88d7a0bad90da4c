from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "config.newsletter"
    label = "letters"
    verbose_name = "Newsletter"

    def ready(self) -> None:
        from config.newsletter.stopped import connect

        connect()
