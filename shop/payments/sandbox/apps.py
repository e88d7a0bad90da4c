from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "shop.payments.sandbox"
    label = "sandbox"
    verbose_name = "Stripe sandbox"
