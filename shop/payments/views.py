import logging

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.payments import stripe_api
from shop.payments.events import WrongMode, take_in
from shop.payments.receive import UnknownPayment

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def webhook(request):
    """Stripe's events. 400 for what Stripe did not sign, 503 for what we don't know yet, so that it tries again."""
    try:
        event = stripe_api.verified_event(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe_api.BadSignature as error:
        log.warning("A webhook was refused: %s", error)
        return HttpResponse("The signature is not valid.", status=400, content_type="text/plain")
    try:
        outcome = take_in(event)
    except WrongMode:
        return HttpResponse("This shop is of another mode.", status=400, content_type="text/plain")
    except UnknownPayment as error:
        log.warning("An event about an unknown payment: %s", error)
        return HttpResponse("This payment is not known here yet.", status=503, content_type="text/plain")
    return HttpResponse(outcome, content_type="text/plain")
