import gc
import os
import re
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from config.middleware.before_django import answer_of  # noqa: E402 - models are there by now
from config.middleware.bodies import REFUSED, WORDS, is_too_large  # noqa: E402
from config.operation.requests import KEPT, ROUTE, noted, watched  # noqa: E402
from shop.content.moves import declared  # noqa: E402

# Views, tags of templates and what moves pages are read now, not at the first request: while a newer version is put in place,
# a process goes on with the code that it began with.
import_module(settings.ROOT_URLCONF)
engines.all()
declared()

# What is loaded by now stays. To look through it for what nothing refers to any more would cost each page a tenth.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)

BOUNDARY = re.compile(r"[\w'()+,./:=?-]{1,70}", re.ASCII)
STATUS = {200: "200 OK", 304: "304 Not Modified"}


def plain_type(given: str) -> str:
    """A type of content without a charset other than UTF-8, in which all is read; none where it can't be understood.

    With “charset=hex” Django would have Python decode the query by what is no text encoding.
    """
    if ";" not in given:
        return given
    try:
        kind, more = parse_header_parameters(given)
    except (ValueError, LookupError):
        return ""
    if more.get("charset", "utf-8").lower() in ("utf-8", "utf8"):
        return given
    boundary = more.get("boundary", "")
    return f"{kind}; boundary={boundary}" if BOUNDARY.fullmatch(boundary) else kind


@watched
def application(environ, start_response):
    """What is too large is refused, kept pages are answered at once, all else by Django.

    Django reads the type of content before it asks any middleware (`plain_type`).
    """
    if is_too_large(environ):
        head = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(WORDS)))]
        start_response(REFUSED, [*head, ("Connection", "close"), ("Cache-Control", "no-store")])
        return [WORDS]
    made = answer_of(environ)
    if made is not None:
        environ[ROUTE] = KEPT
        start_response(STATUS[made.status], made.headers)
        return [made.body]
    environ["CONTENT_TYPE"] = plain_type(environ.get("CONTENT_TYPE", ""))
    return django_application(environ, start_response)


def at_once(environ: dict) -> tuple[str, list[tuple[str, str]], bytes] | None:
    """A kept page's status, headers and body, for a plain request without one; None where `application` has to answer.

    It waits for the database at most, for as long as one short question takes (config/connections/worker.py).
    """
    made = answer_of(environ)
    if made is None:
        return None
    environ[ROUTE] = KEPT
    with noted(environ) as tell:
        header = tell(STATUS[made.status])
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else made.body
    return STATUS[made.status], [*made.headers, header], body


application.at_once = at_once
