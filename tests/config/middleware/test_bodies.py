"""How much a request may send: nothing is stored for strangers, and what is too large is not read."""

import io
from pathlib import Path

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config import wsgi
from config.middleware.bodies import LIMITS, limit_of
from tests.conftest import a_shopper
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


class Unread(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, buffer):
        raise AssertionError("It was read.")


def status_of(path: str, length: str) -> str:
    answers = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http", "wsgi.input": Unread(), "HTTP_HOST": "127.0.0.1", "CONTENT_LENGTH": length,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
    }  # fmt: skip
    list(wsgi.application(environ, lambda status, headers: answers.append(status)))
    return answers[0]


@pytest.mark.parametrize(
    ("path", "most"),
    [("/uk/basket/add/", 32_768), ("/", 32_768), ("/nowhere/", 32_768), ("/admin/login/", 32_768), ("*", 32_768),
     ("/stripe/webhook/", 1_048_576), ("/csp-reports/", 16_384), ("/admin/pictures/picture/add/", 20_971_520)],
)  # fmt: skip
def test_what_is_too_large_is_refused_unread(path, most):
    assert limit_of(path) == most
    assert status_of(path, str(most + 1)) == "413 Content Too Large"
    assert status_of(path, "300000000") == "413 Content Too Large"


def test_every_prefix_leads_somewhere():
    assert [prefix for prefix, _ in LIMITS[:4]] == [
        reverse("admin:login"),
        reverse("admin:index"),
        reverse("stripe_webhook"),
        reverse("csp_reports"),
    ]


@pytest.fixture
def stored(monkeypatch):
    """Every file that an upload handler begins to keep."""
    begun = []
    for kind in (uploadhandler.MemoryFileUploadHandler, uploadhandler.TemporaryFileUploadHandler):
        whole = kind.new_file
        monkeypatch.setattr(
            kind,
            "new_file",
            lambda self, *args, _of=whole, **more: (begun.append(args[1]), _of(self, *args, **more)),
        )
    return begun


@pytest.mark.parametrize(
    "path",
    ["/uk/basket/add/", "/uk/checkout/", "/stripe/webhook/", "/admin/login/", "/admin/pictures/picture/add/"],
)
def test_a_strangers_file_is_kept_nowhere_and_the_fields_beside_it_are_read(path, stored):
    answer = a_shopper().post(
        path, {"variant": "CIT-CAP-90", "file": SimpleUploadedFile("a.png", b"a" * 9000)}
    )
    assert answer.status_code < 500
    assert stored == []


def test_staff_upload(stored):
    signed_in().post("/admin/pictures/picture/add/", {"file": SimpleUploadedFile("a.png", b"a" * 9000)})
    assert stored[0] == "a.png"


def test_nothing_but_the_forms_of_staff_reads_files():
    """Where a view of the shop begins to take files, LIMITS and StaffUploads have to know of it."""
    root = Path(wsgi.__file__).parents[1]
    found = {
        path for room in ("shop", "articles", "config") for path in (root / room).rglob("*.py")
        if "request.FILES" in path.read_text()
    }  # fmt: skip
    forms = {
        root / "config" / "forwarding" / "admin.py",
        root / "config" / "staff" / "bring_in.py",
        root / "shop" / "regions" / "rates_page.py",
    }
    assert found == forms, "forms of the admin, by their own means"
