"""Whether a proxy stands in front that the settings don't name: all visitors would have one address then."""

import logging

from django.conf import settings

log = logging.getLogger(__name__)
HEADERS = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
WORDS = (
    "Requests come through a proxy (%s), but TRUST_PROXY is not set: all visitors seem to have one address, so limits "
    "for one visitor hit everybody. Set TRUST_PROXY=1 if the proxy is yours and sets X-Forwarded-For."
)


def unknown_proxy(request) -> str:
    """The header that tells of a proxy we don't trust, or ""."""
    if settings.TRUST_PROXY:
        return ""
    return next((name for name in HEADERS if name in request.headers), "")


class ProxyMiddleware:
    """Says it in the log, once a process. The Owner reads it on the start page of the admin."""

    def __init__(self, get_response):
        self.get_response, self.has_logged = get_response, False

    def __call__(self, request):
        if not self.has_logged and (header := unknown_proxy(request)):
            self.has_logged = True
            log.warning(WORDS, header)
        return self.get_response(request)
