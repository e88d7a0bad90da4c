"""What load balancers and monitoring ask, before anything looks at the host name, the scheme or maintenance.

They come over plain HTTP from inside, and name the machine's own address as host.
"""

from collections.abc import Callable

from config.operation.probes import PROBES
from config.operation.requests import ROUTE


class ProbesMiddleware:
    """Answers those paths itself: it stands in front of the redirect to https and of the check of the host."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request):
        probe = PROBES.get(request.path)
        if probe is None:
            return self.get_response(request)
        request.META[ROUTE] = request.path
        response = probe(request)
        response["X-Content-Type-Options"] = "nosniff"
        return response
