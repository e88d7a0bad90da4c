from django.http import QueryDict
from django.http.request import UnreadablePostError

from shop.text.characters import clean_text
from shop.text.numbers import whole_or_none

REPLACEMENT = "\ufffd"


class PlainHeadersMiddleware:
    """Reads every request as UTF-8, without a length that is no number and without characters that no text may hold.

    Browsers send nothing else to these pages; “charset=hex” would have Python decode the query with what is no text
    encoding, and a length of “²” is an error wherever the body is read.

    The characters (shop/text/characters.py) go out of queries and cookies or become blanks, as when a row is saved,
    before anybody reads them: the page cache must tell pages apart by what the views will see. In an address they
    become U+FFFD: it leads nowhere, as any other nonsense does.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.encoding is not None:
            request.encoding = None
        length = request.META.get("CONTENT_LENGTH")
        if length and whole_or_none(length) is None:
            request.META["CONTENT_LENGTH"] = ""
        if clean_text(request.path_info) != request.path_info:
            request.path_info = marked(request.path_info)
            request.path = marked(request.path)
        if request.META.get("QUERY_STRING"):
            request.GET = cleaned(request.GET)
        for name, value in request.COOKIES.items():
            request.COOKIES[name] = clean_text(value)
        return self.get_response(request)


class FormCharactersMiddleware:
    """Takes characters that no text may hold out of forms, as PlainHeadersMiddleware does for all else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "POST":
            try:
                request.POST = cleaned(request.POST)
            except UnreadablePostError:  # the browser went away; whoever reads the form is told again
                return self.get_response(request)
        return self.get_response(request)


def marked(path: str) -> str:
    return "".join(letter if clean_text(letter) == letter else REPLACEMENT for letter in path)


def cleaned(query: QueryDict) -> QueryDict:
    """The same object where nothing is to be cleaned."""
    clean = QueryDict(mutable=True)
    for name, values in query.lists():
        clean.setlist(clean_text(name), [clean_text(value) for value in values])
    clean._mutable = False
    return query if clean == query else clean
