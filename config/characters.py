from django.http import QueryDict
from django.http.request import UnreadablePostError

NUL, REPLACEMENT = "\0", "\ufffd"


class NulCharacterMiddleware:
    """Takes NUL characters out of all that a browser can send, since PostgreSQL can't even compare them.

    They become U+FFFD, so that each page answers as it does to any other nonsense: not found, or a field's error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if NUL in request.path_info:
            request.path_info = request.path_info.replace(NUL, REPLACEMENT)
            request.path = request.path.replace(NUL, REPLACEMENT)
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)
        for name, value in request.COOKIES.items():
            if NUL in value:
                request.COOKIES[name] = value.replace(NUL, REPLACEMENT)
        if request.method == "POST":
            try:
                posted = request.POST
            except UnreadablePostError:  # the browser went away; whoever reads the form is told again
                return self.get_response(request)
            if any(NUL in value for _, values in posted.lists() for value in values):
                request.POST = without_nul(posted)
        return self.get_response(request)


def without_nul(query: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True)
    for name, values in query.lists():
        clean.setlist(name.replace(NUL, REPLACEMENT), [value.replace(NUL, REPLACEMENT) for value in values])
    clean._mutable = False
    return clean
