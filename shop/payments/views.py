import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shop.payments import stripe_api
from shop.payments.events import CannotDigest, WrongMode, take_in
from shop.payments.receive import UnknownPayment
from shop.web.public import shows_no_content

log = logging.getLogger(__name__)


@shows_no_content
@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Stripe's events. 400 for what Stripe did not sign, 503 for what we don't know yet, so that it tries again.

    2xx for all else, another application's events too; what can't be read is kept, and staff see it.
    """
    try:
        event = stripe_api.verified_event(request.body, request.headers.get("Stripe-Signature", ""))
    except (UnreadablePostError, RawPostDataException):  # cut off, or sent as a form with files
        return _answer(400, "The body did not arrive.")
    except stripe_api.BadSignature as error:
        log.warning("A webhook was refused: %s", error)
        return _answer(400, "The signature is not valid.")
    try:
        return _answer(200, take_in(event))
    except WrongMode:
        return _answer(400, "This shop is of another mode.")
    except UnknownPayment as error:
        log.warning("An event about an unknown payment: %s", error)
        return _answer(503, "This payment is not known here yet.")
    except CannotDigest as error:
        return _answer(200, f"Kept for staff to look at: {error}")
    except (OperationalError, InterfaceError) as error:
        log.error("An event could not be stored: %s", error)
        return _answer(503, "The shop can’t store it just now.")


def _answer(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
