from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from shop.payments.models import Payment


class CheckoutConfig(AppConfig):
    name = "shop.checkout"
    label = "checkout"

    def ready(self) -> None:
        from shop.checkout.testers import is_tested
        from shop.payments.events import card_declined

        def look(sender: Any, payment: "Payment", **kwargs: Any) -> bool:
            return is_tested(payment.order)

        card_declined.connect(look, weak=False, dispatch_uid="testers")
