from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "shop.codes"
    label = "codes"
    verbose_name = "Discount codes"
