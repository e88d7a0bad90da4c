from django.apps import AppConfig


class OperationConfig(AppConfig):
    name = "config.operation"
    label = "operation"
    verbose_name = "Operation"
