from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "shop.reminders"
    label = "reminders"
    verbose_name = "Reminders"
