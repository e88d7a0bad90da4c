"""While somebody works on the shop: one page that says so, and nothing is lost. Stripe and staff still get through."""

import re

from django.conf import settings
from django.shortcuts import render

from config.middleware.policy import with_policy

OPEN = re.compile(r"^/(admin|static|media|stripe)(/|$)")
RETRY_AFTER = 600  # seconds


class MaintenanceMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not settings.MAINTENANCE or OPEN.match(request.path):
            return self.get_response(request)
        response = render(None, "503.html", status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        response["Cache-Control"] = "no-store"
        return with_policy(response)


class StagingMiddleware:
    """A copy of the shop for trying things: no page of it is for search engines (robots.txt says so too)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.STAGING:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response
