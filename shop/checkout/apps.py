from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "shop.checkout"
    label = "checkout"

    def ready(self):
        from shop.checkout.testers import is_tested
        from shop.payments.events import card_declined

        def look(sender, payment, **kwargs) -> bool:
            return is_tested(payment.order)

        card_declined.connect(look, weak=False, dispatch_uid="testers")
