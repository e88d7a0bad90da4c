"""A disk that is full: files are there whole or not at all, staff hear why, and what waits for room is tried again."""

import errno
import os

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from shop.pictures.models import Picture
from shop.pictures.renditions import RENDER, render_next
from shop.pictures.storage import WholeFiles
from shop.sweeps.models import Setback
from tests.support.pictures import of, uploaded, written
from tests.support.pictures import stored as a_stored_picture
from tests.support.staff import fields_of, signed_in

FULL = OSError(errno.ENOSPC, "No space left on device")
BEFORE = [
    OSError(errno.EDQUOT, "Disk quota exceeded"),
    OSError(errno.EROFS, "Read-only file system"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EIO, "Input/output error"),
    FULL,
]


class Ending(ContentFile):
    """Content that ends in an error after its first half was written."""

    def chunks(self, chunk_size=None):
        yield self.read(self.size // 2)
        raise FULL


def names(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["pictures/a.webp", "renditions/a-320.avif", "b.webp"])
def test_half_a_file_is_never_left_behind(tmp_path, name):
    files = WholeFiles(tmp_path)
    with pytest.raises(OSError, match="No space"):
        files.save(name, Ending(b"x" * 1000))
    assert names(tmp_path) == []
    assert files.save(name, ContentFile(b"whole")) == name
    assert (tmp_path / name).read_bytes() == b"whole"
    assert names(tmp_path) == [name]


@pytest.mark.no_database
def test_a_file_that_is_being_written_is_not_there_yet(tmp_path, monkeypatch):
    """As for whoever looks while another writes, or after the process was killed."""

    class Killed(BaseException):
        pass

    def killed(*args):
        raise Killed

    monkeypatch.setattr("shop.pictures.storage.os.replace", killed)
    with pytest.raises(Killed):
        WholeFiles(tmp_path).save("renditions/a.avif", ContentFile(b"whole"))
    assert not WholeFiles(tmp_path).exists("renditions/a.avif")


def fail_with(monkeypatch, error) -> None:
    def failing(*args, **kwargs):
        raise error

    monkeypatch.setattr(WholeFiles, "_save", failing)


@pytest.mark.django_db
@pytest.mark.parametrize("error", BEFORE, ids=lambda error: errno.errorcode[error.errno])
def test_an_upload_that_finds_no_room_is_told_and_what_was_typed_is_kept(monkeypatch, error):
    staff, page = signed_in(), "/admin/pictures/picture/add/"
    fields = {
        **fields_of(staff.get(page).content.decode()),
        "title": "A title of mine",
        "alt": "Words of mine",
    }
    fields = {name: value for name, value in fields.items() if value != "" and name != "file"}
    fail_with(monkeypatch, error)
    answer = staff.post(page, {**fields, "file": uploaded(written(of("RGB", "red")))})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "the disk is full or does not answer. Nothing was saved" in said
    assert "A title of mine" in said
    assert "Words of mine" in said
    assert not Picture.objects.filter(title="A title of mine").exists()


@pytest.mark.django_db
def test_a_new_file_that_finds_no_room_leaves_the_old_one(monkeypatch):
    a_stored_picture(written(of("RGB", "red")))
    picture = Picture.objects.get(title="t")
    staff, page = signed_in(), f"/admin/pictures/picture/{picture.pk}/change/"
    fields = fields_of(staff.get(page).content.decode())
    fail_with(monkeypatch, FULL)
    said = staff.post(page, {**fields, "file": uploaded(written(of("RGB", "red")))}).content.decode()
    assert "Nothing was saved" in said
    before = picture.file.name
    picture.refresh_from_db()
    assert picture.file.name == before
    assert os.path.exists(picture.file.path)


@pytest.mark.django_db
def test_sizes_that_find_no_room_are_made_once_there_is_some(monkeypatch):
    Picture.objects.update(rendered_widths=[1])
    a_stored_picture(written(of("RGB", "red")))
    with monkeypatch.context() as full:
        fail_with(full, FULL)
        render_next()
    picture = Picture.objects.get(title="t")
    assert (picture.rendered_widths, picture.failed) == ([], "")
    assert Setback.objects.get(sweep=RENDER, about=str(picture.pk))
    Setback.objects.update(next_at=timezone.now())
    render_next()
    picture.refresh_from_db()
    assert picture.rendered_widths
    assert not Setback.objects.exists(), list(Setback.objects.values())
