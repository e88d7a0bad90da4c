from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "shop.orders"
    label = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from shop.orders.mails import tell_order
        from shop.outbox.send import gave_up

        gave_up.connect(tell_order)
