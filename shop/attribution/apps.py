from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "shop.attribution"
    label = "attribution"
    verbose_name = "What articles and campaigns earn"
