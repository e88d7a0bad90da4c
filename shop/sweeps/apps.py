from django.apps import AppConfig


class SweepsConfig(AppConfig):
    name = "shop.sweeps"
    label = "sweeps"
    verbose_name = "Background work"
