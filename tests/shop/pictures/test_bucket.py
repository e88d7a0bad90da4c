"""Pictures in a bucket: uploaded, made smaller, served, backed up and restored, and told of when it is away."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as given
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.operation.backup import CannotBackUp, _must_be_empty, _pictures, _put_back
from shop.pictures.models import Picture
from shop.pictures.renditions import RENDER, render_next
from shop.sweeps.models import Setback
from tests.conftest import a_shopper
from tests.support.pictures import of, uploaded, written
from tests.support.pictures import stored as a_stored_picture
from tests.support.postgres import free_port
from tests.support.s3 import running_s3
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def service():
    with running_s3() as running:
        yield running


@pytest.fixture
def bucket(service, settings):
    """The shop with MEDIA_BUCKET, and nothing in it yet."""
    service.objects.clear()
    service.asked.clear()
    service.refuses = 0
    use(settings, service.options)
    return service


def use(settings, options: dict) -> None:
    settings.MEDIA_BUCKET = options["bucket_name"]
    backend = {"BACKEND": "shop.pictures.bucket.Bucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


def a_picture() -> Picture:
    a_stored_picture(written(of("RGB", "red", (700, 500))))
    return Picture.objects.get(title="t")


def test_an_upload_is_kept_there_to_be_read_for_ever(bucket):
    picture = a_picture()
    content, kept = bucket.objects[f"media/{picture.file.name}"]
    assert content[8:12] == b"WEBP"
    assert kept == {"Content-Type": "image/webp", "Cache-Control": "public, max-age=31536000, immutable"}


@pytest.mark.slow
def test_its_sizes_are_made_there_and_served_by_the_shop(bucket):
    Picture.objects.update(rendered_widths=[1])
    picture = a_picture()
    assert render_next() == 1
    picture.refresh_from_db()
    assert picture.rendered_widths == [320, 640, 700]
    assert len(bucket.objects) == 7
    for name, kind in (
        (picture.rendition_name(320, "avif"), "image/avif"),
        (picture.file.name, "image/webp"),
    ):
        address = default_storage.url(name)
        assert address == f"/media/{name}"
        answer = a_shopper().get(address)
        assert answer.content == bucket.objects[f"media/{name}"][0]
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
        assert "immutable" in answer["Cache-Control"]
        again = a_shopper().get(address, headers={"If-Modified-Since": answer["Last-Modified"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["../x.webp", "pictures/../../x.webp", "social/a.webp", "pictures/", "pictures/none.webp", "x.webp", "pictures/a.html"]
)  # fmt: skip
def test_nothing_else_in_the_bucket_is_served(bucket, path):
    for key in ("x.webp", "media/x.webp", "media/social/a.webp", "media/pictures/a.html"):
        bucket.objects[key] = b"not for visitors", {}
    assert a_shopper().get(f"/media/{path}").status_code == 404


def test_pages_ask_the_bucket_nothing(bucket):
    picture = a_picture()
    Picture.objects.update(rendered_widths=[320])
    bucket.asked.clear()
    assert f"/media/renditions/{Path(picture.file.name).stem}-320.avif 320w" in Picture.objects.get(pk=picture.pk).srcset("avif")  # fmt: skip
    assert a_shopper().get("/uk/shop/").status_code == 200
    assert bucket.asked == []


def test_pages_and_machines_name_another_origin_where_one_is_set(bucket, settings):
    settings.MEDIA_URL = "https://pictures.example.org/media/"
    picture = a_picture()
    assert picture.full_url == f"https://pictures.example.org/media/{picture.file.name}"
    settings.MEDIA_URL = "/media/"
    assert picture.full_url == f"{given.SITE_URL}/media/{picture.file.name}"


@pytest.mark.slow
@pytest.mark.no_database
def test_the_policy_allows_that_origin_and_what_is_not_used_is_not_loaded():
    code = (
        "import sys, config.wsgi; from django.conf import settings; from django.core.files.storage import default_storage;"
        "default_storage.url('x'); print('boto3' in sys.modules, settings.MEDIA_URL,"
        "settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'])"
    )

    def said(**environment) -> str:
        import os

        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **environment}, cwd=given.BASE_DIR,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    assert said() == """False /media/ ["'self'", 'data:']"""
    assert said(MEDIA_BUCKET="b", MEDIA_REGION="r", MEDIA_ORIGIN="https://pictures.example.org/") == (
        """True https://pictures.example.org/media/ ["'self'", 'data:', 'https://pictures.example.org']"""
    )


def away(bucket, settings):
    use(settings, {**bucket.options, "endpoint_url": f"http://127.0.0.1:{free_port()}"})


def overloaded(bucket, settings):
    bucket.refuses = 503


def forbidden(bucket, settings):
    use(settings, {**bucket.options, "access_key": "somebody-else"})


def no_such_bucket(bucket, settings):
    use(settings, {**bucket.options, "bucket_name": "gone"})


FAILURES = [away, overloaded, forbidden, no_such_bucket]


@pytest.mark.slow
@pytest.mark.parametrize("fail", FAILURES)
def test_an_upload_that_can_not_be_kept_is_told(bucket, settings, fail):
    fail(bucket, settings)
    staff, page = signed_in(), "/admin/pictures/picture/add/"
    fields = {**fields_of(staff.get(page).content.decode()), "title": "A title of mine", "alt": "Words"}
    fields = {name: value for name, value in fields.items() if value != "" and name != "file"}
    said = staff.post(page, {**fields, "file": uploaded(written(of("RGB", "red")))}).content.decode()
    assert "Nothing was saved" in said
    assert "A title of mine" in said


@pytest.mark.slow
@pytest.mark.parametrize("fail", [away, overloaded, forbidden])
def test_a_picture_waits_for_the_bucket_and_a_visitor_gets_none_to_keep(bucket, settings, fail):
    Picture.objects.update(rendered_widths=[1])
    picture = a_picture()
    fail(bucket, settings)
    render_next()
    picture.refresh_from_db()
    assert (picture.rendered_widths, picture.failed) == ([], "")
    assert Setback.objects.get(sweep=RENDER)
    answer = a_shopper().get(f"/media/{picture.file.name}")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")


def test_what_is_deleted_is_gone_and_what_never_was_is_no_error(bucket):
    picture = a_picture()
    default_storage.delete(picture.file.name)
    default_storage.delete("pictures/never.webp")
    assert not default_storage.exists(picture.file.name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(picture.file.name)


def test_a_backup_reads_it_and_a_restore_fills_an_empty_one(bucket, tmp_path):
    names = ["pictures/a.webp", "pictures/b.webp", "renditions/a-320.avif"]
    for name in names:
        (tmp_path / Path(name).name).write_bytes(name.encode())
        _put_back(default_storage, name, tmp_path / Path(name).name)
    assert list(_pictures(default_storage)) == names
    assert default_storage.open(names[2]).read() == names[2].encode()
    nothing = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "none.sqlite3"}
    with pytest.raises(CannotBackUp, match="Pictures are there already"):
        _must_be_empty(nothing, default_storage)
    bucket.objects.clear()
    _must_be_empty(nothing, default_storage)


def test_an_error_is_one_of_a_disk(bucket):
    bucket.refuses = 403
    for ask in (default_storage.exists, default_storage.size, default_storage.listdir, default_storage.open):
        with pytest.raises(OSError) as told:
            ask("pictures/a.webp")
        assert told.value.errno != errno.ENOENT
    with pytest.raises(OSError):
        default_storage.save("pictures/a.webp", ContentFile(b"x"))
