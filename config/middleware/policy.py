"""The Content-Security-Policy of an answer, with its directives in one order in every process."""

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy


def _in_order(policy: str) -> str:
    """django-csp takes them from a set, whose order each process draws anew."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))


def with_policy(response):
    """The site's policy on an answer that is made before its middleware is reached."""
    response.headers[HEADER] = _in_order(build_policy())
    return response


class PolicyMiddleware(CSPMiddleware):
    def process_response(self, request, response):
        response = super().process_response(request, response)
        if HEADER in response.headers:
            response.headers[HEADER] = _in_order(response.headers[HEADER])
        return response
