"""Headers about who may learn of an answer: of all answers, and of those whose address is a secret.

And where browsers report what the policy of an answer kept from it.
"""

from typing import Any

from csp.constants import HEADER as POLICY
from django.conf import settings

from config.middleware.policy import with_policy
from shop.web.tokens import SECRETS

# Other sites show these to their readers: pictures in feeds and shops, cards of shared links.
FOR_ALL = {"media", "social_card", "google_feed", "meta_feed", "agent_feed", "articles:feed"}


class ReachMiddleware:
    """No other site loads our answers into its pages, and an address that opens an order is told to nobody.

    Its page is not found by search engines, is kept by nobody, and what is opened from it learns of the site at most.
    “no-referrer” would take the origin from its forms as well, which is what shows that they are ours (decision 65).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        reach = "cross-origin" if match and match.view_name in FOR_ALL else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", reach)
        if response.status_code >= 400 and POLICY not in response.headers:  # refused before its middleware
            with_policy(response)
        if "report-to" in response.headers.get(POLICY, ""):
            response.headers["Reporting-Endpoints"] = f'csp="{_reports_to()}"'
        if match and SECRETS & match.kwargs.keys():
            response.headers["Referrer-Policy"] = "strict-origin"
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _reports_to() -> str:
    directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return directives["report-uri"][0]
