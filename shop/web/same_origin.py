"""Forms on cacheable pages carry no CSRF token, since those pages are the same for everybody. The rule instead:

the browser's own `Sec-Fetch-Site` must say same-origin; where it is absent, `Origin` must be ours; where both
are absent or hidden, the shopper is shown what they are about to do, with a token, and confirms.
"""

from functools import wraps

from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST


def is_own_origin(request) -> bool | None:
    """True, False, or None when the browser does not say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin and origin != "null":
        return origin == f"{request.scheme}://{request.get_host()}"
    return None


def _refuse(request):
    return render(request, "403_origin.html", status=403)


def same_origin_or_confirm(question: str | Promise):
    """Decorate a POST view that changes little (a basket line, the region). `question` heads the confirmation."""

    def decorate(view):
        protected = csrf_protect(view)

        @csrf_exempt
        @require_POST
        @wraps(view)
        def checked(request, *args, **kwargs):
            own = is_own_origin(request)
            if own:
                return view(request, *args, **kwargs)
            if own is False:
                return _refuse(request)
            if "csrfmiddlewaretoken" in request.POST:
                return protected(request, *args, **kwargs)
            fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
            return render(request, "confirm.html", {"question": question, "fields": fields})

        return checked

    return decorate
