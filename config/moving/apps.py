from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "config.moving"
    label = "moving"
    verbose_name = "Moving in"
