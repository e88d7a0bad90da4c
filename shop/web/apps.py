from django.apps import AppConfig


class WebConfig(AppConfig):
    """Has template tags and no tables."""

    name = "shop.web"
