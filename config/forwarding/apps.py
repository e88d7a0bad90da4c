from django.apps import AppConfig


class ForwardingConfig(AppConfig):
    name = "config.forwarding"
    label = "forwarding"
    verbose_name = "Old addresses"
