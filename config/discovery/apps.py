from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "config.discovery"
    label = "discovery"
