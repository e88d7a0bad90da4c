from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "shop.alerts"
    label = "alerts"
    verbose_name = "Back-in-stock alerts"
