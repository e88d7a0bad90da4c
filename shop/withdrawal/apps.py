from django.apps import AppConfig


class WithdrawalConfig(AppConfig):
    name = "shop.withdrawal"
    label = "withdrawal"
    verbose_name = "Withdrawals from a contract"
