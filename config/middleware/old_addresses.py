"""Addresses that are no longer right lead to those that are: in one hop, for good, with their query."""

from django.http import Http404, HttpResponsePermanentRedirect

from config.forwarding.addresses import right_address
from config.forwarding.lookup import lead
from config.forwarding.misses import note_missed


class AddressMiddleware:
    """Looks at what would be answered with 404, and nothing else: pages that are found cost nothing more.

    An address is right in small letters, with its slash, and with the slug of now (shop/content/addresses.py). After that
    come the redirects that staff made; what neither leads on is counted.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        answer = led_on(request)
        if answer is None:
            note_missed(request)
        return answer or response

    def process_exception(self, request, exception):
        """Before the page that says "not found" is drawn."""
        return led_on(request) if isinstance(exception, Http404) else None


def led_on(request) -> HttpResponsePermanentRedirect | None:
    if request.method not in {"GET", "HEAD"}:
        return None
    found = right_address(request.path, request.GET) or lead(
        request.path, request.META.get("QUERY_STRING", "")
    )
    if found is None:
        return None
    address, old = found
    for row in filter(None, old):
        row.count_hit()
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "no-cache"  # a new page may take the old address
    return response
