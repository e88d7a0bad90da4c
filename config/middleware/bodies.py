"""How much a request may send, by its address; what is more is refused before anything of it is read or stored."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import DatabaseError
from django.http import parse_cookie

from shop.content.sessions import SessionStore
from shop.text.characters import clean_text
from shop.text.numbers import whole_or_none

KB, MB = 1024, 1024 * 1024
STAFF = "/admin/"
SHOP = 32 * KB  # the longest form of a shopper is the checkout
# The first prefix that fits decides.
LIMITS = (
    ("/admin/login/", SHOP),
    (STAFF, 20 * MB),  # a picture and its form (shop/pictures/uploads.py)
    ("/stripe/webhook/", MB),  # Stripe's events have some kilobytes
    ("/csp-reports/", 16 * KB),
    ("/", SHOP),
)
REFUSED = "413 Content Too Large"
WORDS = b"This is more than the page takes. Nothing was read or changed."


def limit_of(path: str) -> int:
    return next(most for prefix, most in LIMITS if path.startswith(prefix)) if path.startswith("/") else SHOP


def is_too_large(environ: dict) -> bool:
    """By the length that the request names; servers read no more than that. Chunks without a length count as none.

    On the staff pages only who is signed in may send more than shoppers.
    """
    length, path = whole_or_none(environ.get("CONTENT_LENGTH")), environ.get("PATH_INFO", "/")
    if length is None or length > limit_of(path):
        return length is not None
    return (
        length > SHOP
        and path.startswith(STAFF)
        and not is_signed_in(parse_cookie(environ.get("HTTP_COOKIE", "")))
    )


def is_signed_in(cookies: dict[str, str]) -> bool:
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    try:
        return bool(key) and SESSION_KEY in SessionStore(clean_text(key)).load()
    except DatabaseError:  # Django tries again, and says what is wrong
        return True


class StaffUploads(FileUploadHandler):
    """Files are taken from who is signed in to the staff pages; of anybody else’s forms only the fields are read."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        request = self.request
        self.takes = (
            request is not None and request.path_info.startswith(STAFF) and is_signed_in(request.COOKIES)
        )

    def new_file(self, *args, **kwargs):
        if not self.takes:
            raise SkipFile
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
