"""Redirects that stay on this site, and answer a form with a page."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request, value: str, default: str = "/") -> str:
    """`value` if it is a path of this site, else `default`."""
    if value.startswith("/") and url_has_allowed_host_and_scheme(value, {request.get_host()}):
        return value
    return default


def redirect_303(url: str) -> HttpResponseRedirect:
    """See other: a GET follows, whatever the method was."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
