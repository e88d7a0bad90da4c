"""A mail that staff look at: as programs for mail show it, without a script."""

from typing import Any

from django.http import HttpResponse


def sandboxed(html: str) -> HttpResponse:
    """A mail as a page of its own, for a frame: no script, nothing loaded from elsewhere."""
    response: Any = HttpResponse(html)
    response._csp_replace = {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
        "sandbox": True,
    }
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
