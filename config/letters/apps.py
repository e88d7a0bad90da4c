from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "config.letters"
    label = "letters"
    verbose_name = "Newsletter"
