from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class PaymentsConfig(AppConfig):
    name = "shop.payments"
    label = "payments"

    def ready(self) -> None:
        from shop.payments.patience import begin_request, end_request

        request_started.connect(begin_request, dispatch_uid="patience")
        request_finished.connect(end_request, dispatch_uid="patience")
